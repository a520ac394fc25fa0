"""What the homeserver has of a bot's doings, and since when: read from its database, which costs it no answer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

_PLACE = "SELECT '', coalesce(max(stream_ordering), 0) FROM events"
_ROOMS = """
SELECT room_id, received_ts FROM events
WHERE type = 'm.room.create' AND sender = ? AND stream_ordering > ?
"""
_MESSAGES = """
SELECT room_id, received_ts FROM events JOIN event_json USING (event_id, room_id)
WHERE type = 'm.room.encrypted' AND sender = ? AND stream_ordering > ?
AND json_extract(json, '$.content."m.relates_to"') IS NULL
ORDER BY stream_ordering
"""


class ServerSide:
    """The events of one bot. Times are those of this machine's clock, in seconds."""

    def __init__(self, database: Path, bot: str) -> None:
        self._database = database
        self._bot = bot

    async def place(self) -> int:
        """Return where the homeserver is now: what comes later is new."""
        ((_, place),) = await self._ask(_PLACE, ())
        return place

    async def rooms(self, since: int) -> Mapping[str, float]:
        """Return when each room was made that the bot made since."""
        return {str(room): at / 1000 for room, at in await self._ask(_ROOMS, (self._bot, since))}

    async def messages(self, since: int) -> Mapping[str, Sequence[float]]:
        """Return when each encrypted message was taken that the bot sent since, edits left out, by room."""
        found: dict[str, list[float]] = {}
        for room, at in await self._ask(_MESSAGES, (self._bot, since)):
            found.setdefault(str(room), []).append(at / 1000)
        return found

    async def _ask(self, query: str, values: Sequence[object]) -> list[tuple[object, int]]:
        return await asyncio.to_thread(self._read, query, values)

    def _read(self, query: str, values: Sequence[object]) -> list[tuple[object, int]]:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()
