"""What must ring, and when. A pure function of the case: nothing about a reminder is ever planned ahead.

A clock rings 48, 24, 12, 6, 3 and 1 hours before its due time, at it, and every hour after it, but for a day after
somebody has seen that; where it has a soft line and no rung near it, there too, and once a day from there to the first
rung. A clock of the law that nobody started rings as if it counted from the first
information. Nobody answers: the next one is for a wider circle.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import chain, combinations
from typing import NamedTuple

from tests.chaos.judge.case import EVERYBODY, Case, Clock
from tests.chaos.judge.content import Step
from tests.chaos.judge.text import Window
from tests.chaos.judge.times import DAY, HOUR, MINUTE, ZONE

LADDER = (48, 24, 12, 6, 3, 1, 0)
AIM = "aim"
NEAR = 30 * MINUTE
"""A soft line this near to a rung is said with that rung."""
TOGETHER = MINUTE
"""At the pace of real life, what would ring so soon after a reminder rings with it."""
SHORTEST_REST = 20 * MINUTE
"""How long a reminder waits for an answer at the least before it is said once more to more people."""
OVERDUE_EVERY, STEPS_EVERY = timedelta(seconds=10), MINUTE
"""In a drill no oftener than this on the wall."""
UPDATE_LEAD = 15 * MINUTE
"""How long before a promised bulletin its reminder rings, if it was promised early enough."""


class Rung(NamedTuple):
    """A reminder of a clock, on the clock's own axis."""

    name: str
    at: datetime
    by: datetime
    latest: int = 0
    """Of a repeated one, which it is at the latest."""


def _rung(name: str, at: datetime, by: datetime | None = None, latest: int = 0) -> Rung:
    return Rung(name, at, by or at, latest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that waits to ring."""

    at: datetime
    """From when on it may ring."""
    by: datetime
    """From when on it must; later than *at* where the exact moment of an earlier reminder is not known."""
    rule: str = ""
    name: str = ""
    latest: int = 0
    """Of a repeated one, how many hours late it is at the most; its name says how many at the least."""
    circle: int = 0
    steps: tuple[str, ...] = ()
    promised: datetime | None = None

    def __str__(self) -> str:
        what = f"{self.rule} {self.name}" if self.rule else " ".join(self.steps) or "the promised bulletin"
        return f"{what} of {self.at.astimezone(ZONE):%H:%M:%S}"


def waiting(case: Case, now: datetime) -> list[Alarm]:
    """Return what waits, the earliest first. Of repeated reminders only the newest that passed stands, or the next."""
    if case.is_closed:
        return []
    clocks = chain.from_iterable(_clock(case, clock, now) for clock in case.ringing())
    return sorted([*clocks, *_steps(case, now), *_update(case)], key=lambda alarm: alarm.at)


def due(case: Case, now: datetime, clocks: AbstractSet[str] | None = None) -> list[tuple[Alarm, ...]]:
    """Return what rings at *now* in one message; several answers where it is not known what must ring already.

    With *clocks*, no answer has another one that need not ring yet.
    """
    alarms = waiting(case, now)
    until = now + TOGETHER if case.pace == 1 and any(alarm.at <= now for alarm in alarms) else now
    sure = tuple(alarm for alarm in alarms if alarm.by <= until)
    maybe = [alarm for alarm in alarms if alarm.at <= until < alarm.by]
    maybe = [alarm for alarm in maybe if clocks is None or not alarm.rule or alarm.rule in clocks]
    chosen = chain.from_iterable(combinations(maybe, count) for count in range(len(maybe) + 1))
    return [(*sure, *more) for more in chosen if sure or more]


def moments(case: Case, window: Window) -> list[datetime]:
    """Return the moments of *window* at which something else becomes due, and its start."""
    found = {moment for alarm in waiting(case, window.start) for moment in (alarm.at, alarm.by)}
    for clock in case.ringing():
        found.update(case.wall(clock, at) for at in _repeats(case, clock, window))
    found.update(_nights(case, window))
    # What rings soon after rings together; so near to the next one, the last one is not said once more.
    found |= {moment - near for moment in found for near in (TOGETHER, SHORTEST_REST)} if case.pace == 1 else set()
    return [window.start, *sorted(moment for moment in found if window.start < moment <= window.end)]


def circle_of(case: Case, clock: Clock) -> int:
    """Return how wide the circle of the next reminder is."""
    if case.rules[clock.rule].may_wait or not clock.unseen:
        return 0
    return min(EVERYBODY, clock.rings[-1].circle + 1)


def is_seen_overdue(clock: Clock) -> bool:
    """Say whether somebody saw a reminder of its due time, or a later one."""
    seen = [name for ring in clock.rings if ring.is_seen for name in ring.names]
    return any(name == "T" or name.startswith("T+") for name in seen)


def is_past_aim(clock: Clock, moment: datetime) -> bool:
    """Say whether reminders tell that the soft line of a clock with a due time is past."""
    return clock.aim is not None and clock.due is not None and clock.aim - NEAR < moment <= clock.due


# --- clocks ---------------------------------------------------------------------------------------------------


def _clock(case: Case, clock: Clock, now: datetime) -> list[Alarm]:
    rungs = _next_aim(case, clock, now) if clock.due is None else _rungs(case, clock, clock.due, now)
    # Of several that the end of a night brings together, the last one is said.
    waiting = {_on_the_wall(case, clock, rung, rung.at, now): rung for rung in sorted(rungs, key=lambda rung: rung.at)}
    circle = circle_of(case, clock)
    alarms = [
        Alarm(
            at=at,
            by=_on_the_wall(case, clock, rung, rung.by, now),
            rule=clock.rule,
            name=rung.name,
            latest=rung.latest,
            circle=circle,
        )
        for at, rung in sorted(waiting.items())
    ]
    return [*_again(case, clock, alarms, now), *alarms]


def _rungs(case: Case, clock: Clock, end: datetime, now: datetime) -> list[Rung]:
    rungs = [_rung(f"T-{hours}" if hours else "T", end - hours * HOUR) for hours in LADDER]
    rungs = [rung for rung in rungs if rung.at > clock.since]
    aim = clock.aim
    if aim and aim > clock.since and all(abs(rung.at - aim) >= NEAR for rung in rungs):
        rungs = sorted([*rungs, *_aim_before(case, clock, aim, end)], key=lambda rung: rung.at)
    rang = set(clock.rang)
    done = max((place for place, rung in enumerate(rungs) if rung.name in rang), default=-1)
    return _rested(clock, [*_next_day(case, clock, end, now), *rungs[done + 1 :]]) + _overdue(case, clock, end, now)


def _aim_before(case: Case, clock: Clock, aim: datetime, end: datetime) -> list[Rung]:
    """The soft line of a clock that ends: a reminder that the bot takes for said after it says it too."""
    last = clock.rings[-1] if clock.rings else None
    if last is not None and case.legal(clock, last.at.start) >= aim:
        return []
    # When the bot took the last one for said is known only roughly: it may ring, or not.
    is_open = last is not None and case.legal(clock, last.settled) >= aim
    return [_rung(AIM, aim, end if is_open else aim)]


def _rested(clock: Clock, rungs: list[Rung]) -> list[Rung]:
    """Of the rungs inside a rest only the last rings, at its end; the soft line only if there is no other."""
    if clock.rest is None:
        return rungs
    inside = [rung for rung in rungs if clock.rest.start < rung.at <= clock.rest.end]
    last = ([rung for rung in inside if not rung.name.startswith(AIM)] or inside)[-1:]
    at_its_end = [_rung(rung.name, clock.rest.end, latest=rung.latest) for rung in last]
    return at_its_end + [rung for rung in rungs if rung not in inside]


def _overdue(case: Case, clock: Clock, end: datetime, now: datetime) -> list[Rung]:
    passed = (case.legal(clock, now) - end) // HOUR
    first, last = (max(hours, passed) for hours in _following(case, clock, end))
    return [_rung(f"T+{first}", end + first * HOUR, end + last * HOUR, last)]


def _following(case: Case, clock: Clock, end: datetime) -> tuple[int, int]:
    """Return how many hours after its due time a clock rings next: from when on it may, and from when on it must."""
    last = clock.rings[-1:]
    rang = [int(name[2:]) for ring in last for name in ring.names if name.startswith("T+")]
    begun, every = max(0, (clock.since - end) // HOUR), _every(case, HOUR)
    first, latest = max([begun, *rang]) + every, max([begun, *rang, *(ring.latest for ring in last)]) + every
    rested = _rested_until(case, clock, end)
    return max(first, rested), max(latest, rested)


def _rested_until(case: Case, clock: Clock, end: datetime) -> int:
    """The last full hour past its due time that lies within a day of when an overdue reminder was seen."""
    if clock.seen is None or not is_seen_overdue(clock):
        return 0
    until = case.legal(clock, clock.seen) + DAY
    hours = (until - end) // HOUR
    if not case.rules[clock.rule].may_wait:
        return hours
    # In a night it would wait for longer than that day: it rings before.
    ways = (back for back in range(24) if _rings_by(case, clock, end + (hours - back) * HOUR, until))
    return hours - next(ways, 0)


def _rings_by(case: Case, clock: Clock, at: datetime, until: datetime) -> bool:
    at = case.wall(clock, at)
    return _awake(case, at, at) <= case.wall(clock, until)


def _next_aim(case: Case, clock: Clock, now: datetime) -> list[Rung]:
    """A clock without figure rings at its soft line, then once a day, seen or not."""
    aim = clock.aim
    if aim is None:
        return []
    passed = (case.legal(clock, now) - aim) // DAY
    first, last = (max(days, passed) for days in _following_day(case, clock, aim))
    return [_rung(f"{AIM}+{first * 24}" if first else AIM, aim + first * DAY, aim + last * DAY, last * 24)]


def _next_day(case: Case, clock: Clock, end: datetime, now: datetime) -> list[Rung]:
    """Between its soft line and the first rung a clock rings once a day, once it rang at that line."""
    aim = clock.aim
    if aim is None or not clock.rings or not clock.rang[-1].startswith(AIM):
        return []
    passed = (case.legal(clock, now) - aim) // DAY
    first, last = (max(days, passed) for days in _following_day(case, clock, aim))
    if aim + first * DAY >= end - LADDER[0] * HOUR:
        return []
    return [_rung(f"{AIM}+{first * 24}", aim + first * DAY, aim + last * DAY, last * 24)]


def _following_day(case: Case, clock: Clock, aim: datetime) -> tuple[int, int]:
    if clock.rings:
        least, most = int(clock.rang[-1].removeprefix(AIM) or 0), clock.rings[-1].latest
        return least // 24 + _every(case, DAY), max(least, most) // 24 + _every(case, DAY)
    first = 0 if aim > clock.since else (clock.since - aim) // DAY + 1
    return first, first


def _repeats(case: Case, clock: Clock, window: Window) -> Iterator[datetime]:
    """The moments in *window* at which a repeated reminder takes the place of the one before."""
    ways = list[tuple[datetime, timedelta]]()
    if clock.due is not None:
        ways.append((clock.due + _following(case, clock, clock.due)[0] * HOUR, HOUR))
    if clock.aim is not None and (clock.due is None or (clock.rings and clock.rang[-1].startswith(AIM))):
        ways.append((clock.aim + _following_day(case, clock, clock.aim)[0] * DAY, DAY))
    for first, step in ways:
        count = (case.legal(clock, window.end) - first) // step + 1
        yield from (first + number * step for number in range(count))


def _every(case: Case, step: timedelta) -> int:
    """Return how many repeated rungs it takes until one may ring again."""
    return max(1, math.ceil(OVERDUE_EVERY * case.pace / step)) if case.pace > 1 else 1


def _on_the_wall(case: Case, clock: Clock, rung: Rung, moment: datetime, now: datetime) -> datetime:
    """Return when a rung rings. What may wait for the morning does, but never past the due time."""
    at = case.wall(clock, moment)
    if not (case.rules[clock.rule].may_wait or rung.name.startswith(AIM)):
        return at
    later = _awake(case, at, now)
    return at if clock.due is not None and at <= clock.due < later else later


def _again(case: Case, clock: Clock, alarms: list[Alarm], now: datetime) -> Iterator[Alarm]:
    """The last reminder once more, for a wider circle, when an eighth of what is left passes without an answer.

    Never in a drill, where the next rung is near anyway; nor where the next one is, or somebody wants quiet.
    """
    if case.pace > 1 or clock.due is None or not clock.unseen or case.rules[clock.rule].may_wait:
        return
    last, before = clock.rings[-1], clock.rang[:-1]
    if last.circle >= EVERYBODY or last.names[-1].startswith(AIM) or last.names[-1] in before:
        return
    end = clock.due
    at, by = (moment + max(SHORTEST_REST, (end - moment) / 8) for moment in last.at)
    rests = clock.rest is not None and (clock.rest.start >= last.at.start or at <= clock.rest.end)
    if at < end and not rests and alarms and max(at, now) + SHORTEST_REST <= alarms[0].at:
        yield Alarm(at=at, by=by, rule=clock.rule, name=last.names[-1], circle=circle_of(case, clock))


# --- steps and bulletins --------------------------------------------------------------------------------------


def _steps(case: Case, now: datetime) -> Iterator[Alarm]:
    """The times aimed at for open steps; those of one moment together."""
    together: defaultdict[tuple[datetime, datetime], list[str]] = defaultdict(list)
    last = case.steps_rang or Window(case.opened_at, case.opened_at)
    for step in case.needed_steps():
        at = _aim(case, step)
        if at is None or case.is_served(step):
            continue
        if case.pace > 1:
            together[max(at, last.start + STEPS_EVERY), max(at, last.end + STEPS_EVERY)].append(step.id)
        else:
            row = case.rules.get(step.clock)
            awake = at if row and not row.may_wait else _awake(case, at, now)
            together[awake, awake].append(step.id)
    return (Alarm(at=at, by=by, steps=tuple(steps)) for (at, by), steps in together.items())


def _aim(case: Case, step: Step) -> datetime | None:
    """Return when a step rings: once at the time aimed at, or when it is to be done once more."""
    if step.id in case.rung_steps:
        return None
    return case.aim(step) if case.work(step.id).status in ("open", "doing") else case.again(step)


def _update(case: Case) -> Iterator[Alarm]:
    promised, since = case.promised, case.promised_at
    if promised is None or since is None or promised == case.update_rang or promised <= since:
        return
    early = promised - UPDATE_LEAD
    at = early if early > since else promised
    yield Alarm(at=at, by=at, promised=promised)


def _awake(case: Case, moment: datetime, now: datetime) -> datetime:
    """Return when what may wait rings: in the morning if its moment lies in a night, or if *now* does."""
    if case.quiet is None or case.pace > 1:
        return moment
    at, morning = _morning(case.quiet, moment), _morning(case.quiet, now)
    return morning if at <= now < morning else at


def _nights(case: Case, window: Window) -> Iterator[datetime]:
    """The ends of quiet hours around *window*, and their beginnings."""
    day = window.start.astimezone(ZONE).date()
    while case.pace == 1 and case.quiet and day <= window.end.astimezone(ZONE).date() + DAY:
        yield from (datetime.combine(day, hour, ZONE).astimezone(UTC) for hour in case.quiet)
        day += DAY


def _morning(quiet: tuple[time, time], moment: datetime) -> datetime:
    """Return the end of the quiet hours that *moment* lies in, or *moment*."""
    start, end = quiet
    local = moment.astimezone(ZONE)
    hour = local.time()
    over_midnight = start > end
    is_quiet = (hour >= start or hour < end) if over_midnight else start <= hour < end
    if not is_quiet:
        return moment
    day = local.date() + (DAY if over_midnight and hour >= start else timedelta())
    return max(moment, datetime.combine(day, end, ZONE).astimezone(moment.tzinfo))


def names(alarms: Iterable[Alarm]) -> str:
    return ", ".join(map(str, alarms))
