"""An alarm clock whose settings can be seen and which rings when the test says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

Ring = Callable[[str], Awaitable[None]]


class FakeAlarmClock:
    """Implements `bot.ports.AlarmClock`, held to the contract of the real one."""

    def __init__(self) -> None:
        self.settings: dict[str, datetime] = {}
        """What waits to ring, by key."""
        self._ring: Ring | None = None

    def start(self, ring: Ring) -> None:
        """Ring by calling *ring* with the key."""
        self._ring = ring

    def stop(self) -> None:
        """Forget everything."""
        self.settings.clear()

    def set(self, key: str, at: datetime) -> None:
        """Ring once for *key* at *at*; replaces the earlier setting of *key*."""
        assert at.tzinfo is not None, "moments are aware"
        self.settings[key] = at

    def cancel(self, key: str) -> None:
        """Forget *key*; nothing happens if it is not set."""
        self.settings.pop(key, None)

    def due(self, now: datetime) -> tuple[str, ...]:
        """Return the keys whose time has come, earliest first."""
        return tuple(sorted((key for key, at in self.settings.items() if at <= now), key=self.settings.__getitem__))

    async def ring_due(self, now: datetime) -> tuple[str, ...]:
        """Ring everything that is due at *now*, what the ringing itself sets included; return the keys in order."""
        assert self._ring is not None, "start it first"
        rung: list[str] = []
        while due := self.due(now):
            del self.settings[due[0]]
            rung.append(due[0])
            await self._ring(due[0])
        return tuple(rung)
