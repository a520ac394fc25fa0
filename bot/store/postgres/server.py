"""The statements that the database is given. Each blocks, on the thread of the working copy."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

import psycopg
from psycopg.rows import TupleRow

from bot.sentences.told import Told
from bot.store.errors import DatabaseAwayError, DatabaseRefusedError, NewerStoreError, RolledBackError
from bot.store.migrate import migrations
from bot.store.postgres.address import failed, parameters, unconnected
from bot.store.postgres.elapsed import elapsed_s
from bot.store.postgres.head import Row
from bot.store.postgres.sealing import SealedRow

OVERDUE_S, LARGE_S = 12.0, 300.0
"""After which nobody waits for an answer any more; and for one step of something large."""
_SCHEMA_LOCK = 0x63656C6C
"""Held while tables are made: two machines may begin at once."""
_SETTINGS = (
    "SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s';"
    # A machine that vanishes in the middle of something large must not hold its rows for hours.
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
)
_LARGE = "SET LOCAL statement_timeout = 0"
_BATCH = 500

_HAS_SCHEMA = "SELECT to_regclass('cellule_schema') IS NOT NULL"
_SCHEMA = "SELECT number FROM cellule_schema"
_BEGIN = "INSERT INTO cellule_head (fence, beat, position, body) VALUES (0, 0, 0, %s) ON CONFLICT DO NOTHING"
HEAD = "SELECT fence, beat, holder, position, moved, body FROM cellule_head"
_SINCE = "SELECT id, position, body FROM cellule_rows WHERE position > %s ORDER BY position"
_WRITE = """WITH head AS (
    UPDATE cellule_head SET position = %(position)s, body = %(head)s
    WHERE fence = %(fence)s AND life = %(life)s AND position = %(follows)s RETURNING 1
), written AS (
    INSERT INTO cellule_rows (id, position, body)
    SELECT id, %(position)s, body FROM head, unnest(%(ids)s::bytea[], %(bodies)s::bytea[]) AS new (id, body)
    ON CONFLICT (id) DO UPDATE SET position = excluded.position, body = excluded.body
), reaped AS (
    DELETE FROM cellule_rows WHERE body IS NULL AND position <= %(reaped)s AND id <> ALL (%(ids)s::bytea[])
    AND EXISTS (SELECT 1 FROM head)
)
SELECT count(*) FROM head"""
_ADD = "COPY cellule_rows (id, position, body) FROM STDIN (FORMAT BINARY)"
_REPLACE = """UPDATE cellule_head SET position = %s, body = %s, moved = false
    WHERE fence = %s AND life = %s AND position = %s"""
_DROP = "DROP TABLE cellule_rows, cellule_head, cellule_schema"
_MOVED = "UPDATE cellule_head SET moved = true WHERE fence = %s AND life = %s"


class Server:
    """One connection, opened when it is needed, and again after it failed."""

    def __init__(self, address: str) -> None:
        """*address* is checked here. Raises DatabaseRefusedError."""
        self._parameters = parameters(address)
        self._connection: psycopg.Connection[TupleRow] | None = None
        self._asked_at: float | None = None
        self._patience_s = OVERDUE_S
        self._is_cut = threading.Event()

    def is_prepared(self) -> bool:
        """Say whether the tables are there. Raises what `prepare` does."""
        with self._using() as connection:
            return _schema(connection) > 0

    def prepare(self) -> None:
        """Make the tables, or bring them to the current schema.

        Raises:
            DatabaseRefusedError: it does not let us in, or its encoding is not UTF-8.
            DatabaseAwayError: it does not answer.
            NewerStoreError: a newer version made them; they are left alone.
        """
        known = migrations(__package__)
        with self._using() as connection:
            if connection.info.parameter_status("server_encoding") != "UTF8":
                raise DatabaseRefusedError("keeping.database.encoding")
            if _schema(connection) < known[-1].number:
                connection.execute("SELECT pg_advisory_lock(%s)", (_SCHEMA_LOCK,))
                with connection.transaction():
                    for migration in known[_schema(connection) :]:
                        connection.execute(migration.script.encode())
                        connection.execute("UPDATE cellule_schema SET number = %s", (migration.number,))
                connection.execute("SELECT pg_advisory_unlock(%s)", (_SCHEMA_LOCK,))
            if (found := _schema(connection)) > known[-1].number:
                raise NewerStoreError(found=found, known=known[-1].number)

    def begin(self, body: bytes) -> None:
        """Begin a state, if there is none."""
        with self._using() as connection:
            connection.execute(_BEGIN, (body,))

    def head(self) -> Row | None:
        """Return where the rows stand; None when no state was begun."""
        with self._using() as connection:
            found = connection.execute(HEAD).fetchone()
        return None if found is None else Row(*found)

    @contextmanager
    def since(self, position: int) -> Iterator[tuple[Row, Iterator[SealedRow]]]:
        """Read the rows that were written after that transaction, and the head of the same moment."""
        with self._using() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute(_LARGE)
            head = Row(*_one(connection, HEAD))
            with connection.cursor("cellule_rows") as rows:
                rows.itersize = _BATCH
                rows.execute(_SINCE, (position,))
                found = (SealedRow(id=id, position=written, body=body) for id, written, body in rows)
                yield head, self._in_time(found)

    def write(
        self,
        follows: int,
        position: int,
        head: bytes,
        rows: Sequence[SealedRow],
        *,
        turn: tuple[int, bytes],
        reaped: int = -1,
    ) -> bool:
        """Write the transaction *position*, which *follows* that one: all of it, durable on return.

        Rows dropped up to the transaction *reaped* leave. False, and nothing is changed, when another transaction was
        written since, or when it is not our *turn* any more.
        """
        fence, life = turn
        values = {
            "follows": follows,
            "position": position,
            "head": head,
            "fence": fence,
            "life": life,
            "ids": [row.id for row in rows],
            "bodies": [row.body for row in rows],
            "reaped": reaped,
        }
        with self._using() as connection:
            (written,) = _one(connection, _WRITE, values)
        return bool(written)

    def write_all(
        self,
        follows: int,
        position: int,
        rows: Iterable[SealedRow],
        head: Callable[[], bytes],
        *,
        turn: tuple[int, bytes],
    ) -> bool:
        """Put *rows* in the place of all, then *head*. False as in `write`."""
        written = 0
        with self._using(LARGE_S) as connection, connection.transaction():
            connection.execute(_LARGE)
            connection.execute("DELETE FROM cellule_rows")
            with connection.cursor() as cursor, cursor.copy(_ADD) as added:
                added.set_types(("bytea", "int8", "bytea"))
                for row in self._in_time(rows):
                    added.write_row((row.id, row.position, row.body))
            # Last: who gives signs of life writes into the same row.
            written = connection.execute(_REPLACE, (position, head(), *turn, follows)).rowcount
            if not written:
                raise psycopg.Rollback
        return bool(written)

    def leave_for_good(self, *, turn: tuple[int, bytes]) -> bool:
        """Have nobody speak from here any more; False when it is not ours to say."""
        with self._using() as connection:
            return connection.execute(_MOVED, turn).rowcount > 0

    def compact(self) -> None:
        """Have what was written over, or dropped, leave the tables, over a connection of its own. From any thread."""
        _once(self._parameters, "VACUUM cellule_rows, cellule_head")

    @property
    def is_overdue(self) -> bool:
        """Whether an answer is waited for that should have come."""
        asked_at = self._asked_at
        return asked_at is not None and elapsed_s() - asked_at > self._patience_s

    def close(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def cut(self) -> None:
        """Have whoever waits for an answer wait no longer, and nobody ask again. From any thread."""
        self._is_cut.set()
        connection = self._connection
        if connection is not None:
            cut(connection)

    def _in_time(self, rows: Iterable[SealedRow]) -> Iterator[SealedRow]:
        """Yield *rows*, each of which shows that somebody still answers."""
        for row in rows:
            self._asked_at = elapsed_s()
            yield row

    @contextmanager
    def _using(self, patience_s: float = OVERDUE_S) -> Iterator[psycopg.Connection[TupleRow]]:
        if self._is_cut.is_set():
            raise DatabaseAwayError("keeping.database.away", why=Told("keeping.database.cut"))
        self._patience_s, self._asked_at = patience_s, elapsed_s()
        try:
            yield self._connected()
        except psycopg.Error as error:
            self.close()
            raise failed(error) from None
        finally:
            self._asked_at = None

    def _connected(self) -> psycopg.Connection[TupleRow]:
        if self._connection is None or self._connection.closed:
            try:
                self._connection = psycopg.connect(autocommit=True, prepare_threshold=None, **self._parameters)
            except psycopg.Error as error:
                raise unconnected(error) from None
            self._connection.execute(_SETTINGS)
        return self._connection


def cut(connection: psycopg.Connection[TupleRow] | psycopg.AsyncConnection[TupleRow]) -> None:
    """Have whoever waits for an answer over *connection* be told at once that none will come."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as shared:
        shared.shutdown(socket.SHUT_RDWR)


def drop(address: str) -> None:
    """Take our tables away, with all that is in them. Blocks. Raises what `Server` does."""
    _once(parameters(address), _DROP)


def _once(chosen: Mapping[str, Any], statement: LiteralString) -> None:
    """Give one statement over a connection of its own."""
    try:
        with psycopg.connect(autocommit=True, **chosen) as connection:
            connection.execute(statement)
    except psycopg.Error as error:
        raise failed(error) from None


def _schema(connection: psycopg.Connection[TupleRow]) -> int:
    (is_made,) = _one(connection, _HAS_SCHEMA)
    return int(_one(connection, _SCHEMA)[0]) if is_made else 0


def _one(
    connection: psycopg.Connection[TupleRow], statement: str, values: Mapping[str, object] | None = None
) -> TupleRow:
    found: TupleRow | None = connection.execute(statement, values).fetchone()
    if found is None:
        raise RolledBackError("keeping.database.emptied")
    return found
