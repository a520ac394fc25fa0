"""What the homeserver holds of a coordination, read from its own database: rooms, invitations and messages, counted."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

_ROOMS = "SELECT room_id FROM events WHERE type = 'm.room.create' AND sender = ?"
_INVITED = """
SELECT room_id, state_key FROM events JOIN event_json USING (event_id, room_id)
WHERE type = 'm.room.member' AND sender = ? AND json_extract(json, '$.content.membership') = 'invite'
"""
_JOINED = (
    "SELECT room_id FROM current_state_events WHERE type = 'm.room.member' AND state_key = ? AND membership = 'join'"
)
_PLACE = "SELECT coalesce(max(stream_ordering), 0) FROM events"
_SAID = """
SELECT room_id FROM events JOIN event_json USING (event_id, room_id)
WHERE type = 'm.room.encrypted' AND sender = ? AND stream_ordering > ?
AND json_extract(json, '$.content."m.relates_to".rel_type') IS NOT 'm.replace'
"""


class Server:
    """A homeserver's own word on one bot."""

    def __init__(self, database: Path, bot: str) -> None:
        self._database = database
        self._bot = bot

    async def rooms(self) -> list[str]:
        """Return the rooms the bot made, each as often as it was made."""
        return [str(room) for (room,) in await self._ask(_ROOMS, self._bot)]

    async def invited(self) -> Counter[tuple[str, str]]:
        """Return how often the bot invited whom into which room."""
        return Counter((str(room), str(user)) for room, user in await self._ask(_INVITED, self._bot))

    async def joined(self, user: str) -> set[str]:
        return {str(room) for (room,) in await self._ask(_JOINED, user)}

    async def place(self) -> int:
        """Return where the homeserver is now: what comes later is new."""
        ((place,),) = await self._ask(_PLACE)
        return int(place)

    async def said(self, since: int) -> Counter[str]:
        """Return how many messages of the bot came into each room since, edits left out."""
        return Counter(str(room) for (room,) in await self._ask(_SAID, self._bot, since))

    async def _ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return await asyncio.to_thread(self._read, query, values)

    def _read(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()
