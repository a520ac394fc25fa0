"""A whole state moved between its folder and its database: every row written, then compared, then the old one left."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from pathlib import Path

from bot.config import State
from bot.ports import ChainBrokenError
from bot.store.attached import MAIN, OTHER, agree, attached, copy_rows
from bot.store.connection import STATE_FILE, Database, open_database, transaction
from bot.store.errors import DatabaseRefusedError, NothingKeptError, StateInUseError
from bot.store.migrate import schema_of
from bot.store.opening import address_of, locked, open_copy, opened_replica, place_of
from bot.store.postgres.beginning import remove_copy
from bot.store.postgres.server import drop
from bot.store.sqlite import open_store

MOVED_FILE = "state.db.moved"
_DRAFT = ".moving"


async def to_database(kept: State, *, drops_old: bool = False) -> None:
    """Move the state of the folder into its database. Cut short, it is to be done again, and goes on.

    The file is left under another name, or goes with *drops_old*.

    Raises:
        NothingKeptError: no state is in the folder.
        DatabaseRefusedError: no database is configured, or it holds another state.
        StateInUseError: a bot uses one of the two.
        ChainBrokenError: what came to the database is not what was read.
    """
    file, key = kept.folder / STATE_FILE, kept.key.reveal()
    place = place_of(kept, moves=True)
    if not await asyncio.to_thread(file.exists):
        raise NothingKeptError
    async with await open_store(kept.folder, key):
        pass  # brought to the current schema
    async with locked(kept.folder):
        async with opened_replica(place) as replica:
            if not (replica.is_vacant or await _is_same(replica.database, file, key)):
                raise DatabaseRefusedError("keeping.database.taken", file=file)
            if not await replica.lead(waits=False, source=(file, key)):
                raise StateInUseError("keeping.database.in_use")
        await _read_back(kept, file, key)
        if drops_old:
            await asyncio.to_thread(file.unlink)
        else:
            await asyncio.to_thread(file.replace, kept.folder / MOVED_FILE)


async def _read_back(kept: State, file: Path, key: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="cellule-move-") as anew:
        async with open_copy(kept, Path(anew)) as copy:
            if not await _is_same(copy, file, key):
                raise ChainBrokenError("keeping.database.differs")


async def to_file(kept: State, *, drops_old: bool = False) -> None:
    """Move the state of the database into the folder. Cut short, it is to be done again.

    What is in the database is left, and nobody speaks from it; or it goes with *drops_old*.

    Raises:
        NothingKeptError: no state is in the database.
        DatabaseRefusedError: no database is configured, or a state lies in the folder.
        StateInUseError: a bot uses one of the two.
        ChainBrokenError: what came to the file is not what was read.
    """
    file, key, draft = kept.folder / STATE_FILE, kept.key.reveal(), kept.folder / _DRAFT
    if await asyncio.to_thread(file.exists):
        raise DatabaseRefusedError("keeping.database.file_there", file=file)
    async with locked(kept.folder):
        async with opened_replica(place_of(kept, begins=False, moves=True)) as replica:
            if not await replica.lead(waits=False):
                raise StateInUseError("keeping.database.in_use")
            async with replica.held():
                await asyncio.to_thread(_make_room, draft)
                await write_file(replica.database, draft, key)
                await replica.leave_for_good()
        await asyncio.to_thread((draft / STATE_FILE).replace, file)
        await asyncio.to_thread(shutil.rmtree, draft)
        await asyncio.to_thread(remove_copy, kept.folder)
    if drops_old:
        await asyncio.to_thread(drop, address_of(kept))


async def write_file(source: Database, folder: Path, key: bytes) -> None:
    """Write what is in *source* into a new state file in *folder*, under *key*.

    Raises ChainBrokenError when what was written is not what was read, or DiskError.
    """
    file = folder / STATE_FILE
    target = await open_database(file, key, schema=await source.read(schema_of))
    await target.close()
    await source.read(lambda connection: _copied(connection, file, key))


def _make_room(draft: Path) -> None:
    shutil.rmtree(draft, ignore_errors=True)  # of a move that was cut short
    draft.mkdir(mode=0o700)


async def _is_same(one: Database, file: Path, key: bytes) -> bool:
    return await one.read(lambda connection: _agrees(connection, file, key))


def _copied(connection: sqlite3.Connection, file: Path, key: bytes) -> None:
    with attached(connection, file, key), transaction(connection):
        copy_rows(connection, MAIN, OTHER)


def _agrees(connection: sqlite3.Connection, file: Path, key: bytes) -> bool:
    with attached(connection, file, key):
        return agree(connection)
