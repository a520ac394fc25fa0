"""Small secrets of the gateway, and encrypted events that wait for their key."""

from __future__ import annotations

import sqlite3

from bot.core.names import EventId
from bot.ports import Sealed
from bot.store.codec import decode

_GET = "SELECT value FROM vault WHERE name = ?"
_PUT = "INSERT INTO vault (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_NAMED = "SELECT name, value FROM vault WHERE substr(name, 1, ?) = ?"
_DROP = "DELETE FROM vault WHERE name = ?"
_DROP_ALL = "DELETE FROM vault WHERE substr(name, 1, ?) = ?"
_KEEP = "INSERT INTO sealed (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body"
_FORGET = "DELETE FROM sealed WHERE id = ?"
_ALL = "SELECT body FROM sealed ORDER BY number"


def get(connection: sqlite3.Connection, name: str) -> bytes | None:
    """Return what was put under *name*, or None."""
    row = connection.execute(_GET, (name,)).fetchone()
    return None if row is None else bytes(row[0])


def put(connection: sqlite3.Connection, name: str, value: bytes) -> None:
    """Keep *value* under *name*."""
    connection.execute(_PUT, (name, value))


def named(connection: sqlite3.Connection, prefix: str) -> dict[str, bytes]:
    """Return everything whose name begins with *prefix*."""
    return {name: bytes(value) for name, value in connection.execute(_NAMED, (len(prefix), prefix))}


def drop(connection: sqlite3.Connection, name: str) -> None:
    """Forget *name*, if anything is kept under it."""
    connection.execute(_DROP, (name,))


def drop_all(connection: sqlite3.Connection, prefix: str) -> None:
    """Forget everything whose name begins with *prefix*."""
    connection.execute(_DROP_ALL, (len(prefix), prefix))


def keep(connection: sqlite3.Connection, id: EventId, body: str) -> None:
    """Keep a sealed event, in the place it had if it was kept before."""
    connection.execute(_KEEP, (id, body))


def forget(connection: sqlite3.Connection, id: EventId) -> None:
    """Drop a sealed event, if it is kept."""
    connection.execute(_FORGET, (id,))


def sealed(connection: sqlite3.Connection) -> tuple[Sealed, ...]:
    """Return all that wait, oldest first."""
    return tuple(decode(Sealed, body) for (body,) in connection.execute(_ALL))
