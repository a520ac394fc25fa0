"""What must ring next, derived from the incident. Nothing here is stored, so nothing here can be lost.

A clock lives on its legal time axis; in a drill that axis runs *pace* times faster than the wall, from the moment the
clock was started.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clocks import HOUR, LAST_MOMENT, Running, ladder, legal_time, rung_name, wall_time
from bot.core.incident import Incident, Status
from bot.core.names import RuleId

__all__ = ["Alarm", "Brief", "Ring", "alarms", "legal_time"]

DRILL_OVERDUE_EVERY = timedelta(seconds=10)
"""In a drill an overdue clock rings no oftener than this on the wall: a homeserver lets a message through every 5 s."""
_OVERDUE = "T+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A reminder of a clock that waits for its time."""

    at: datetime
    """On the wall, in UTC."""
    rule: RuleId
    rung: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A brief for late joiners that waits for the others."""

    at: datetime


Alarm = Ring | Brief


def alarms(incident: Incident, now: datetime) -> tuple[Alarm, ...]:
    """Return what waits to ring, earliest first. A room that is closed or not made yet rings nothing.

    Rungs up to the due time each stand for themselves, however late. Of the hourly ones after it only the newest
    one passed by *now* stands, or the next one.
    """
    if incident.status is not Status.OPEN:
        return ()
    waiting: list[Alarm] = [Brief(at=incident.brief_due)] if incident.brief_due else []
    for rule, state in incident.clock_states.items():
        if isinstance(state, Running) and state.due is not None:
            waiting.extend(_rings(rule, state, state.due, incident.pace, now))
    return tuple(sorted(waiting, key=lambda alarm: alarm.at))


def _rings(rule: RuleId, running: Running, due: datetime, pace: float, now: datetime) -> list[Ring]:
    rungs = _resting(running, pace, _pending_ladder(running, due))
    overdue = _pending_overdue(running, due, pace, now)
    if overdue is not None:
        rungs.append(overdue)
    return [Ring(at=wall_time(running, pace, at), rule=rule, rung=name, due=due) for name, at in rungs]


def _pending_ladder(running: Running, due: datetime) -> list[tuple[str, datetime]]:
    """Return the rungs after the last one that rang: what a snooze swallowed on the way does not come back."""
    rungs = [(name, at) for name, at in ladder(due) if at > running.recorded_at]
    rang = [index for index, (name, _) in enumerate(rungs) if name in running.rung]
    return rungs[max(rang, default=-1) + 1 :]


def _resting(running: Running, pace: float, rungs: list[tuple[str, datetime]]) -> list[tuple[str, datetime]]:
    """Move the last rung inside a snooze to its end and drop the others inside it."""
    if running.snoozed_at is None or running.snoozed_until is None:
        return rungs
    start, end = legal_time(running, pace, running.snoozed_at), running.snoozed_until
    inside = [(name, at) for name, at in rungs if start < at <= end]
    outside = [(name, at) for name, at in rungs if not start < at <= end]
    return ([(inside[-1][0], end)] if inside else []) + outside


def _pending_overdue(running: Running, due: datetime, pace: float, now: datetime) -> tuple[str, datetime] | None:
    if any(_rings_at_or_after_due(name) for name in running.rung[: running.acknowledged_rungs]):
        return None
    every = max(1, math.ceil(DRILL_OVERDUE_EVERY * pace / HOUR)) if pace > 1 else 1
    started = max(0, (running.recorded_at - due) // HOUR)
    following = max(_last_overdue(running), started) + every
    if following > (LAST_MOMENT - due) // HOUR:
        return None  # a drill that was left alone until the calendar ended
    passed = (legal_time(running, pace, now) - due) // HOUR
    hours = max(following, passed)
    return rung_name(-hours * HOUR), due + hours * HOUR


def _rings_at_or_after_due(name: str) -> bool:
    return name == rung_name(timedelta(0)) or name.startswith(_OVERDUE)


def _last_overdue(running: Running) -> int:
    hours = [int(name.removeprefix(_OVERDUE)) for name in running.rung if name.startswith(_OVERDUE)]
    return max(hours, default=0)
