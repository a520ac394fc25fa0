"""The rows of the encryption machine in the file. Every write of the store takes along those that changed meanwhile."""

from __future__ import annotations

import sqlite3
from asyncio import Lock
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from bot.ports import CryptoKind, CryptoRow
from bot.store.connection import Database, Work

_OF_KIND = "SELECT scope, name, body FROM crypto WHERE kind = ? ORDER BY number"
_PUT = (
    "INSERT INTO crypto (kind, scope, name, body) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (kind, scope, name) DO UPDATE SET body = excluded.body"
)
_HAS_ACCOUNT = "SELECT 1 FROM crypto WHERE kind = 'account'"
_DROP = "DELETE FROM crypto WHERE kind = ? AND scope = ? AND name = ?"
_DROP_SCOPE = "DELETE FROM crypto WHERE kind = ? AND scope = ?"

T = TypeVar("T")
_Change = tuple[str, tuple[str, ...]]
"""A statement, and what it is about."""
_Changes = dict[_Change, tuple[str, ...]]
"""By change the values of its statement, in the order in which they are made; what a later one undoes is left out."""


class CryptoTable:
    """See `ports.CryptoRows`. Changes say what is to be, not what is to be done: made twice, they change nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changes: _Changes = {}
        self._turn = Lock()
        """Held while changes are on their way to the file."""

    async def load(self, *kinds: CryptoKind) -> Mapping[CryptoKind, Sequence[CryptoRow]]:
        """Return every row of *kinds*, or of all, each kind in the order in which its rows first came."""
        await self.settle()
        return await self._database.read(lambda connection: _load(connection, kinds or tuple(CryptoKind)))

    def put(self, row: CryptoRow) -> None:
        """Keep *row*, or replace the one of its kind, scope and name."""
        of = (row.kind, row.scope, row.name)
        self._note((_PUT, of), (*of, row.body))

    def drop(self, kind: CryptoKind, scope: str, name: str) -> None:
        """Drop one row, if there is one."""
        self._note((_DROP, of := (kind, scope, name)), of)

    def drop_scope(self, kind: CryptoKind, scope: str) -> None:
        """Drop every row of *kind* in *scope*."""
        self._note((_DROP_SCOPE, of := (kind, scope)), of)

    def _note(self, change: _Change, values: tuple[str, ...]) -> None:
        statement, of = change
        if statement == _DROP:
            self._changes.pop((_PUT, of), None)
        elif statement == _DROP_SCOPE:
            for undone in [put for put in self._changes if put[0] == _PUT and put[1][:2] == of]:
                del self._changes[undone]
        self._changes[change] = values

    def _note_after(self, earlier: _Changes) -> None:
        """Put what was noted so far behind *earlier*."""
        since, self._changes = self._changes, earlier
        for change, values in since.items():
            self._note(change, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what changes inside durable together, or forget all of it if it raises. Await nothing inside."""
        before, self._changes = self._changes, {}
        try:
            yield
        except BaseException:
            self._changes = before
            raise
        self._note_after(before)

    async def settle(self) -> None:
        """Return once every change made so far is durable. Raises CannotKeepError when others may write now."""
        self._database.refuse()
        if self._changes or self._turn.locked():
            await self.write(_nothing)
            self._database.refuse()

    async def write(self, work: Work[T]) -> T:
        """Run *work* in a transaction together with the changes. Durable on return; rolled back if it raises."""
        async with self._turn:
            taken, self._changes = self._changes, {}

            def together(connection: sqlite3.Connection) -> T:
                for (statement, _), values in taken.items():
                    connection.execute(statement, values)
                return work(connection)

            try:
                return await self._database.write(together)
            except BaseException:
                # Rolled back, or not waited for: they go with the next write, before those that came since.
                self._note_after(dict(taken))
                raise


def keep(connection: sqlite3.Connection, rows: Iterable[CryptoRow]) -> None:
    """Keep *rows*, each new or in the place of the one of its kind, scope and name."""
    connection.executemany(_PUT, ((row.kind, row.scope, row.name, row.body) for row in rows))


def has_account(connection: sqlite3.Connection) -> bool:
    """Say whether the keys of any device of ours are kept."""
    return connection.execute(_HAS_ACCOUNT).fetchone() is not None


def _load(connection: sqlite3.Connection, kinds: Iterable[CryptoKind]) -> dict[CryptoKind, tuple[CryptoRow, ...]]:
    return {kind: tuple(CryptoRow(kind, *row) for row in connection.execute(_OF_KIND, (kind,))) for kind in kinds}


def _nothing(_: sqlite3.Connection) -> None:
    pass
