"""The outbox in the file: what is to be done in the world, in order, each once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.ports import SHOWN_ONCE, Task
from bot.store.codec import decode, encode

_IS_KNOWN = "SELECT 1 FROM outbox WHERE id = ?"
_WAITS = "SELECT 1 FROM outbox WHERE done = 0 AND lane = ? AND kind = ? AND attempts = 0"
_ADD = "INSERT INTO outbox (id, lane, kind, body, attempts, not_before) VALUES (?, ?, ?, ?, ?, ?)"
_SETTLE = "UPDATE outbox SET done = 1, lane = '', kind = '', body = NULL, not_before = NULL WHERE id = ?"
_POSTPONE = "UPDATE outbox SET attempts = attempts + 1, not_before = ? WHERE id = ? AND done = 0"
_OPEN = "SELECT body, attempts, not_before FROM outbox WHERE done = 0 ORDER BY number"

Encoded = tuple[Task, str]
"""A task and its stored body."""


def encoded(tasks: Sequence[Task]) -> tuple[Encoded, ...]:
    """Encode *tasks*."""
    return tuple((task, encode(task)) for task in tasks)


def queue(connection: sqlite3.Connection, new: Sequence[Encoded]) -> None:
    """Add tasks whose id was never queued; what is shown once is left out while an untried one of its lane waits."""
    for task, body in new:
        if not (_is_known(connection, task) or _is_covered(connection, task)):
            values = (task.id, task.lane, task.name, body, task.attempts, _to_text(task.not_before))
            connection.execute(_ADD, values)


def settle(connection: sqlite3.Connection, id: str) -> None:
    """Mark a task as done and forget what it was."""
    connection.execute(_SETTLE, (id,))


def postpone(connection: sqlite3.Connection, id: str, until: datetime) -> None:
    """Count a failed attempt of a task not done, and let it rest."""
    connection.execute(_POSTPONE, (_to_text(until), id))


def open_tasks(connection: sqlite3.Connection) -> tuple[Task, ...]:
    """Return the tasks not done, in the order they were queued."""
    return tuple(_task(*values) for values in connection.execute(_OPEN))


def _is_known(connection: sqlite3.Connection, task: Task) -> bool:
    return connection.execute(_IS_KNOWN, (task.id,)).fetchone() is not None


def _is_covered(connection: sqlite3.Connection, task: Task) -> bool:
    if task.kind not in SHOWN_ONCE:
        return False
    return connection.execute(_WAITS, (task.lane, task.name)).fetchone() is not None


def _task(body: str, attempts: int, not_before: str | None) -> Task:
    rest = None if not_before is None else datetime.fromisoformat(not_before)
    return replace(decode(Task, body), attempts=attempts, not_before=rest)


def _to_text(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat()
