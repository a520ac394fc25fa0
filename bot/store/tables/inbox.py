"""The inbox in the file: every input once, whatever is replayed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.names import InputId
from bot.ports import Incoming, Received, is_another, misnamed, origin_of
from bot.store.codec import decode_incoming, encode, kind_of

_KEEP = "INSERT INTO inbox (id, kind, body) VALUES (?, ?, ?)"
_KEEP_ORIGIN = "INSERT INTO origins (id, origin) VALUES (?, ?)"
_ORIGIN = "SELECT coalesce(origin, '') FROM inbox LEFT JOIN origins USING (id) WHERE id = ?"
_PUT_MARK = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_GET_MARK = "SELECT value FROM meta WHERE name = ?"
_WAITING = "SELECT kind, body FROM inbox WHERE applied = 0 ORDER BY number"
_IS_APPLIED = "SELECT 1 FROM inbox WHERE id = ? AND applied = 1"
_APPLY = (
    "INSERT INTO inbox (id, applied) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET applied = 1, kind = '', body = NULL"
)

_TOKEN, _HEARD = "sync-token", "heard-at"


Row = tuple[Incoming, str]
"""An input and its stored body."""


def rows(events: Sequence[Incoming]) -> tuple[tuple[Row, Row | None], ...]:
    """Encode *events*, each beside what is kept in its place if its id is another's."""
    return tuple((_row(event), None if (told := misnamed(event)) is None else _row(told)) for event in events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """A batch held against what is known."""

    kept: tuple[Row, ...]
    received: Received


def sort(connection: sqlite3.Connection, events: Sequence[tuple[Row, Row | None]]) -> Sorted:
    """Say what of *events* is new and what is refused; what is known is passed over."""
    kept, refused = dict[InputId, Row](), set[InputId]()
    for event, told in events:
        known = _origin(connection, event[0].id, kept)
        if known is None:
            kept[event[0].id] = event
        elif is_another(event[0], known):
            refused.add(event[0].id)
            if told is not None and _origin(connection, told[0].id, kept) is None:
                kept[told[0].id] = told
    new = tuple(event for event, _ in kept.values())
    return Sorted(kept=tuple(kept.values()), received=Received(new=new, refused=frozenset(refused)))


def keep(connection: sqlite3.Connection, rows: Sequence[Row], token: str, heard_at: datetime | None) -> None:
    """Keep what is new of a batch, and its marks."""
    connection.executemany(_KEEP, [(event.id, kind_of(event), body) for event, body in rows])
    connection.executemany(_KEEP_ORIGIN, [(event.id, origin) for event, _ in rows if (origin := origin_of(event))])
    connection.execute(_PUT_MARK, (_TOKEN, token))
    if heard_at is not None:
        connection.execute(_PUT_MARK, (_HEARD, heard_at.isoformat()))


def _row(event: Incoming) -> Row:
    return event, encode(event)


def _origin(connection: sqlite3.Connection, id: InputId, beside: Mapping[InputId, Row]) -> str | None:
    """Return what is known of *id*; None when nothing of that id was ever seen, nor stands *beside* it."""
    if id in beside:
        return origin_of(beside[id][0])
    row = connection.execute(_ORIGIN, (id,)).fetchone()
    return None if row is None else str(row[0])


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
