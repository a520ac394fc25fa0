"""What was reported and waits to be kept: the same alert once, and all of it in few transactions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

from bot.core.facts import Alert

MOST_WAITING = 500
"""Alerts that wait at the most; more are refused, and sent again by who sent them."""
_AT_ONCE = 50
"""So many are kept in one go: some milliseconds."""
_APART_S = 0.1
Keep = Callable[[Sequence[Alert]], Awaitable[None]]
"""Returns once it is durable."""


class Gathering:
    """Keeps what is reported while `run` runs."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._waiting: dict[str, tuple[Alert, asyncio.Future[None]]] = {}
        self._something = asyncio.Event()

    def has_room(self, alerts: Sequence[Alert]) -> bool:
        """Say whether *alerts* may wait as well."""
        return len(self._waiting) + len(alerts) <= MOST_WAITING

    async def put(self, alerts: Sequence[Alert]) -> None:
        """Let *alerts* wait, each in the place of an earlier state of itself. Returns once they are durable."""
        futures = [self._put(alert) for alert in alerts]
        self._something.set()
        await asyncio.gather(*map(asyncio.shield, futures))

    def _put(self, alert: Alert) -> asyncio.Future[None]:
        known = self._waiting.get(alert.key)
        future = asyncio.get_running_loop().create_future() if known is None else known[1]
        self._waiting[alert.key] = (alert, future)
        return future

    async def run(self) -> None:
        """Keep what waits until cancelled. Whoever waits for it then is told that it was not kept."""
        try:
            while True:
                await self._something.wait()
                await self._keep_some()
                await asyncio.sleep(_APART_S)
        finally:
            for _, future in self._waiting.values():
                future.cancel()

    async def _keep_some(self) -> None:
        taken = [self._waiting.pop(key) for key in list(islice(self._waiting, _AT_ONCE))]
        if not self._waiting:
            self._something.clear()
        try:
            await self._keep([alert for alert, _ in taken])
        except BaseException:
            for _, future in taken:
                future.cancel()
            raise
        for _, future in taken:
            if not future.done():
                future.set_result(None)
