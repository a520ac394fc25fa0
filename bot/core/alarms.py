"""What must ring next, derived from the incident. Nothing here is stored, so nothing here can be lost.

A clock lives on its legal time axis; in a drill that axis runs *pace* times faster than the wall, from the moment the
clock was started.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clocks import HOUR, Running, ladder, rung_name
from bot.core.incident import Incident, Status
from bot.core.names import RuleId

DRILL_OVERDUE_EVERY = timedelta(seconds=5)
"""In a drill an overdue clock rings no more often than this on the wall."""


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


def legal_time(running: Running, pace: float, now: datetime) -> datetime:
    """Return where *now* lies on the clock's own axis; *now* itself outside a drill."""
    return running.recorded_at + (now - running.recorded_at) * pace


def wall_time(running: Running, pace: float, moment: datetime) -> datetime:
    """Return when *moment* of the clock's own axis comes on the wall; the inverse of `legal_time`."""
    return running.recorded_at + (moment - running.recorded_at) / pace


def _rings(rule: RuleId, running: Running, due: datetime, pace: float, now: datetime) -> list[Ring]:
    rungs = _resting(running, pace, _pending_ladder(running, due))
    overdue = _pending_overdue(running, due, pace, now)
    if overdue is not None:
        rungs.append(overdue)
    return [Ring(at=wall_time(running, pace, at), rule=rule, rung=name, due=due) for name, at in rungs]


def _pending_ladder(running: Running, due: datetime) -> list[tuple[str, datetime]]:
    return [(name, at) for name, at in ladder(due) if at > running.recorded_at and name not in running.rung]


def _resting(running: Running, pace: float, rungs: list[tuple[str, datetime]]) -> list[tuple[str, datetime]]:
    """Move the last rung inside a snooze to its end and drop the others inside it."""
    if running.snoozed_at is None or running.snoozed_until is None:
        return rungs
    start, end = legal_time(running, pace, running.snoozed_at), running.snoozed_until
    inside = [(name, at) for name, at in rungs if start < at < end]
    outside = [(name, at) for name, at in rungs if not start < at < end]
    return ([(inside[-1][0], end)] if inside else []) + outside


def _pending_overdue(running: Running, due: datetime, pace: float, now: datetime) -> tuple[str, datetime] | None:
    if running.acknowledged_at is not None and legal_time(running, pace, running.acknowledged_at) >= due:
        return None
    every = max(1, math.ceil(DRILL_OVERDUE_EVERY * pace / HOUR)) if pace > 1 else 1
    started = max(0, math.floor((running.recorded_at - due) / HOUR))
    following = max(_last_overdue(running), started) + every
    passed = math.floor((legal_time(running, pace, now) - due) / HOUR)
    hours = max(following, passed)
    return rung_name(-hours * HOUR), due + hours * HOUR


def _last_overdue(running: Running) -> int:
    hours = [int(name.removeprefix("T+")) for name in running.rung if name.startswith("T+")]
    return max(hours, default=0)
