"""The rungs of one clock: the ladder to its due time, the soft line, what is repeated, and what widens unanswered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clocks import rules
from bot.core.clocks.lengths import HOUR
from bot.core.incident import WHOLE_ROOM, Incident
from bot.core.ringing.supposed import ringing_clocks

DRILL_OVERDUE_EVERY = timedelta(seconds=10)
"""In a drill an overdue clock rings no oftener than this on the wall: a homeserver lets a message through every 5 s."""
AIM = "aim"
"""The name of the rung at the soft line; `aim+24` is the repeated one a day later."""
AIM_EVERY = 24
"""Hours after which a clock without figure rings again past its soft line."""
SAME_TIME = timedelta(minutes=30)
"""A soft line this near to a rung of the ladder is said with that rung."""
REST_WHEN_SEEN = timedelta(days=1)
"""How long an overdue clock rests, at the most, once somebody saw its reminder: only a filing or two persons end it."""
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
        for pending in sorted(_pending(incident, rule, running, now), key=lambda pending: pending.at)
    }
    waiting = [Rung(name=name, at=at, level=level) for at, name in sorted(by_moment.items())]
    return (*_again(incident, rule, running, waiting, now), *waiting)


def is_past_soft_line(rule: rules.Rule, running: rules.Running, legal_now: datetime) -> bool:
    """Say whether the soft line of a clock with a due time is reached and the due time is not: reminders tell so."""
    aim = rules.soft_line(rule, running.aware, running.due)
    return aim is not None and running.due is not None and aim - SAME_TIME < legal_now <= running.due


def unanswered(incident: Incident) -> tuple[rules.Clock, ...]:
    """Return the clocks of which a reminder rang that nobody acknowledged."""
    return tuple(
        clock for clock in ringing_clocks(incident) if isinstance(clock.state, rules.Running) and clock.state.unanswered
    )


def is_at_or_past_due(name: str) -> bool:
    """Say whether the rung of that name is the due time's own, or a later one."""
    return name == rules.rung_name(timedelta(0)) or name.startswith(_OVERDUE)


def is_repeated(running: rules.Running) -> bool:
    """Say whether what rings next of a clock is a reminder that is repeated, past its due time or without one."""
    return running.due is None or any(is_at_or_past_due(name) for name in running.rung)


def _pending(incident: Incident, rule: rules.Rule, running: rules.Running, now: datetime) -> list[_Pending]:
    pace = incident.pace
    if running.due is None:
        return _pending_aim(rule, running, pace, now)
    rungs = _after_the_last(running, _rungs(rule, running, running.due, pace))
    to_come = _resting(running, pace, [*_pending_day(rule, running, running.due, pace, now), *rungs])
    return to_come + _pending_overdue(incident, rule, running, running.due, now)


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
    if not running.unanswered or running.level >= WHOLE_ROOM or running.rung[-1] in running.rung[:-1]:
        return
    if running.rung[-1].startswith(AIM):
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
    """Return the soft line, then once a day, seen or not: nothing else would ever ring."""
    aim = rules.soft_line(rule, running.aware, running.due)
    if aim is None:
        return []
    first = 0 if aim > running.recorded_at else ((running.recorded_at - aim) // HOUR // AIM_EVERY + 1) * AIM_EVERY
    hours = _day_after(running, aim, pace, now) if running.rung else max(first, _days_passed(running, aim, pace, now))
    if hours > (rules.LAST_MOMENT - aim) // HOUR:
        return []  # a drill that was left alone until the calendar ended
    return [_Pending(f"{AIM}+{hours}" if hours else AIM, aim + hours * HOUR)]


def _day_after(running: rules.Running, aim: datetime, pace: float, now: datetime) -> int:
    """Return how many hours after its soft line a clock rings next that rang there last."""
    every = AIM_EVERY * _rungs_between(pace, AIM_EVERY * HOUR)
    return max(_hours(running.rung[-1], AIM) + every, _days_passed(running, aim, pace, now))


def _days_passed(running: rules.Running, aim: datetime, pace: float, now: datetime) -> int:
    return (rules.legal_time(running, pace, now) - aim) // HOUR // AIM_EVERY * AIM_EVERY


# --- a clock with a due time --------------------------------------------------------------------------------


def _rungs(rule: rules.Rule, running: rules.Running, due: datetime, pace: float) -> list[_Pending]:
    """Return the ladder, and the soft line where no rung is near enough to say it and no reminder came after it."""
    rungs = [_Pending(name, at) for name, at in rules.ladder(due) if at > running.recorded_at]
    aim = rules.soft_line(rule, running.aware, running.due)
    if aim is None or aim <= running.recorded_at or any(abs(rung.at - aim) < SAME_TIME for rung in rungs):
        return rungs
    is_said = running.rang_at is not None and rules.legal_time(running, pace, running.rang_at) >= aim
    return rungs if is_said else sorted([*rungs, _Pending(AIM, aim)], key=lambda rung: rung.at)


def _pending_day(rule: rules.Rule, running: rules.Running, due: datetime, pace: float, now: datetime) -> list[_Pending]:
    """Return the reminder a day after the last one past the soft line, where the ladder begins later than that."""
    aim = rules.soft_line(rule, running.aware, due)
    if aim is None or not running.rung or not running.rung[-1].startswith(AIM):
        return []
    hours = _day_after(running, aim, pace, now)
    return [_Pending(f"{AIM}+{hours}", aim + hours * HOUR)] if hours < (due - rules.LADDER[0] - aim) / HOUR else []


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
    hard = [rung for rung in inside if not rung.name.startswith(AIM)] or inside
    return ([_Pending(hard[-1].name, end)] if hard else []) + outside


def _pending_overdue(
    incident: Incident, rule: rules.Rule, running: rules.Running, due: datetime, now: datetime
) -> list[_Pending]:
    pace = incident.pace
    started = max(0, (running.recorded_at - due) // HOUR)
    # The last is the newest. There is one more an hour for as long as nobody files.
    overdue = next((_hours(name, _OVERDUE) for name in reversed(running.rung) if name.startswith(_OVERDUE)), 0)
    following = max(overdue, started) + _rungs_between(pace, HOUR)
    if following > (rules.LAST_MOMENT - due) // HOUR:
        return []  # a drill that was left alone until the calendar ended
    passed = (rules.legal_time(running, pace, now) - due) // HOUR
    hours = max(following, passed, _rested(incident, rule, running, due))
    return [_Pending(rules.rung_name(-hours * HOUR), due + hours * HOUR)]


def _rested(incident: Incident, rule: rules.Rule, running: rules.Running, due: datetime) -> int:
    """Return the last full hour past *due* of the rest that whoever saw an overdue reminder gave it.

    What may wait for a morning rings before the night in which that rest would end.
    """
    seen_at, seen = running.acknowledged_at, running.rung[: running.acknowledged_rungs]
    if seen_at is None or not any(is_at_or_past_due(name) for name in seen):
        return 0
    legally = min(rules.legal_time(running, incident.pace, seen_at), rules.LAST_MOMENT - REST_WHEN_SEEN)
    last = (legally + REST_WHEN_SEEN - due) // HOUR
    if not rule.may_wait:
        return last
    end = rules.wall_time(running, incident.pace, legally + REST_WHEN_SEEN)
    hours = ((hour, rules.wall_time(running, incident.pace, due + hour * HOUR)) for hour in range(last, last - 24, -1))
    return next((hour for hour, at in hours if incident.awake(at, at) <= end), last)


def _rungs_between(pace: float, step: timedelta) -> int:
    """Return every which of the repeated rungs, *step* apart, rings: each, but in a fast drill."""
    return max(1, math.ceil(DRILL_OVERDUE_EVERY * pace / step)) if pace > 1 else 1


def _hours(name: str, prefix: str) -> int:
    return int(name.removeprefix(prefix).removeprefix("+") or 0)
