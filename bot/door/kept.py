"""The tickets in a file: an SQLite database that nobody else may read, in a folder that one door holds at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import astuple, fields
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite

from bot.door.tickets import OPEN, Stage, Ticket
from bot.host.disk import DiskError
from bot.store.lock import lock_folder, make_private_file

FILE_NAME = "tickets.db"
_COLUMNS = tuple(field.name for field in fields(Ticket))
_OPEN = tuple(stage.value for stage in OPEN)
# All of a statement that is no constant below is a list of these columns.
_PLACES = ", ".join("?" * len(_COLUMNS))
_CHANGES = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[1:])
_PUT = f"INSERT INTO ticket ({', '.join(_COLUMNS)}) VALUES ({_PLACES}) ON CONFLICT (id) DO UPDATE SET {_CHANGES}"
_GET = f"SELECT {', '.join(_COLUMNS)} FROM ticket WHERE "
_COUNT = "SELECT count(*) FROM ticket WHERE until > ? AND stage IN (?, ?)"
_TABLE = """CREATE TABLE IF NOT EXISTS ticket (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, until REAL NOT NULL, stage TEXT NOT NULL, since REAL NOT NULL,
    token TEXT, name TEXT UNIQUE, user TEXT, made INTEGER NOT NULL,
    again INTEGER NOT NULL
) STRICT"""
_SETTINGS = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON", _TABLE)


class Kept:
    """Reads and writes tickets; each write is durable when it returns. Raises DiskError."""

    def __init__(self, database: aiosqlite.Connection, path: Path) -> None:
        self._database = database
        self._path = path

    async def prepare(self) -> None:
        """Make the table if it is missing."""
        for setting in _SETTINGS:
            await self._run(setting, [])

    async def put(self, ticket: Ticket) -> None:
        """Keep *ticket*, in place of what was kept of it."""
        values = [value.timestamp() if isinstance(value, datetime) else value for value in astuple(ticket)]
        await self._run(_PUT, values)

    async def by_id(self, id: str) -> Ticket | None:
        return await self._one("id = ?", [id])

    async def by_digest(self, digest: str) -> Ticket | None:
        return await self._one("digest = ?", [digest])

    async def by_name(self, name: str) -> Ticket | None:
        return await self._one("name = ?", [name])

    async def unsettled(self) -> list[Ticket]:
        """Return those about which the homeserver has still to be asked."""
        return await self._all("token IS NOT NULL", [])

    async def all(self) -> list[Ticket]:
        """Return all of them, the oldest first."""
        return await self._all("1", [])

    async def count_open(self, now: datetime) -> int:
        """Return how many somebody may still use."""
        found = await self._run(_COUNT, [now.timestamp(), *_OPEN])
        return int(found[0][0])

    async def forget(self, before: datetime) -> None:
        """Forget those that ended before then."""
        await self._run("DELETE FROM ticket WHERE until < ? AND token IS NULL", [before.timestamp()])

    async def _one(self, where: str, values: list[object]) -> Ticket | None:
        found = await self._all(where, values)
        return found[0] if found else None

    async def _all(self, where: str, values: list[object]) -> list[Ticket]:
        rows = await self._run(f"{_GET}{where} ORDER BY rowid", values)
        return [_ticket(row) for row in rows]

    async def _run(self, statement: str, values: list[object]) -> list[sqlite3.Row]:
        try:
            return list(await self._database.execute_fetchall(statement, values))
        except sqlite3.Error as error:
            raise _failure(error, self._path) from None


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Kept]:
    """Hold *folder* and the tickets in it, made if they are missing. Raises StateInUseError, DiskError."""
    lock = lock_folder(folder)
    try:
        path = folder / FILE_NAME
        make_private_file(path)
        async with aiosqlite.connect(path, isolation_level=None) as database:
            kept = Kept(database, path)
            await kept.prepare()
            yield kept
    finally:
        lock.release()


def _ticket(row: Iterable[object]) -> Ticket:
    found = dict(zip(_COLUMNS, row, strict=True))
    until, since = (datetime.fromtimestamp(float(str(found.pop(name))), UTC) for name in ("until", "since"))
    stage, made = Stage(str(found.pop("stage"))), bool(found.pop("made"))
    return Ticket(**found, until=until, since=since, stage=stage, made=made)  # type: ignore[arg-type]  # as `put` wrote it


def _failure(error: sqlite3.Error, path: Path) -> DiskError:
    return DiskError(path, getattr(error, "sqlite_errorname", "") or type(error).__name__)
