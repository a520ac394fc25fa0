"""Somebody at a foreign client, in a room with the bot: what they type, and what it answers them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from tests.patience import PATIENCE_S
from tests.peers.peer import Peer
from tests.peers.views import Json, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A person, a room, and the bot's user id."""

    peer: Peer
    room: str
    bot: str

    async def say(self, body: str, **how: Any) -> str:
        """Send *body* and return its event id; *how* is that of `Peer.send`."""
        return await self.peer.send(self.room, body, **how)

    async def ask(self, body: str, pattern: str = ".", **how: Any) -> Message:
        """Send *body* and return the bot's first message after it that has *pattern*, in the room or its own thread."""
        asked = await self.say(body, **how)
        return await self.peer.wait_for(self.room, pattern, sender=self.bot, after=asked, answers=True)

    async def ask_with(self, other: Peer, body: str, pattern: str = ".") -> Message:
        """Send *body*, have *other* confirm it, and return the bot's first message after that which has *pattern*."""
        asked = await self.ask(body, r"!confirm \d+")
        number = re.search(r"!confirm (\d+)", asked.text or "")
        assert number is not None
        return await self.of(other).ask(f"!confirm {number[1]}", pattern)

    async def hear(self, pattern: str, *, after: str | None = None, within_s: float = PATIENCE_S) -> Message:
        """Return the bot's first message (after the event *after*) that has *pattern*."""
        return await self.peer.wait_for(self.room, pattern, sender=self.bot, after=after, within_s=within_s)

    async def heard(self, *, after: str | None = None) -> list[Message]:
        """Return what the bot said in the room so far (after the event *after*), read or not, edits left out."""
        seen = await self.peer.timeline(self.room)
        start = [event.id for event in seen].index(after) + 1 if after else 0
        return [event for event in seen[start:] if event.sender == self.bot and event.encrypted and not event.replaces]

    async def entries(self) -> int:
        """Return how many facts the incident has, as its timeline says."""
        return (await self._last_entry())[0]

    async def sealed(self) -> int:
        """Return it once a checkpoint is the last fact: that of a closing comes some time after the answer."""
        async with asyncio.timeout(PATIENCE_S):
            while "checkpoint" not in (last := await self._last_entry())[1]:
                pass
        return last[0]

    async def _last_entry(self) -> tuple[int, str]:
        text = (await self.ask("!timeline 1", r"Entry \d+")).text or ""
        found = re.search(r"Entry (\d+)", text)
        assert found is not None
        return int(found[1]), text

    async def states(self) -> dict[tuple[str, str], Json]:
        """Return the content of every state event of the room: all of it is in clear on the homeserver."""
        events: Any = await self.peer.request("GET", f"/_matrix/client/v3/rooms/{self.room}/state")
        return {(event["type"], event["state_key"]): event["content"] for event in events}

    async def pinned(self) -> list[str]:
        states = await self.states()
        return list(states.get(("m.room.pinned_events", ""), {}).get("pinned", ()))

    def in_room(self, room: str) -> Talk:
        return Talk(peer=self.peer, room=room, bot=self.bot)

    def of(self, peer: Peer) -> Talk:
        """Return the same place with somebody else."""
        return Talk(peer=peer, room=self.room, bot=self.bot)


async def unread(peer: Peer, bot: str) -> list[str]:
    """Return why *peer* cannot read what it cannot read of *bot*, in all the rooms it has joined."""
    rooms = [room.id for room in await peer.rooms() if room.membership == "join"]
    seen = [event for room in rooms for event in await peer.timeline(room) if event.sender == bot]
    return [f"{event.type} {event.failure}" for event in seen if event.failure is not None]
