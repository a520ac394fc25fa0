"""One machine beside the database: its working copy, which follows, and the right to speak once it has that."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.host.disk import CannotKeepError
from bot.ports import ChainBrokenError
from bot.sentences.told import Told
from bot.store.attached import MAIN, OTHER, Tables, attached, copy_rows, tables_of
from bot.store.connection import Database, Work, transaction
from bot.store.errors import DatabaseAwayError, LeaseLostError, RolledBackError
from bot.store.migrate import migrate, migrations, schema_of
from bot.store.postgres import head as heads
from bot.store.postgres import working_copy as copy
from bot.store.postgres.head import Head
from bot.store.postgres.lease import EVERY_S, Lease
from bot.store.postgres.sealing import AlteredError, Seal, SealedRow
from bot.store.postgres.server import Server
from bot.store.tables import vault

LOOK_EVERY_S = 0.5
"""Between two looks of a machine that waits."""
REAPED_AFTER = 100_000
"""Transactions after which a row that was dropped leaves the database."""
REAPED_EVERY = 1_000
ACCEPTED = "older-day-accepted"
"""In the vault while an operator has taken an older state and no mark was made of it since."""

T = TypeVar("T")


class Replica:
    """The working copy of one machine, see `beginning.open_replica`. It is what `connection.Elsewhere` wants."""

    def __init__(self, server: Server, seal: Seal, database: Database, lease: Lease, *, is_vacant: bool) -> None:
        self.database = database
        self.is_vacant = is_vacant
        """Whether the database held nothing, or nothing any more, when it was opened."""
        self._server = server
        self._seal = seal
        self._lease = lease
        self._position = -1
        """Of the last transaction that was looked at."""
        self._tables: Tables = {}
        self._goes_on = False
        """Our next life is to go on where this one stops: nobody else is let in between."""

    @property
    def silent_s(self) -> float:
        """For how long the database has not answered."""
        return self._lease.silent_s

    async def follow(self) -> None:
        """Bring the copy to what the database has.

        Raises:
            RolledBackError: the database is older by more than can be put back, or went on without what the copy has.
            ChainBrokenError: what is in the database was not written by us, not there, or not then.
            LeaseLostError: all its rows were written anew, and the copy is to be made anew.
        """
        await self._in_time(self._follow)

    async def lead(self, *, waits: bool, source: tuple[Path, bytes] | None = None) -> bool:
        """Return once speaking is ours, and write from then on; False when another lives and nobody *waits*.

        The rows of *source*, a file and its key, are put in the place of all first.
        """
        first = row = await self._lease.look()
        while not self._lease.is_free(row) or not await self._lease.take(row):
            if not waits and row.beat != first.beat:
                return False
            if row.position != self._position:
                await self.follow()
            await asyncio.sleep(LOOK_EVERY_S)
            row = await self._lease.look()
        async with self.held():
            await self._in_time(lambda connection: self._begin(connection, source))
        self.database.elsewhere = self
        return True

    async def hold(self) -> None:
        """Keep the right to speak until cancelled; once it is gone, whoever still waits for the database waits no more.

        Raises:
            LeaseLostError: another machine speaks.
            DatabaseAwayError: no sign of life was taken for too long, or a transaction is not answered.
        """
        try:
            while True:
                await asyncio.sleep(EVERY_S)
                await self._lease.beat()
                self._refuse_overdue()
        except CannotKeepError:
            self._goes_on = True
            self._server.cut()
            raise

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Keep the right to speak meanwhile; once it is gone, what is written is refused."""
        holding = asyncio.ensure_future(self.hold())
        try:
            yield
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)

    # --- ports.Marks ----------------------------------------------------------------------------------------

    async def mark(self) -> str:
        """Return how far the state has come, sealed."""
        return heads.mark_of(self._seal, await self.database.read(copy.standing))

    async def refuse_older(self, mark: str) -> None:
        """Raise RolledBackError when the state is older than *mark*, unless an operator took it so."""
        at = await self.database.read(copy.standing)
        if (missing := heads.missing(self._seal, mark, at)) > 0 and not await self.database.read(_was_accepted):
            raise RolledBackError("keeping.database.older", missing=missing)
        await self.database.write(_forget_accepted)

    async def close(self) -> None:
        """Say goodbye, finish what was begun and end the connections."""
        async with AsyncExitStack() as closing:
            closing.push_async_callback(self._lease.close)
            closing.callback(self._server.close)
            closing.push_async_callback(self.database.close)
            closing.callback(self._server.cut)
            if not self._goes_on:
                await self._lease.leave()

    async def leave_for_good(self) -> None:
        """Have nobody speak from the database any more. Raises LeaseLostError when it is not ours to say."""
        if not await self.database.read(lambda _: self._server.leave_for_good(turn=self._lease.turn)):
            raise LeaseLostError("keeping.database.lost")

    async def _in_time(self, work: Work[T]) -> T:
        """Run *work*, for as long as the database answers at all."""
        working = asyncio.ensure_future(self.database.read(work))
        try:
            while not working.done():
                await asyncio.wait({working}, timeout=EVERY_S)
                self._refuse_overdue()
        finally:
            if not working.done():
                self._server.cut()
                with suppress(Exception):
                    await working
        return working.result()

    def _refuse_overdue(self) -> None:
        if self._server.is_overdue:
            raise DatabaseAwayError("keeping.database.away", why=Told("keeping.database.overdue"))

    # --- connection.Elsewhere, on the thread of the copy ----------------------------------------------------

    def keep(self, connection: sqlite3.Connection) -> None:
        """Write what the transaction changed into the database; whatever this raises undoes it."""
        if places := copy.touched(connection):
            try:
                self._lease.refuse()
                at = copy.standing(connection)
                self._write(connection, at, [(self._seal.name(place), place) for place in places], follows=at)
                self._lease.refuse()
            except CannotKeepError:
                self._goes_on = True
                raise

    def refuse(self) -> None:
        """Raise LeaseLostError when another machine may speak."""
        self._lease.refuse()

    def compact(self) -> None:
        """Have the database forget what was written over."""
        self._server.compact()

    # --- on the thread of the copy --------------------------------------------------------------------------

    def _write(
        self, connection: sqlite3.Connection, at: Head, rows: Sequence[tuple[bytes, str]], *, follows: Head
    ) -> None:
        """Write *rows*, by name and place, of a copy that goes up to *at*, as what *follows* that transaction."""
        position, reaped = at.position + 1, at.reaped
        changes = list(copy.sealed(connection, self._tables, self._seal, position, rows))
        weight = copy.note(connection, self._seal, changes, at.weight)
        if position % REAPED_EVERY == 0:
            reaped = max(reaped, position - REAPED_AFTER)
            weight = copy.forget_dropped(connection, reaped, weight)
        head = replace(at.next(weight), reaped=reaped)
        copy.stand(connection, head)
        if not self._server.write(
            follows.position,
            position,
            heads.shut(self._seal, head),
            [change.row for change in changes],
            turn=self._lease.turn,
            reaped=reaped if reaped > follows.reaped else -1,
        ):
            raise LeaseLostError("keeping.database.lost")

    def _follow(self, connection: sqlite3.Connection) -> Head:
        at = copy.standing(connection)
        with self._server.since(at.position) as (row, rows):
            head = heads.opened(self._seal, row)
            refuse_other(connection, head)
            self._position = head.position
            if head.position <= at.position:
                return head
            if 0 < at.position < head.base or head.schema != schema_of(connection):
                raise LeaseLostError("keeping.database.changed")
            with transaction(connection):
                if _taken_in(connection, self._seal, head, rows, at) != head.weight:
                    raise _apart(at.position)
                copy.stand(connection, head)
        return head

    def _begin(self, connection: sqlite3.Connection, source: tuple[Path, bytes] | None) -> None:
        behind = self._follow(connection)
        known = migrations()[-1].number
        if is_older := behind.schema < known:
            migrate(connection)
        self._tables = tables_of(connection)
        at = copy.standing(connection)
        if source is not None:
            with attached(connection, *source), transaction(connection):
                copy_rows(connection, OTHER, MAIN)
                self._write_all(connection, behind.position)
        elif is_older or at.base > behind.position:
            with transaction(connection):
                self._write_all(connection, behind.position)
        elif behind.position < at.position:
            # The database lost its last second, as a copy of it may that is made its successor: we did not.
            with transaction(connection):
                self._write(connection, at, copy.after(connection, behind.position), follows=behind)
        copy.watch(connection, self._tables)

    def _write_all(self, connection: sqlite3.Connection, follows: int) -> None:
        """Put every row of the copy in the place of all that the database has."""
        at, weight = copy.standing(connection), 0
        position = at.position + 1
        copy.forget_all(connection)

        def noted() -> Iterator[SealedRow]:
            nonlocal weight
            places = ((self._seal.name(place), place) for place in copy.all_places(connection, self._tables))
            for change in copy.sealed(connection, self._tables, self._seal, position, places):
                weight = copy.note(connection, self._seal, (change,), weight)
                yield change.row

        def shut() -> bytes:
            head = replace(at.next(weight), base=position, schema=schema_of(connection))
            copy.stand(connection, head)
            return heads.shut(self._seal, head)

        if not self._server.write_all(follows, position, noted(), shut, turn=self._lease.turn):
            raise LeaseLostError("keeping.database.lost")


def refuse_other(connection: sqlite3.Connection, head: Head) -> None:
    """Raise RolledBackError when *head* is not of the state of this copy, or of a day before what it has."""
    at = copy.standing(connection)
    if head.state != at.state:
        raise RolledBackError("keeping.database.another")
    position = at.position
    if head.position <= position and copy.mark_at(connection, head.position) != heads.mark(head.weight):
        if head.position == position or position - head.position < copy.KEPT:
            raise RolledBackError("keeping.database.apart")
        raise RolledBackError("keeping.database.rolled_back", missing=position - head.position)


def _taken_in(
    connection: sqlite3.Connection, seal: Seal, head: Head, rows: Iterator[SealedRow], at: Head
) -> int | None:
    """Return what all rows add up to with *rows* taken in; None when one was not written by us, or not there."""
    try:
        weight = copy.take_in(connection, tables_of(connection), seal, rows, at.weight)
    except AlteredError:
        return None
    return copy.forget_dropped(connection, head.reaped, weight) if head.reaped > at.reaped else weight


def _was_accepted(connection: sqlite3.Connection) -> bool:
    return vault.get(connection, ACCEPTED) is not None


def _forget_accepted(connection: sqlite3.Connection) -> None:
    vault.drop(connection, ACCEPTED)


def _apart(position: int) -> RolledBackError | ChainBrokenError:
    if position:
        return RolledBackError("keeping.database.apart")
    return ChainBrokenError("keeping.database.altered")
