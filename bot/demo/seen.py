"""What a homeserver knows of the conversations it carries, read from its own database."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One event as the homeserver holds it: all that its administrator, or a thief, can read."""

    order: int
    id: str
    room: str
    type: str
    sender: str
    keys: tuple[str, ...]
    """The keys of the content, sorted."""
    size: int
    """Characters of ciphertext, or of the content as JSON when it is in clear."""
    name: str | None
    """The name of the room, where this event gives it one."""
    ciphertext: str
    """What stands for the message; empty when the event is in clear."""


async def events(database: Path) -> list[Seen]:
    """Read every event the homeserver stored, oldest first, without touching its file."""
    return await asyncio.to_thread(_read_events, database)


def _read_events(database: Path) -> list[Seen]:
    query = (
        "SELECT stream_ordering, event_id, room_id, type, sender, json"
        " FROM events JOIN event_json USING (event_id, room_id) ORDER BY stream_ordering"
    )
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return [_seen(row) for row in db.execute(query)]


def _seen(row: tuple[int, str, str, str, str, str]) -> Seen:
    order, event, room, kind, sender, stored = row
    content: dict[str, Any] = json.loads(stored)["content"]
    ciphertext = content.get("ciphertext")
    hidden = ciphertext if isinstance(ciphertext, str) else ""
    return Seen(
        order=order,
        id=event,
        room=room,
        type=kind,
        sender=sender,
        keys=tuple(sorted(content)),
        size=len(hidden or json.dumps(content, ensure_ascii=False)),
        name=content.get("name") if kind == "m.room.name" else None,
        ciphertext=hidden,
    )
