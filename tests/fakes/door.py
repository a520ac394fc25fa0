"""A door in memory: `ports.DoorKeeper`, and what people do at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.names import UserId
from bot.core.people.guests import Passage, WayIn
from bot.ports import DoorRefusesError, DoorSilentError

PAGE = "https://door.example.org/join"


class FakeDoor:
    """Answers truly until it is told otherwise."""

    def __init__(self) -> None:
        self.is_silent = self.is_full = False
        self.is_stuck = False
        """Whether whoever asks waits for ever."""
        self.keeps = False
        """Whether it does not say yet that nothing of a way in is left."""
        self.lost = 0
        """How many answers are lost on their way, though the thing was done."""
        self.ways: dict[str, WayIn] = {}
        self.ends_at: dict[str, datetime] = {}
        self.made: list[str] = []
        """Every way in that was asked for, as often as it was."""
        self.ended: list[str] = []
        self.looked = 0
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        """What happens while it makes the next way in."""

    # --- ports.DoorKeeper -------------------------------------------------------------------------------------

    async def open(self, id: str, until: datetime) -> str:
        await self._may_fail()
        if self.is_full:
            raise DoorRefusesError
        self.made.append(id)
        self.ends_at[id] = until
        self.ways.setdefault(id, WayIn(id=id, passage=Passage.OPEN, user=None, made=True, again=0))
        await self._may_be_lost()
        if self.meanwhile is not None:
            await self.meanwhile()
        return f"{PAGE}#secret-{len(self.made)}"

    async def look(self, ids: Collection[str]) -> Sequence[WayIn]:
        self.looked += 1
        await self._may_fail()
        return [self.ways[id] for id in ids if id in self.ways]

    async def end(self, id: str) -> bool:
        await self._may_fail()
        self.ended.append(id)
        if id in self.ways and not self.keeps:
            self.ways[id] = replace(self.ways[id], passage=Passage.OVER)
        await self._may_be_lost()
        return not self.keeps

    # --- what people do, or what it says that they do ---------------------------------------------------------

    @property
    def last(self) -> str:
        """The newest way in."""
        return list(self.ways)[-1]

    def come(self, user: UserId | None, id: str = "", *, made: bool = True) -> None:
        """Let somebody come by the newest way in, or by another."""
        self.say(id, passage=Passage.COME, user=user, made=made)

    def say(self, id: str = "", **changes: object) -> None:
        """Say something else of a way in from now on."""
        self.ways[id or self.last] = replace(self.ways[id or self.last], **changes)  # type: ignore[arg-type]

    async def _may_fail(self) -> None:
        if self.is_silent:
            raise DoorSilentError
        if self.is_stuck:
            await asyncio.Event().wait()

    async def _may_be_lost(self) -> None:
        if self.lost:
            self.lost -= 1
            raise DoorSilentError
