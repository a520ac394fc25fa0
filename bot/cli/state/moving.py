"""`cellule state`: the state moved between its folder and a database, or a database taken as it is."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from bot.cli.progress import working
from bot.cli.tongue import say
from bot.config import Config
from bot.matrix.guard.crypto_store import rest_sessions
from bot.store.moving import MOVED_FILE, to_database, to_file
from bot.store.opening import locked, open_alone, place_of
from bot.store.postgres.beginning import COPY_FILES, remove_copy
from bot.store.postgres.replica import ACCEPTED

POSTGRESQL = "postgresql"
_ASIDE = ".accepting"


async def move(config: Config, to: str, *, drops_old: bool = False) -> None:
    """Move the whole state, and say what is left to do. Raises what `store.moving` does."""
    folder, goes_there = config.state.folder, to == POSTGRESQL
    with working("moving.working"):
        await (to_database if goes_there else to_file)(config.state, drops_old=drops_old)
    print(say("moving.to_database") if goes_there else say("moving.to_file", folder=folder))
    if not drops_old:
        print(say("moving.file_left", file=folder / MOVED_FILE) if goes_there else say("moving.rows_left"))


async def accept(config: Config) -> None:
    """Take the database as it is, older or another than what was seen of it; raises what `open_alone` does.

    What the encryption did since is not known: no ratchet of it is used again. The copy is forgotten last.
    """
    folder = place_of(config.state).folder
    async with locked(folder):
        aside = await asyncio.to_thread(_put_aside, folder)
    try:
        async with open_alone(config.state, begins=False) as store:
            await rest_sessions(store.crypto)
            await store.put(ACCEPTED, b"by the operator")
    except BaseException:
        await asyncio.to_thread(_put_back, aside, folder)
        raise
    await asyncio.to_thread(shutil.rmtree, aside)
    print(say("moving.accepted", folder=folder))


def _put_aside(folder: Path) -> Path:
    aside = folder / _ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    _move(folder, aside)
    return aside


def _put_back(aside: Path, folder: Path) -> None:
    remove_copy(folder)
    _move(aside, folder)
    aside.rmdir()


def _move(source: Path, target: Path) -> None:
    for name in COPY_FILES:
        if (source / name).exists():
            (source / name).replace(target / name)
