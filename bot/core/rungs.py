"""The rungs of one clock: the ladder to its due time, the soft line, what is repeated, and what widens unanswered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clocks import HOUR, LAST_MOMENT, Rule, Running, ladder, legal_time, rung_name, wall_time
from bot.core.incident import WHOLE_ROOM, Incident

DRILL_OVERDUE_EVERY = timedelta(seconds=10)
"""In a drill an overdue clock rings no oftener than this on the wall: a homeserver lets a message through every 5 s."""
AIM = "aim"
"""The name of the rung at the soft line; `aim+24` is the repeated one a day later."""
AIM_EVERY = 24
"""Hours after which a clock without figure rings again past its soft line."""
SAME_TIME = timedelta(minutes=30)
"""A soft line this near to a rung of the ladder is said with that rung."""
SHORTEST_REST = timedelta(minutes=20)
_OVERDUE = "T+"
_PART_OF_WHAT_IS_LEFT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One reminder of a clock that waits for its time."""

    name: str
    at: datetime
    """On the wall, in UTC."""
    level: int


@dataclass(frozen=True, slots=True)
class _Pending:
    """A rung on the clock's own axis."""

    name: str
    at: datetime


def rings(incident: Incident, rule: Rule, running: Running, now: datetime) -> tuple[Rung, ...]:
    """Return every reminder of *rule* that waits, earliest first."""
    level = _next_level(rule, running)
    found = [
        Rung(name=pending.name, at=_on_the_wall(incident, rule, running, pending), level=level)
        for pending in _pending(rule, running, incident.pace, now)
    ]
    found.sort(key=lambda rung: rung.at)
    return (*_again(incident, rule, running, found[:1]), *found)


def _pending(rule: Rule, running: Running, pace: float, now: datetime) -> list[_Pending]:
    pending = _aims(rule, running, pace, now)
    if running.due is not None:
        pending += _resting(running, pace, _pending_ladder(running, running.due))
        pending += _pending_overdue(running, running.due, pace, now)
    return pending


def _next_level(rule: Rule, running: Running) -> int:
    """Return the circle of the next reminder: each that nobody acknowledged widens it, unless its clock may wait."""
    if rule.may_wait or not running.unanswered:
        return 0
    return min(WHOLE_ROOM, running.level + 1)


def _on_the_wall(incident: Incident, rule: Rule, running: Running, pending: _Pending) -> datetime:
    """Return when a rung rings. What may wait waits for the end of the quiet hours, but never past the due time."""
    at = wall_time(running, incident.pace, pending.at)
    is_soft = rule.may_wait or pending.name.startswith(AIM)
    if not is_soft or incident.quiet is None or incident.pace > 1:
        return at
    later = incident.quiet.awake(at, incident.zone)
    return at if running.due is not None and at <= running.due < later else later


# --- unanswered ---------------------------------------------------------------------------------------------


def _again(incident: Incident, rule: Rule, running: Running, following: Sequence[Rung]) -> Iterable[Rung]:
    """Return the last reminder once more, for a wider circle, when nobody answered it for a part of what is left.

    Not when the next rung comes first, which is for the wider circle too; not in a fast drill, where rungs follow each
    other within seconds; not after the due time, when the hourly ones do it.
    """
    due, rang_at = running.due, running.rang_at
    if due is None or rang_at is None or rule.may_wait or incident.pace > 1:
        return
    if not running.unanswered or running.level >= WHOLE_ROOM or running.rung[-1].startswith((_OVERDUE, AIM)):
        return
    if running.snoozed_at is not None and running.snoozed_at >= rang_at:
        return
    at = rang_at + max(SHORTEST_REST, (due - rang_at) / _PART_OF_WHAT_IS_LEFT)
    if not following or at < following[0].at:
        yield Rung(name=running.rung[-1], at=at, level=running.level + 1)


# --- the soft line ------------------------------------------------------------------------------------------


def _aims(rule: Rule, running: Running, pace: float, now: datetime) -> list[_Pending]:
    if rule.aim is None:
        return []
    aim = running.aware + rule.aim
    if running.due is not None:
        is_alone = aim < running.due and all(abs(at - aim) >= SAME_TIME for _, at in ladder(running.due))
        is_to_come = aim > running.recorded_at and AIM not in running.rung
        return [_Pending(AIM, aim)] if is_alone and is_to_come else []
    if any(name.startswith(AIM) for name in running.rung[: running.acknowledged_rungs]):
        return []
    return _repeated_aim(running, aim, pace, now)


def _repeated_aim(running: Running, aim: datetime, pace: float, now: datetime) -> list[_Pending]:
    """Return the soft line of a clock without figure, then once a day: nothing else would ever ring for it."""
    rung = [_hours(name, AIM) for name in running.rung if name.startswith(AIM)]
    first = 0 if aim > running.recorded_at else ((running.recorded_at - aim) // HOUR // AIM_EVERY + 1) * AIM_EVERY
    every = AIM_EVERY * max(1, math.ceil(DRILL_OVERDUE_EVERY * pace / HOUR / AIM_EVERY)) if pace > 1 else AIM_EVERY
    following = max(rung) + every if rung else first
    if following > (LAST_MOMENT - aim) // HOUR:
        return []
    passed = (legal_time(running, pace, now) - aim) // HOUR // AIM_EVERY * AIM_EVERY
    hours = max(following, passed)
    return [_Pending(f"{AIM}+{hours}" if hours else AIM, aim + hours * HOUR)]


# --- the ladder ---------------------------------------------------------------------------------------------


def _pending_ladder(running: Running, due: datetime) -> list[_Pending]:
    """Return the rungs after the last one that rang: what a snooze swallowed on the way does not come back."""
    rungs = [_Pending(name, at) for name, at in ladder(due) if at > running.recorded_at]
    rang = [index for index, rung in enumerate(rungs) if rung.name in running.rung]
    return rungs[max(rang, default=-1) + 1 :]


def _resting(running: Running, pace: float, rungs: list[_Pending]) -> list[_Pending]:
    """Move the last rung inside a snooze to its end and drop the others inside it."""
    if running.snoozed_at is None or running.snoozed_until is None:
        return rungs
    start, end = legal_time(running, pace, running.snoozed_at), running.snoozed_until
    inside = [rung for rung in rungs if start < rung.at <= end]
    outside = [rung for rung in rungs if not start < rung.at <= end]
    return ([_Pending(inside[-1].name, end)] if inside else []) + outside


def _pending_overdue(running: Running, due: datetime, pace: float, now: datetime) -> list[_Pending]:
    if any(_rings_at_or_after_due(name) for name in running.rung[: running.acknowledged_rungs]):
        return []
    every = max(1, math.ceil(DRILL_OVERDUE_EVERY * pace / HOUR)) if pace > 1 else 1
    started = max(0, (running.recorded_at - due) // HOUR)
    overdue = [_hours(name, _OVERDUE) for name in running.rung if name.startswith(_OVERDUE)]
    following = max(max(overdue, default=0), started) + every
    if following > (LAST_MOMENT - due) // HOUR:
        return []  # a drill that was left alone until the calendar ended
    passed = (legal_time(running, pace, now) - due) // HOUR
    hours = max(following, passed)
    return [_Pending(rung_name(-hours * HOUR), due + hours * HOUR)]


def _rings_at_or_after_due(name: str) -> bool:
    return name == rung_name(timedelta(0)) or name.startswith(_OVERDUE)


def _hours(name: str, prefix: str) -> int:
    return int(name.removeprefix(prefix).removeprefix("+") or 0)
