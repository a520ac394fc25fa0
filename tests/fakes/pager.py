"""A second channel that keeps what it was given, and does with it what the test says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from bot.ports import Handed, Letter


class FakePager:
    """Implements `bot.ports.Pager`. `outcomes` holds what becomes of the next pages; then all are accepted."""

    def __init__(self, *outcomes: Handed | Exception, repeats: bool = False) -> None:
        self.outcomes = deque(outcomes)
        self.repeats = repeats
        self.sent: list[Letter] = []
        """What the far side took, whatever it said of it."""
        self.attempts = 0
        self.hangs_before = self.hangs_after = False
        """Whether the next pages stay where they are: before they are handed over, or after."""

    async def page(self, letter: Letter, handing_over: Callable[[], Awaitable[None]]) -> Handed:
        self.attempts += 1
        if self.hangs_before:
            await asyncio.Event().wait()
        outcome = self.outcomes.popleft() if self.outcomes else Handed.ACCEPTED
        if isinstance(outcome, Exception):
            raise outcome
        if outcome in {Handed.ACCEPTED, Handed.UNKNOWN}:
            await handing_over()
            self.sent.append(letter)
        if self.hangs_after:
            await asyncio.Event().wait()
        return outcome

    async def look(self) -> None:
        """It is there."""
