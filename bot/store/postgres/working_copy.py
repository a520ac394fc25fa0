"""The working copy: the tables in an encrypted file of this machine, and how each of their rows stands in the database.

Which rows a transaction touched, triggers of this connection note; no table and no statement knows of it.
"""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.store.attached import Tables
from bot.store.postgres.head import Head, mark, read, written
from bot.store.postgres.sealing import AlteredError, Seal, SealedRow, total

_OWN = """
CREATE TABLE IF NOT EXISTS mirror (
    id BLOB PRIMARY KEY,
    place TEXT NOT NULL,
    position INTEGER NOT NULL,
    weight BLOB NOT NULL,
    dropped INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mirror_dropped ON mirror (position) WHERE dropped = 1;
CREATE TABLE IF NOT EXISTS mirror_marks (position INTEGER PRIMARY KEY, mark BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS mirror_head (machine BLOB NOT NULL, position INTEGER NOT NULL, head TEXT NOT NULL);
"""
_MACHINE = "SELECT machine FROM mirror_head"
_CLAIM = "INSERT INTO mirror_head (machine, position, head) VALUES (?, ?, ?)"
_STANDING = "SELECT position, head FROM mirror_head"
_STAND = "UPDATE mirror_head SET position = ?, head = ?"
_MARK = "SELECT mark FROM mirror_marks WHERE position = ?"
_PUT_MARK = "INSERT OR REPLACE INTO mirror_marks (position, mark) VALUES (?, ?)"
_DROP_MARKS = "DELETE FROM mirror_marks WHERE position <= ?"
_KNOWN = "SELECT place, weight FROM mirror WHERE id = ?"
_PUT = "INSERT OR REPLACE INTO mirror (id, place, position, weight, dropped) VALUES (?, ?, ?, ?, ?)"
_AFTER = "SELECT id, place FROM mirror WHERE position > ?"
_DROPPED = "SELECT weight FROM mirror WHERE dropped = 1 AND position <= ?"
_FORGET_DROPPED = "DELETE FROM mirror WHERE dropped = 1 AND position <= ?"
KEPT = 1_000
"""Transactions that can be put back into a database that lost them."""


class Change(NamedTuple):
    """A row that is to be written, with its place; what it weighed before is known by its id."""

    place: str
    row: SealedRow


def prepare(connection: sqlite3.Connection) -> None:
    """Make what the copy keeps beside the tables. What it lacks after a fall of the machine, it is given again."""
    connection.executescript(_OWN)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA recursive_triggers = ON")  # so that rows which are replaced are noted too
    connection.execute("CREATE TEMP TABLE touched (place TEXT NOT NULL)")


def machine(connection: sqlite3.Connection) -> bytes:
    """Return the number of chance of this machine."""
    (number,) = connection.execute(_MACHINE).fetchone()
    return bytes(number)


def claim(connection: sqlite3.Connection, state: str, schema: int, machine: bytes) -> None:
    """Make an empty copy that of *state*."""
    empty = Head(position=0, state=state, schema=schema, weight=0)
    connection.execute(_CLAIM, (machine, empty.position, written(empty)))
    connection.execute(_PUT_MARK, (0, mark(0)))


def standing(connection: sqlite3.Connection) -> Head:
    """Return up to where the copy goes."""
    position, text = connection.execute(_STANDING).fetchone()
    return read(position, text)


def mark_at(connection: sqlite3.Connection, position: int) -> bytes | None:
    """Return the mark of that transaction; None when it is not known, or not any more."""
    found = connection.execute(_MARK, (position,)).fetchone()
    return None if found is None else bytes(found[0])


# --- what we change -----------------------------------------------------------------------------------------


def watch(connection: sqlite3.Connection, tables: Tables) -> None:
    """Begin to note which rows are touched."""
    for table, key in tables.items():
        for act, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            noted = "".join(f"INSERT INTO touched VALUES ({_place(table, key, f'{row}.')});" for row in rows)
            connection.execute(f"CREATE TEMP TRIGGER {table}_{act} AFTER {act} ON main.{table} BEGIN {noted} END")


def touched(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the places of the rows that were touched, and begin anew."""
    places = tuple(place for (place,) in connection.execute("SELECT DISTINCT place FROM touched"))
    connection.execute("DELETE FROM touched")
    return places


def all_places(connection: sqlite3.Connection, tables: Tables) -> Iterator[str]:
    """Return the place of every row of every table."""
    for table, key in tables.items():
        for (place,) in connection.execute(f"SELECT {_place(table, key)} FROM {table}"):
            yield place


def after(connection: sqlite3.Connection, position: int) -> tuple[tuple[bytes, str], ...]:
    """Return the names and places of the rows that were written or dropped after that transaction.

    Of one that was made and dropped between two looks of this machine the place is not known, and empty.
    """
    return tuple(connection.execute(_AFTER, (position,)))


def sealed(
    connection: sqlite3.Connection, tables: Tables, seal: Seal, position: int, rows: Iterable[tuple[bytes, str]]
) -> Iterator[Change]:
    """Seal *rows*, given by name and place, as they stand now."""
    for id, place in rows:
        content = _content(connection, tables, place) if place else None
        body = None if content is None else seal.shut(id, position, content)
        yield Change(place, SealedRow(id=id, position=position, body=body))


def note(connection: sqlite3.Connection, seal: Seal, changes: Iterable[Change], start: int) -> int:
    """Note that *changes* stand in the database, and return what all rows add up to, from *start* on."""
    for place, row in changes:
        known = connection.execute(_KNOWN, (row.id,)).fetchone()
        weight = seal.weight(row)
        start = total(start, (weight,), () if known is None else (int.from_bytes(known[1]),))
        connection.execute(_PUT, (row.id, place, row.position, _bytes(weight), row.body is None))
    return start


def stand(connection: sqlite3.Connection, head: Head) -> None:
    """Note up to where the copy goes now."""
    connection.execute(_STAND, (head.position, written(head)))
    connection.executemany(_PUT_MARK, head.marked())
    connection.execute(_DROP_MARKS, (head.position - KEPT,))


def forget_all(connection: sqlite3.Connection) -> None:
    """Forget what stands in the database."""
    connection.execute("DELETE FROM mirror")


def forget_dropped(connection: sqlite3.Connection, position: int, start: int) -> int:
    """Forget the rows that were dropped up to that transaction; return what *start* is without them."""
    weights = [int.from_bytes(weight) for (weight,) in connection.execute(_DROPPED, (position,))]
    connection.execute(_FORGET_DROPPED, (position,))
    return total(start, (), weights)


# --- what another machine changed ---------------------------------------------------------------------------


def take_in(connection: sqlite3.Connection, tables: Tables, seal: Seal, rows: Iterable[SealedRow], start: int) -> int:
    """Bring the tables to what *rows* say, and return what all rows add up to, from *start* on.

    Raises:
        AlteredError: a row was not written by us, or stood elsewhere.
    """
    for row in rows:
        known = connection.execute(_KNOWN, (row.id,)).fetchone()
        if row.body is None:
            place = "" if known is None else str(known[0])
            _drop(connection, tables, place)
        else:
            place = _put(connection, tables, seal.open(row.id, row.position, row.body))
        start = note(connection, seal, (Change(place, row),), start)
    return start


def _drop(connection: sqlite3.Connection, tables: Tables, place: str) -> None:
    if place:
        table, *key = json.loads(place)
        connection.execute(f"DELETE FROM {table} WHERE {_where(tables[table])}", key)


def _put(connection: sqlite3.Connection, tables: Tables, content: bytes) -> str:
    place, names, values = json.loads(content)
    table = json.loads(place)[0]
    if table not in tables:
        raise AlteredError
    marks = ", ".join("?" for _ in values)
    connection.execute(
        f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({marks})", [_read(value) for value in values]
    )
    return str(place)


# --- rows ---------------------------------------------------------------------------------------------------


def _place(table: str, key: tuple[str, ...], of: str = "") -> str:
    return f"json_array('{table}', {', '.join(f'{of}{column}' for column in key)})"


def _where(key: tuple[str, ...]) -> str:
    return " AND ".join(f"{column} = ?" for column in key)


def _content(connection: sqlite3.Connection, tables: Tables, place: str) -> bytes | None:
    table, *key = json.loads(place)
    cursor = connection.execute(f"SELECT * FROM {table} WHERE {_where(tables[table])}", key)
    values: Sequence[object] | None = cursor.fetchone()
    if values is None:
        return None
    names = [column[0] for column in cursor.description]
    return json.dumps([place, names, [_written(value) for value in values]], separators=(",", ":")).encode()


def _written(value: object) -> object:
    return {"bytes": b64encode(value).decode()} if isinstance(value, bytes) else value


def _read(value: object) -> object:
    return b64decode(value["bytes"]) if isinstance(value, dict) else value


def _bytes(number: int) -> bytes:
    return number.to_bytes(32)
