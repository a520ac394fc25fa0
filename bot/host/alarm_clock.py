"""The alarm clock: APScheduler with jobs in memory. It only wakes the service; the facts say what for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler

Ring = Callable[[str], Awaitable[None]]

LOOK_AGAIN_S = 15
"""The event loop's timers stand still while the machine sleeps, so the wall clock is looked at this often."""

_DEFAULTS = {
    "misfire_grace_time": None,  # a busy loop would drop an alarm that is more than a second late
    "coalesce": True,
    "max_instances": 1_000_000,  # an alarm set again while its last call still runs would be dropped
}


class SchedulerAlarmClock:
    """Implements `bot.ports.AlarmClock`. Settings made before the start ring once it has started."""

    def __init__(self) -> None:
        self._ring: Ring | None = None
        self._early: dict[str, datetime] = {}
        self._settings: dict[str, datetime] = {}
        """What is set and has not rung: setting the same again, as most messages do, costs nothing."""
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_DEFAULTS)

    def start(self, ring: Ring) -> None:
        """Begin to ring on the running event loop, by calling *ring* with the key."""
        self._ring = ring
        self._scheduler.start()
        self._scheduler.add_job(_look_again, "interval", seconds=LOOK_AGAIN_S)
        for key, at in self._early.items():
            self.set(key, at)
        self._early.clear()

    def stop(self) -> None:
        """Forget everything."""
        self._early.clear()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def set(self, key: str, at: datetime) -> None:
        """Ring once for *key* at *at*, or at once when that has passed; replaces the earlier setting of *key*."""
        if self._ring is None:
            self._early[key] = at
        elif self._settings.get(key) != at:
            self._settings[key] = at
            self._scheduler.add_job(self._call, "date", run_date=at, args=(key,), id=key, replace_existing=True)

    def cancel(self, key: str) -> None:
        """Forget *key*; nothing happens if it is not set."""
        self._early.pop(key, None)
        self._settings.pop(key, None)
        try:
            self._scheduler.remove_job(key)
        except JobLookupError:
            return

    async def _call(self, key: str) -> None:
        # Always a coroutine function: APScheduler runs anything else on a thread.
        self._settings.pop(key, None)
        if self._ring is not None:
            await self._ring(key)


async def _look_again() -> None:
    """Do nothing: the scheduler compares every alarm with the wall clock whenever it wakes."""
