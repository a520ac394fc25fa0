"""The state folder seen from outside."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3

from bot.store.connection import STATE_FILE
from bot.store.sqlite import SqliteStore
from tests.store.conftest import KEY
from tests.store.samples import PHONE, STREAM, input_id, note


@contextmanager
def opened_from_outside(folder: Path, key: bytes = KEY) -> Iterator[sqlite3.Connection]:
    """Open the file as somebody who has the key."""
    connection = sqlcipher3.connect(str(folder / STATE_FILE), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        yield connection
    finally:
        connection.close()


def make_state_file(folder: Path, content: bytes = b"") -> None:
    folder.mkdir(mode=0o755)
    (folder / STATE_FILE).write_bytes(content)
    (folder / STATE_FILE).chmod(0o644)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}


async def fill(store: SqliteStore, stream: str = STREAM) -> None:
    async with store.transaction() as tx:
        facts = [note("one"), note("two"), note("three")]
        await tx.append(stream, facts, input=input_id(), device=PHONE)
