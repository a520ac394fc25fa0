"""What the alarm clock is set for, and what is done when it rings: reminders, and what was kept long enough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.alarms import alarms
from bot.core.happenings import Happening, TimeCame
from bot.core.incident import Incident
from bot.core.names import InputId
from bot.ports import AlarmClock, Clock
from bot.service.books import Books
from bot.service.outcome import Commit, Outcome
from bot.service.retention import PURGE_KEY, Retention

_INCIDENT_KEY = "incident:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """Keeps the alarm clock at the earliest alarm of each incident. Nothing of it is stored."""

    books: Books
    clock: Clock
    alarm_clock: AlarmClock
    retention: Retention
    deciding: asyncio.Lock
    happen: Callable[[Incident, Happening, InputId, datetime], Outcome]
    commit: Commit

    def set_alarm(self, incident: Incident) -> None:
        """Let the alarm clock ring for what *incident* waits for now; not at all when that is nothing."""
        self.retention.set_alarm(incident)
        at = _next_alarm(incident, self.clock.now())
        if at is not None:
            self.alarm_clock.set(_INCIDENT_KEY + incident.id, at)
        else:
            self.alarm_clock.cancel(_INCIDENT_KEY + incident.id)

    async def rang(self, key: str) -> None:
        """Do what the alarm clock rang for."""
        if key.startswith(PURGE_KEY):
            await self._kept_long_enough(key.removeprefix(PURGE_KEY))
        else:
            await self._time_came(key.removeprefix(_INCIDENT_KEY))

    async def _kept_long_enough(self, id: str) -> None:
        async with self.deciding:
            found = self.retention.time_came(id)
            if found is not None:
                await self.commit(*found)

    async def _time_came(self, id: str) -> None:
        async with self.deciding:
            incident = self.books.incident(id)
            if incident is None:
                return
            now = self.clock.now()
            input = InputId(f"alarm:{id}:{self.books.count(incident.id)}")
            outcome = self.happen(incident, TimeCame(), input, now)
            if outcome.facts:
                await self.commit(input, outcome)
            elif (early := _next_alarm(incident, now)) is not None and early > now:
                self.alarm_clock.set(_INCIDENT_KEY + id, early)


def _next_alarm(incident: Incident, now: datetime) -> datetime | None:
    waiting = alarms(incident, now)
    return waiting[0].at if waiting else None
