"""Deciding what rings: every reminder whose time has come, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import assert_never

from bot.core.alarms import Alarm, Brief, Repeat, Ring, StepsDue, UpdateDue, alarms
from bot.core.facts import Briefed, Fact, Rang, RepeatRang, StepsRang, UpdateRang
from bot.core.incident import Incident

ON_TIME = timedelta(seconds=60)
"""A reminder that rings within this of its time is not called late."""
ON_TIME_IN_DRILL = timedelta(seconds=2)
TOGETHER = timedelta(seconds=60)
"""What would ring within this of a reminder rings with it: one message instead of several."""


def ring(incident: Incident, now: datetime) -> tuple[Fact, ...]:
    """Return a fact for everything whose time has come, the earliest first."""
    waiting = alarms(incident, now)
    rings = any(alarm.at <= now and not isinstance(alarm, Brief) for alarm in waiting)
    until = now + TOGETHER if rings and incident.pace == 1 else now
    return tuple(
        fact
        for alarm in waiting
        if alarm.at <= (now if isinstance(alarm, Brief) else until)
        for fact in _rang(incident, alarm, now)
    )


def _rang(incident: Incident, alarm: Alarm, now: datetime) -> Iterable[Fact]:
    match alarm:
        case Ring(rule=rule, rung=rung, due=due, level=level):
            yield Rang(at=now, rule=rule, rung=rung, due=due, late_by=_lateness(incident, alarm.at, now), level=level)
        case StepsDue(steps=steps):
            yield StepsRang(at=now, steps=steps)
        case UpdateDue(promised=promised):
            yield UpdateRang(at=now, promised=promised)
        case Repeat():
            yield RepeatRang(at=now)
        case Brief():
            yield Briefed(at=now, users=incident.unbriefed)
        case _:
            assert_never(alarm)


def _lateness(incident: Incident, at: datetime, now: datetime) -> timedelta:
    tolerated = ON_TIME_IN_DRILL if incident.drill else ON_TIME
    return now - at if now - at > tolerated else timedelta(0)
