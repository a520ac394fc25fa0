"""The outbox in the file: what is to be done in the world, in order, each once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.ports import Task, TaskKind
from bot.store.codec import decode, encode

_IS_KNOWN = "SELECT 1 FROM outbox WHERE id = ?"
_ADD = "INSERT INTO outbox (id, lane, kind, body, attempts, not_before) VALUES (?, ?, ?, ?, ?, ?)"
_UNTRIED_CARD = (
    "SELECT number, id, not_before FROM outbox WHERE done = 0 AND lane = ? AND kind = ? AND attempts = 0 LIMIT 1"
)
_REPLACE = "UPDATE outbox SET id = ?, body = ?, not_before = ? WHERE number = ?"
_RETIRE = "INSERT INTO outbox (id, done) VALUES (?, 1)"
_SETTLE = "UPDATE outbox SET done = 1, lane = '', kind = '', body = NULL, not_before = NULL WHERE id = ?"
_POSTPONE = "UPDATE outbox SET attempts = attempts + 1, not_before = ? WHERE id = ? AND done = 0"
_OPEN = "SELECT body, attempts, not_before FROM outbox WHERE done = 0 ORDER BY number"

Row = tuple[Task, str]
"""A task and its stored body."""


def rows(tasks: Sequence[Task]) -> tuple[Row, ...]:
    """Encode *tasks*."""
    return tuple((task, encode(task)) for task in tasks)


def queue(connection: sqlite3.Connection, new: Sequence[Row]) -> None:
    """Add tasks whose id was never queued; a card takes the place of an untried one of its lane."""
    for task, body in new:
        if connection.execute(_IS_KNOWN, (task.id,)).fetchone():
            continue
        if task.kind is TaskKind.CARD and _take_place(connection, task, body):
            continue
        values = (task.id, task.lane, task.kind, body, task.attempts, _to_text(task.not_before))
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


def _take_place(connection: sqlite3.Connection, task: Task, body: str) -> bool:
    found = connection.execute(_UNTRIED_CARD, (task.lane, TaskKind.CARD)).fetchone()
    if not found:
        return False
    number, id, not_before = found
    # The new id comes with the new content: should the old card be on its way right now, settling it must not settle
    # this one. And the wait is the shorter of the two, or a busy room would put its card off for ever.
    rest = _earlier(not_before, _to_text(task.not_before))
    connection.execute(_REPLACE, (task.id, body, rest, number))
    connection.execute(_RETIRE, (id,))
    return True


def _task(body: str, attempts: int, not_before: str | None) -> Task:
    rest = None if not_before is None else datetime.fromisoformat(not_before)
    return replace(decode(Task, body), attempts=attempts, not_before=rest)


def _to_text(time: datetime | None) -> str | None:
    # Always with microseconds, so that texts compare like times.
    return None if time is None else time.astimezone(UTC).isoformat(timespec="microseconds")


def _earlier(one: str | None, other: str | None) -> str | None:
    return None if one is None or other is None else min(one, other)
