"""The inbox in the file: every input once, whatever is replayed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from bot.core.names import InputId
from bot.ports import Incoming
from bot.store.codec import decode_incoming

_KEEP = "INSERT INTO inbox (id, kind, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"
_PUT_MARK = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_GET_MARK = "SELECT value FROM meta WHERE name = ?"
_WAITING = "SELECT kind, body FROM inbox WHERE applied = 0 ORDER BY number"
_IS_APPLIED = "SELECT 1 FROM inbox WHERE id = ? AND applied = 1"
_APPLY = (
    "INSERT INTO inbox (id, applied) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET applied = 1, kind = '', body = NULL"
)

_TOKEN, _HEARD = "sync-token", "heard-at"


def receive(
    connection: sqlite3.Connection, rows: Sequence[tuple[str, str, str]], token: str, heard_at: datetime | None
) -> None:
    """Keep events given as id, kind and body, and the marks of their batch; known ids are passed over."""
    connection.executemany(_KEEP, rows)
    connection.execute(_PUT_MARK, (_TOKEN, token))
    if heard_at is not None:
        connection.execute(_PUT_MARK, (_HEARD, heard_at.isoformat()))


def token(connection: sqlite3.Connection) -> str | None:
    """Return the last token, or None before the first."""
    return _mark(connection, _TOKEN)


def heard_at(connection: sqlite3.Connection) -> datetime | None:
    """Return when the homeserver was heard last, or None before the first time."""
    kept = _mark(connection, _HEARD)
    return None if kept is None else datetime.fromisoformat(kept)


def _mark(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute(_GET_MARK, (name,)).fetchone()
    return None if row is None else str(row[0])


def waiting(connection: sqlite3.Connection) -> tuple[Incoming, ...]:
    """Return events not yet applied, in the order they were received."""
    return tuple(decode_incoming(kind, body) for kind, body in connection.execute(_WAITING))


def is_applied(connection: sqlite3.Connection, id: InputId) -> bool:
    """Say whether *id* was applied."""
    return connection.execute(_IS_APPLIED, (id,)).fetchone() is not None


def apply(connection: sqlite3.Connection, id: InputId) -> None:
    """Mark *id* as applied, known or not, and forget its text."""
    connection.execute(_APPLY, (id,))
