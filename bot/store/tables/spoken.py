"""What our messages are about, in the file: the newest of each room. Only what we sent ourselves is ever kept here."""

from __future__ import annotations

import json
import sqlite3

from bot.core.names import EventId, RoomId
from bot.core.replies.subjects import Guided, GuideOver
from bot.ports import KEPT_POLLS, KEPT_SPOKEN, Spoken
from bot.store.codec import decode, encode

_KEEP = "INSERT OR REPLACE INTO spoken (room, event, thread, guides, body) VALUES (?, ?, ?, ?, ?)"
_DROP_OLD = (
    "DELETE FROM spoken WHERE room = ?1 AND number <= "
    "(SELECT number FROM spoken WHERE room = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)"
)
_KNOWN = "SELECT body FROM spoken WHERE room = ? AND event = ?"
_FIND = (
    "SELECT body FROM spoken WHERE room = ? AND event = ?"
    " AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.id = spoken.event)"
)
_LAST_OF_GUIDE = "SELECT body FROM spoken WHERE room = ? AND thread = ? AND guides = 1 ORDER BY number DESC LIMIT 1"
_OPEN_POLLS = """SELECT body FROM spoken WHERE room = ? AND instr(body, '"poll":{') ORDER BY number DESC LIMIT ?"""
_FORGET = "DELETE FROM spoken WHERE room = ? OR instr(body, ?)"

Row = tuple[str, str, str, bool, str]


def row(spoken: Spoken) -> Row:
    """Encode *spoken*."""
    # A poll that ends comes as the newest, and is not what the guide said last.
    guides = not spoken.is_over and any(isinstance(subject, Guided | GuideOver) for subject in spoken.about)
    return spoken.room, spoken.event, spoken.thread or "", guides, encode(spoken)


def keep(connection: sqlite3.Connection, row: Row, unclear: Row) -> None:
    """Keep *row* as the newest of its room, and drop the oldest; *unclear* if another has its id and it is no edit."""
    known = connection.execute(_KNOWN, row[:2]).fetchone()
    is_another = known is not None and known[0] != row[4] and not decode(Spoken, row[4]).edited
    connection.execute(_KEEP, unclear if is_another else row)
    connection.execute(_DROP_OLD, (row[0], KEPT_SPOKEN))


def find(connection: sqlite3.Connection, room: RoomId, event: EventId) -> Spoken | None:
    """Return our message *event* of *room*, or None."""
    return _read(connection, _FIND, (room, event))


def last_of_guide(connection: sqlite3.Connection, room: RoomId, thread: EventId | None) -> Spoken | None:
    """Return the newest message of a guide there, or None."""
    return _read(connection, _LAST_OF_GUIDE, (room, thread or ""))


def open_polls(connection: sqlite3.Connection, room: RoomId) -> tuple[Spoken, ...]:
    """Return the newest polls of *room* that are not over, newest first."""
    return tuple(decode(Spoken, body) for (body,) in connection.execute(_OPEN_POLLS, (room, KEPT_POLLS)))


def forget(connection: sqlite3.Connection, room: RoomId, incident: str) -> None:
    """Forget what was said in *room*, and what names *incident* elsewhere."""
    connection.execute(_FORGET, (room, json.dumps(incident)))


def _read(connection: sqlite3.Connection, query: str, values: tuple[str, str]) -> Spoken | None:
    found = connection.execute(query, values).fetchone()
    return None if found is None else decode(Spoken, found[0])
