"""What must ring next, derived from the incident. Nothing here is stored, so nothing here can be lost.

A clock that nobody started rings as it would run: see `supposed`.

A clock lives on its legal time axis; in a drill that axis runs *pace* times faster than the wall, from the moment the
clock was started. The rungs of one clock are in `rungs`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never

from bot.core.clocks.rules import Running
from bot.core.details import NEXT_UPDATE, moment_of
from bot.core.incident import Incident, Status
from bot.core.lessons.findings import next_ring
from bot.core.names import RuleId, StepId
from bot.core.playbook import Step
from bot.core.rhythm.points import next_point
from bot.core.ringing.rungs import rings

UPDATE_LEAD = timedelta(minutes=15)
"""How long before a promised bulletin its reminder rings; one that was promised later than that rings at its time."""
DRILL_STEPS_EVERY = timedelta(minutes=1)
"""In a fast drill the times aimed at for steps ring no oftener than this on the wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A reminder of a clock that waits for its time."""

    at: datetime
    """On the wall, in UTC."""
    rule: RuleId
    rung: str
    due: datetime | None
    """None for a clock to which the law gives no figure."""
    level: int
    """How wide its circle is; see `Incident.circle`."""
    aware: datetime
    """What the clock counts from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsDue:
    """The time aimed at for these steps."""

    at: datetime
    steps: tuple[StepId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDue:
    """A bulletin that was promised."""

    at: datetime
    promised: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A closed checklist that should be run again."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue:
    """A decision that is to be looked at again."""

    at: datetime
    number: int
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDue:
    """A finding that nobody ended by its day."""

    at: datetime
    number: int
    day: date
    rung: int
    """How many days after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDue:
    """A situation point."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A brief for late joiners that waits for the others."""

    at: datetime


Alarm = Ring | StepsDue | UpdateDue | Repeat | ReviewDue | FindingDue | PointDue | Brief


def alarms(incident: Incident, now: datetime) -> tuple[Alarm, ...]:
    """Return what waits to ring, earliest first. A room that is closed or not made yet rings no clock.

    Findings ring in a closed one, too: that is when they are followed up. One that the homeserver refuses to make has
    its clocks all the same. Rungs up to the due time each stand for themselves, however late. Of the repeated ones only
    the newest one passed by *now* stands, or the next one.
    """
    match incident.status:
        case Status.OPENING:
            return tuple(sorted(_clocks(incident, now), key=_at)) if incident.room_refused else ()
        case Status.CLOSED:
            return tuple(sorted((*_repeat(incident), *_findings(incident, now)), key=_at))
        case Status.OPEN:
            clocks, steps = _clocks(incident, now), _steps(incident, now)
            waiting: list[Alarm] = [*_brief(incident), *clocks, *steps, *_update(incident), *_reviews(incident)]
            return tuple(sorted([*waiting, *_findings(incident, now), *_point(incident, now)], key=_at))
        case _:
            assert_never(incident.status)


def _at(alarm: Alarm) -> datetime:
    return alarm.at


def _brief(incident: Incident) -> Iterable[Brief]:
    if incident.brief_due:
        yield Brief(at=incident.brief_due)


def _repeat(incident: Incident) -> Iterable[Repeat]:
    after, is_done = incident.playbook.repeat, incident.drill or incident.is_repeat_rung or incident.room is None
    if after is not None and incident.closed_at is not None and not is_done:
        yield Repeat(at=incident.closed_at + after)


def _clocks(incident: Incident, now: datetime) -> Iterable[Ring]:
    for id, state in {**incident.clock_states, **incident.supposed}.items():
        if isinstance(state, Running):
            for rung in rings(incident, incident.rules[id], state, now):
                yield Ring(at=rung.at, rule=id, rung=rung.name, due=state.due, level=rung.level, aware=state.aware)


def _steps(incident: Incident, now: datetime) -> Iterable[StepsDue]:
    """Return when steps are to be done: open ones that have not rung, and again; those of one moment together."""
    together: defaultdict[datetime, list[StepId]] = defaultdict(list)
    earliest = (incident.steps_rang_at or incident.opened_at) + DRILL_STEPS_EVERY
    for step in incident.needed_steps():
        at = _aim(incident, step)
        if at is not None and not incident.is_served(step):
            awake = at if _is_of_law(incident, step) else incident.awake(at, now)
            together[max(at, earliest) if incident.pace > 1 else awake].append(step.id)
    return (StepsDue(at=at, steps=tuple(steps)) for at, steps in together.items())


def _aim(incident: Incident, step: Step) -> datetime | None:
    """Return when *step* rings next, whatever the hour; None when it does not."""
    if step.id in incident.rang_steps:
        return None
    return incident.again_of(step) if incident.step_state(step.id).settled else incident.aim_of(step)


def _is_of_law(incident: Incident, step: Step) -> bool:
    """Say whether *step* serves a clock of the law: it rings in quiet hours too, as that does."""
    rule = incident.rules.get(step.clock) if step.clock else None
    return rule is not None and not rule.may_wait


def _update(incident: Incident) -> Iterable[UpdateDue]:
    promised, since = moment_of(incident.answers, NEXT_UPDATE), incident.update_promised_at or incident.opened_at
    if promised is None or promised == incident.update_rang or promised <= since:
        return
    early = promised - UPDATE_LEAD
    yield UpdateDue(at=early if early > since else promised, promised=promised)


def _reviews(incident: Incident) -> Iterable[ReviewDue]:
    """Return when decisions are to be looked at again: at that very hour, for somebody chose it."""
    for number, decision in incident.decisions.items():
        due = decision.review_due
        if due is not None and due != decision.rang:
            yield ReviewDue(at=due, number=number, due=due)


def _findings(incident: Incident, now: datetime) -> Iterable[FindingDue]:
    """Return when findings ring, on real days in a drill, too; one time only where no room is left to answer in."""
    for number, finding in incident.findings.items():
        found = next_ring(finding, incident.zone, now, once=incident.room is None)
        if found is not None and finding.day is not None:
            yield FindingDue(at=found[0], number=number, day=finding.day, rung=found[1])


def _point(incident: Incident, now: datetime) -> Iterable[PointDue]:
    at = next_point(incident, now)
    if at is not None:
        yield PointDue(at=at)
