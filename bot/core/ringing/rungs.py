"""The rungs of one clock: the ladder to its due time, the soft line, what is repeated, and what widens unanswered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clocks import rules
from bot.core.clocks.lengths import HOUR
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
"""How long a reminder waits for an answer at the least before it is said once more."""
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


def rings(incident: Incident, rule: rules.Rule, running: rules.Running, now: datetime) -> tuple[Rung, ...]:
    """Return every reminder of *rule* that waits, earliest first; of several that wait for one moment, the last."""
    level = _next_level(rule, running)
    by_moment = {
        _on_the_wall(incident, rule, running, pending, now): pending.name  # of several, the last one
        for pending in sorted(_pending(rule, running, incident.pace, now), key=lambda pending: pending.at)
    }
    waiting = [Rung(name=name, at=at, level=level) for at, name in sorted(by_moment.items())]
    return (*_again(incident, rule, running, waiting, now), *waiting)


def is_past_soft_line(rule: rules.Rule, running: rules.Running, legal_now: datetime) -> bool:
    """Say whether the soft line of a clock with a due time is reached and the due time is not: reminders tell so."""
    aim = rules.soft_line(rule, running.aware, running.due)
    return aim is not None and running.due is not None and aim - SAME_TIME < legal_now <= running.due


def _pending(rule: rules.Rule, running: rules.Running, pace: float, now: datetime) -> list[_Pending]:
    if running.due is None:
        return _pending_aim(rule, running, pace, now)
    to_come = _resting(running, pace, _after_the_last(running, _rungs(rule, running, running.due, pace)))
    return to_come + _pending_overdue(running, running.due, pace, now)


def _next_level(rule: rules.Rule, running: rules.Running) -> int:
    """Return the circle of the next reminder: each that nobody acknowledged widens it, unless its clock may wait."""
    if rule.may_wait or not running.unanswered:
        return 0
    return min(WHOLE_ROOM, running.level + 1)


def _on_the_wall(
    incident: Incident, rule: rules.Rule, running: rules.Running, pending: _Pending, now: datetime
) -> datetime:
    """Return when a rung rings. What may wait waits for the end of the quiet hours, but never past the due time."""
    at = rules.wall_time(running, incident.pace, pending.at)
    if not (rule.may_wait or pending.name.startswith(AIM)):
        return at
    later = incident.awake(at, now)
    return at if running.due is not None and at <= running.due < later else later


# --- unanswered ---------------------------------------------------------------------------------------------


def _again(
    incident: Incident, rule: rules.Rule, running: rules.Running, waiting: Sequence[Rung], now: datetime
) -> Iterable[Rung]:
    """Return the last reminder once more, for a wider circle, when nobody answered it for a part of what is left.

    Not when the next rung is near, which is for the wider circle too; not in a fast drill, where rungs follow each
    other within seconds; not after the due time, when the hourly ones do it; not while somebody wants it to rest.
    """
    due, rang_at = running.due, running.rang_at
    if due is None or rang_at is None or rule.may_wait or incident.pace > 1:
        return
    if not running.unanswered or running.level >= WHOLE_ROOM or running.rung[-1] in (AIM, *running.rung[:-1]):
        return
    at = rang_at + max(SHORTEST_REST, (due - rang_at) / _PART_OF_WHAT_IS_LEFT)
    is_free = at < due and not _rests(running, rang_at, at)
    if is_free and max(at, now) + SHORTEST_REST <= waiting[0].at:
        yield Rung(name=running.rung[-1], at=at, level=_next_level(rule, running))


def _rests(running: rules.Running, rang_at: datetime, at: datetime) -> bool:
    """Say whether somebody snoozed since the last reminder, or *at* lies inside a snooze."""
    if running.snoozed_at is None or running.snoozed_until is None:
        return False
    return running.snoozed_at >= rang_at or at <= running.snoozed_until


# --- a clock without figure: the soft line is all it has ----------------------------------------------------


def _pending_aim(rule: rules.Rule, running: rules.Running, pace: float, now: datetime) -> list[_Pending]:
    """Return the soft line, then once a day: nothing else would ever ring. Nothing once it was acknowledged."""
    aim = rules.soft_line(rule, running.aware, running.due)
    if aim is None or running.acknowledged_rungs:
        return []
    every = AIM_EVERY * _rungs_between(pace, AIM_EVERY * HOUR)
    first = 0 if aim > running.recorded_at else ((running.recorded_at - aim) // HOUR // AIM_EVERY + 1) * AIM_EVERY
    following = _hours(running.rung[-1], AIM) + every if running.rung else first
    if following > (rules.LAST_MOMENT - aim) // HOUR:
        return []  # a drill that was left alone until the calendar ended
    passed = (rules.legal_time(running, pace, now) - aim) // HOUR // AIM_EVERY * AIM_EVERY
    hours = max(following, passed)
    return [_Pending(f"{AIM}+{hours}" if hours else AIM, aim + hours * HOUR)]


# --- a clock with a due time --------------------------------------------------------------------------------


def _rungs(rule: rules.Rule, running: rules.Running, due: datetime, pace: float) -> list[_Pending]:
    """Return the ladder, and the soft line where no rung is near enough to say it and no reminder came after it."""
    rungs = [_Pending(name, at) for name, at in rules.ladder(due) if at > running.recorded_at]
    aim = rules.soft_line(rule, running.aware, running.due)
    if aim is None or aim <= running.recorded_at or any(abs(rung.at - aim) < SAME_TIME for rung in rungs):
        return rungs
    is_said = running.rang_at is not None and rules.legal_time(running, pace, running.rang_at) >= aim
    return rungs if is_said else sorted([*rungs, _Pending(AIM, aim)], key=lambda rung: rung.at)


def _after_the_last(running: rules.Running, rungs: list[_Pending]) -> list[_Pending]:
    """Return the rungs after the last one that rang: what a snooze swallowed on the way does not come back."""
    rang = [index for index, rung in enumerate(rungs) if rung.name in running.rung]
    return rungs[max(rang, default=-1) + 1 :]


def _resting(running: rules.Running, pace: float, rungs: list[_Pending]) -> list[_Pending]:
    """Move the last rung inside a snooze to its end, the soft line only if it is alone, and drop the others inside."""
    if running.snoozed_at is None or running.snoozed_until is None:
        return rungs
    start, end = rules.legal_time(running, pace, running.snoozed_at), running.snoozed_until
    inside = [rung for rung in rungs if start < rung.at <= end]
    outside = [rung for rung in rungs if not start < rung.at <= end]
    hard = [rung for rung in inside if rung.name != AIM] or inside
    return ([_Pending(hard[-1].name, end)] if hard else []) + outside


def _pending_overdue(running: rules.Running, due: datetime, pace: float, now: datetime) -> list[_Pending]:
    if any(_rings_at_or_after_due(name) for name in running.rung[: running.acknowledged_rungs]):
        return []
    started = max(0, (running.recorded_at - due) // HOUR)
    overdue = [_hours(name, _OVERDUE) for name in running.rung if name.startswith(_OVERDUE)]
    following = max(max(overdue, default=0), started) + _rungs_between(pace, HOUR)
    if following > (rules.LAST_MOMENT - due) // HOUR:
        return []  # a drill that was left alone until the calendar ended
    passed = (rules.legal_time(running, pace, now) - due) // HOUR
    hours = max(following, passed)
    return [_Pending(rules.rung_name(-hours * HOUR), due + hours * HOUR)]


def _rings_at_or_after_due(name: str) -> bool:
    return name == rules.rung_name(timedelta(0)) or name.startswith(_OVERDUE)


def _rungs_between(pace: float, step: timedelta) -> int:
    """Return every which of the repeated rungs, *step* apart, rings: each, but in a fast drill."""
    return max(1, math.ceil(DRILL_OVERDUE_EVERY * pace / step)) if pace > 1 else 1


def _hours(name: str, prefix: str) -> int:
    return int(name.removeprefix(prefix).removeprefix("+") or 0)
