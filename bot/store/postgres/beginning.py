"""How a machine begins beside its database: the head is looked at, and the working copy opened, or made anew."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.store.connection import STATE_FILE, Database, open_database
from bot.store.errors import (
    DatabaseRefusedError,
    NewerStoreError,
    NothingKeptError,
    RolledBackError,
    StorageFailedError,
    WrongKeyError,
)
from bot.store.lock import LOCK_FILE
from bot.store.migrate import migrate, migrations, schema_of
from bot.store.postgres import head as heads
from bot.store.postgres import working_copy as copy
from bot.store.postgres.head import Head, Row
from bot.store.postgres.lease import Lease
from bot.store.postgres.replica import REAPED_AFTER, Replica, refuse_other
from bot.store.postgres.sealing import Seal
from bot.store.postgres.server import Server

COPY_FILE = "copy.db"
COPY_FILES = tuple(f"{COPY_FILE}{ending}" for ending in ("", "-wal", "-shm"))
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a state is kept, and its key."""

    folder: Path
    key: bytes
    address: str
    begins: bool = True
    """A state is begun where there is none; else that is a NothingKeptError."""
    moves: bool = False
    """It is moved: a file may lie in the folder too, and what was moved away may be read once more."""


async def open_replica(place: Place) -> Replica:
    """Open the working copy, brought to what the database has, in a folder that is locked already.

    Raises:
        WrongKeyError: what is in the database was sealed under another key.
        NewerStoreError: a newer version wrote it.
        NothingKeptError: there is none, and none is to be begun.
        DatabaseRefusedError: the database does not take us, or is not what it must be.
        DatabaseAwayError: the database does not answer.
        RolledBackError: the database is older than the copy, went on without what that has, or is another.
        ChainBrokenError: what is in the database was not written by us, not there, or not then.
    """
    server, seal = Server(place.address), Seal(place.key)
    try:
        row, head = await asyncio.to_thread(_first_look, server, seal, place)
        database = await _open_copy(place.folder / COPY_FILE, seal, head)
    except BaseException:
        server.cut()
        server.close()
        raise
    try:
        number = await database.read(copy.machine)
        lease = Lease(place.address, _machine(place.folder, number), moves=place.moves)
        replica = Replica(server, seal, database, lease, is_vacant=row.position == 0 or row.moved)
        await replica.follow()
    except BaseException:
        server.cut()
        await database.close()
        server.close()
        raise
    return replica


def remove_copy(folder: Path) -> None:
    """Remove the working copy: it is made anew from the database."""
    for name in COPY_FILES:
        Path(folder, name).unlink(missing_ok=True)


def _first_look(server: Server, seal: Seal, place: Place) -> tuple[Row, Head]:
    """Return the head, of a state that is begun here if there is none and one is to be."""
    if (place.folder / STATE_FILE).exists() and not place.moves:
        raise DatabaseRefusedError("keeping.database.not_moved", file=place.folder / STATE_FILE)
    if not (place.begins or server.is_prepared()):
        raise NothingKeptError
    server.prepare()
    known = migrations()[-1].number
    row = server.head() or _begun(server, seal, place, known)
    if row.moved and not place.moves:
        raise DatabaseRefusedError("keeping.database.moved")
    head = heads.opened(seal, row)
    if head.schema > known:
        raise NewerStoreError(found=head.schema, known=known)
    return row, head


def _begun(server: Server, seal: Seal, place: Place, schema: int) -> Row:
    if (place.folder / COPY_FILE).exists():
        raise RolledBackError("keeping.database.emptied")
    if not place.begins:
        raise NothingKeptError
    server.begin(heads.shut(seal, Head(position=0, state=secrets.token_hex(16), schema=schema, weight=0)))
    if (row := server.head()) is None:
        raise RolledBackError("keeping.database.emptied")
    return row


async def _open_copy(path: Path, seal: Seal, head: Head) -> Database:
    """Open the copy of the state of *head*; one that is of no use any more is made anew."""
    database = None
    with suppress(WrongKeyError, StorageFailedError):
        database = await _prepared(path, seal, head)
    if database is None:
        await asyncio.to_thread(remove_copy, path.parent)
        database = await _prepared(path, seal, head)
    if database is None:
        raise StorageFailedError("SQLITE_SCHEMA")
    return database


async def _prepared(path: Path, seal: Seal, head: Head) -> Database | None:
    database = await open_database(path, seal.copy_key, schema=0)
    is_fit = False
    try:
        is_fit = await database.read(lambda connection: _is_fit(connection, head))
    finally:
        if not is_fit:
            await database.close()
    return database if is_fit else None


def _is_fit(connection: sqlite3.Connection, head: Head) -> bool:
    """Prepare the copy, and say whether it can go on to *head*. Raises RolledBackError when *head* is of before."""
    found = schema_of(connection)
    copy.prepare(connection)
    if found == 0:
        copy.claim(connection, head.state, head.schema, secrets.token_bytes(16))
        migrate(connection, head.schema)
        return True
    refuse_other(connection, head)
    position = copy.standing(connection).position
    return found == head.schema and position >= max(head.base, head.position - REAPED_AFTER)


def _machine(folder: Path, number: bytes) -> bytes:
    """Return what this machine is known by: a copy of its folder, elsewhere or here, is another."""
    boot = _BOOT.read_bytes() if _BOOT.exists() else b""
    lock = (folder / LOCK_FILE).stat()
    return hashlib.sha256(number + boot + f"{lock.st_dev} {lock.st_ino}".encode()).digest()
