"""Who speaks: one of the machines, for as long as it gives signs of life. No clock of any machine has to be right.

The one that speaks gives a sign each second, and stops by itself when none was taken for `HELD_S`. Another begins once
it has watched for `SILENCE_S` without one. Each measures by its own clock of elapsed time only, and the first time is
the shorter: between the two nobody speaks. Whoever begins counts up the fence, and no transaction of before is taken.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress

import psycopg
from psycopg.rows import TupleRow

from bot.host.disk import CannotKeepError
from bot.sentences.told import Told
from bot.store.errors import DatabaseAwayError, DatabaseRefusedError, LeaseLostError, RolledBackError, StoreError
from bot.store.postgres.address import failed, hosts_of, parameters, unconnected
from bot.store.postgres.elapsed import elapsed_s
from bot.store.postgres.head import Row
from bot.store.postgres.server import HEAD, cut

EVERY_S = 1.0
"""Between two signs of life."""
HELD_S = 5.0
"""For how long after the last one that was taken somebody speaks."""
SILENCE_S = 6.5
"""For how long no sign of life is seen before another machine speaks."""
PATIENCE_S = 3.0
"""For how long one answer of the database is waited for, and a connection to each of its hosts."""

_TAKE = """UPDATE cellule_head SET fence = fence + 1, beat = beat + 1, holder = %s, life = %s
    WHERE beat = %s AND fence = %s RETURNING fence"""
_BEAT = "UPDATE cellule_head SET beat = beat + 1 WHERE fence = %s AND life = %s RETURNING 1"
_LEAVE = "UPDATE cellule_head SET beat = beat + 1, holder = NULL WHERE fence = %s AND life = %s RETURNING 1"


class Lease:
    """The right to speak, of one life of a machine."""

    def __init__(self, address: str, machine: bytes, *, moves: bool) -> None:
        """*machine* is its number of chance: a life after a kill, on the same machine, waits for nobody."""
        self._parameters = parameters(address)
        self._connects_within_s = PATIENCE_S * hosts_of(self._parameters)
        self._machine = machine
        self._life = secrets.token_bytes(16)
        self._moves = moves
        self._connection: psycopg.AsyncConnection[TupleRow] | None = None
        self._seen: tuple[int, int] | None = None
        self._silent_since = elapsed_s()
        self._until = 0.0
        self._answered = elapsed_s()
        self._fence = 0

    @property
    def turn(self) -> tuple[int, bytes]:
        """The number of our turn, 0 before we had one, and of this life."""
        return self._fence, self._life

    @property
    def silent_s(self) -> float:
        """For how long the database has not answered."""
        return elapsed_s() - self._answered

    async def look(self) -> Row:
        """Return the head, and note whether who speaks gives signs of life."""
        found = await self._ask(HEAD, within_s=PATIENCE_S)
        if found is None:
            raise RolledBackError("keeping.database.emptied")
        head = Row(*found)
        if head.moved and not self._moves:
            raise DatabaseRefusedError("keeping.database.moved")
        if (head.fence, head.beat) != self._seen:
            self._seen, self._silent_since = (head.fence, head.beat), elapsed_s()
        return head

    def is_free(self, head: Row) -> bool:
        """Say whether nobody speaks: it said goodbye, was an earlier life of this machine, or fell silent."""
        return head.holder in (None, self._machine) or elapsed_s() - self._silent_since >= SILENCE_S

    async def take(self, head: Row) -> bool:
        """Begin to speak, unless somebody did or gave a sign of life since *head* was seen."""
        began = elapsed_s()
        found = await self._ask(_TAKE, (self._machine, self._life, head.beat, head.fence), within_s=PATIENCE_S)
        if found is not None:
            self._fence, self._until = int(found[0]), began + HELD_S
        return found is not None

    async def beat(self) -> None:
        """Give a sign of life, unless none was taken for so long that another machine may speak.

        Raises:
            LeaseLostError: another machine speaks, or may: we stood still for too long.
            DatabaseAwayError: none was taken for too long.
        """
        self.refuse()
        began = elapsed_s()
        try:
            async with asyncio.timeout(self._until - began):
                is_ours = await self._ask(_BEAT, self.turn, within_s=PATIENCE_S)
        except TimeoutError:
            raise DatabaseAwayError("keeping.database.away", why=Told("keeping.database.late")) from None
        except DatabaseAwayError:
            if elapsed_s() < self._until:
                return
            raise
        if is_ours is None:
            self._until = 0.0
            raise LeaseLostError("keeping.database.lost")
        self._until = began + HELD_S

    def refuse(self) -> None:
        """Raise LeaseLostError when another machine may speak."""
        if elapsed_s() >= self._until:
            raise LeaseLostError("keeping.database.unsure")

    async def leave(self) -> None:
        """Say goodbye, if it was ours to speak: another need not wait."""
        self._until = 0.0
        if self._fence:
            with suppress(CannotKeepError, StoreError):
                await self._ask(_LEAVE, self.turn, within_s=PATIENCE_S)

    async def close(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _ask(self, statement: str, values: tuple[object, ...] = (), *, within_s: float) -> TupleRow | None:
        connection = await self._connected(within_s + self._connects_within_s - PATIENCE_S)
        asking = asyncio.ensure_future(_first(connection, statement, values))
        asking.add_done_callback(lambda asked: asked.cancelled() or asked.exception())
        try:
            # A query that is cancelled would be seen to by psycopg, for ten seconds.
            await asyncio.wait({asking}, timeout=max(0.0, within_s))
        finally:
            if is_late := not asking.done():
                cut(connection)
        try:
            found = await asking
        except psycopg.Error as error:
            await self.close()
            if is_late:
                raise DatabaseAwayError("keeping.database.away", why=Told("keeping.database.late")) from None
            raise failed(error) from None
        self._answered = elapsed_s()
        return found

    async def _connected(self, within_s: float) -> psycopg.AsyncConnection[TupleRow]:
        if self._connection is not None and not self._connection.closed:
            return self._connection
        connecting = psycopg.AsyncConnection.connect(autocommit=True, prepare_threshold=None, **self._parameters)
        try:
            connection = await asyncio.wait_for(connecting, within_s)
        except TimeoutError:
            raise DatabaseAwayError("keeping.database.away", why=Told("keeping.database.late")) from None
        except psycopg.Error as error:
            refused = unconnected(error)
            # Who is let in no more by a database that fails over may be again.
            raise DatabaseAwayError(refused.told.key, **refused.told.holes) from None
        self._connection = connection
        return connection


async def _first(
    connection: psycopg.AsyncConnection[TupleRow], statement: str, values: tuple[object, ...]
) -> TupleRow | None:
    return await (await connection.execute(statement.encode(), values)).fetchone()
