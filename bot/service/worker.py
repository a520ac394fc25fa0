"""Answers that take longer than the event loop may be held: made in a thread, outside every decision, in order."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Never

from bot.core.names import UserId
from bot.ports import Incoming
from bot.service.ledger import Ledger
from bot.service.outcome import Later

TRIES = 3
"""How often an answer is made anew because its incident changed meanwhile; the last one is given as it is."""


class Worker:
    """One thread at a time: a person who asks for much keeps one processor busy, and nobody else waiting."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: deque[tuple[Incoming, Later]] = deque()
        self._came = asyncio.Event()
        self._began: float | None = None

    @property
    def busy(self) -> bool:
        """Say whether anything waits or is in work."""
        return bool(self._waiting)

    @property
    def busy_seconds(self) -> float:
        """For how long the answer in work is being made; 0 when none is."""
        return 0.0 if self._began is None else asyncio.get_running_loop().time() - self._began

    def holds(self, sender: UserId) -> bool:
        """Say whether an answer to *sender* is still to be made."""
        return any(later.sender == sender for _, later in self._waiting)

    def push(self, incoming: Incoming, later: Later) -> None:
        """Let *incoming* wait for its turn. It stays in the inbox until it is answered."""
        self._waiting.append((incoming, later))
        self._came.set()

    async def run(self) -> Never:
        """Answer until cancelled."""
        while True:
            await self._came.wait()
            self._came.clear()
            while self._waiting:
                incoming, later = self._waiting[0]
                self._began = asyncio.get_running_loop().time()
                await self._answer(incoming, later)
                self._began = None
                self._waiting.popleft()

    async def _answer(self, incoming: Incoming, later: Later) -> None:
        for attempt in range(1, TRIES + 1):
            ground = self._ledger.books.incident(later.stream)
            outcome = await asyncio.to_thread(later.make, ground)
            async with self._ledger.deciding:
                if attempt == TRIES or self._ledger.books.incident(later.stream) is ground:
                    await self._ledger.apply(incoming, outcome)
                    return
