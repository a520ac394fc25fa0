"""The alarm clock: APScheduler with jobs in memory. It only wakes the service; the facts say what for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler

Ring = Callable[[str], Awaitable[None]]


class SchedulerAlarmClock:
    """Implements `bot.ports.AlarmClock`. Settings made before the start ring once it has started."""

    def __init__(self) -> None:
        self._ring: Ring | None = None
        # Without these two, a busy loop would drop an alarm that is more than a second late.
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})

    def start(self, ring: Ring) -> None:
        """Begin to ring on the running event loop, by calling *ring* with the key."""
        self._ring = ring
        self._scheduler.start()

    def stop(self) -> None:
        """Forget everything."""
        self._scheduler.shutdown(wait=False)

    def set(self, key: str, at: datetime) -> None:
        """Ring once for *key* at *at*, or at once when that has passed; replaces the earlier setting of *key*."""
        self._scheduler.add_job(self._call, "date", run_date=at, args=(key,), id=key, replace_existing=True)

    def cancel(self, key: str) -> None:
        """Forget *key*; nothing happens if it is not set."""
        try:
            self._scheduler.remove_job(key)
        except JobLookupError:
            return

    async def _call(self, key: str) -> None:
        if self._ring is not None:
            await self._ring(key)
