"""An incident: the fold of its facts, and pure questions about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import reduce
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.clocks import Clock, ClockState, Filed, Rule, Running, SetAside, Suspected, due_time, legal_time
from bot.core.facts import (
    Acknowledged,
    Answered,
    Briefed,
    CardPosted,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    Closed,
    Fact,
    Joined,
    Left,
    Noted,
    Opened,
    PersonInvited,
    PersonRemoved,
    Rang,
    Resumed,
    RoleGiven,
    RoomReady,
    Severity,
    SeveritySet,
    Snoozed,
    StepAssigned,
    StepDone,
    StepReopened,
    StepSkipped,
)
from bot.core.names import EventId, IncidentId, Question, RoomId, RuleId, StepId, UserId
from bot.core.playbook import Language, Playbook, Step
from bot.core.roster import Role, holders

BRIEF_DELAY = timedelta(seconds=30)
"""Several people who join within this time of the first get one brief."""


class Status(StrEnum):
    """Where the incident stands."""

    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"


class StepStatus(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """What happened to one step so far."""

    status: StepStatus = StepStatus.OPEN
    assigned: UserId | Role | None = None
    """Who took it on; None means the holders of the step's own role."""
    text: str = ""
    """The result of a finished step, the reason of a skipped one; empty otherwise."""
    by: UserId | None = None
    at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Done or skipped: nothing is left to do."""
        return self.status in (StepStatus.DONE, StepStatus.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Everything known about one incident. Built by `evolve`, never by hand."""

    id: IncidentId
    codename: str
    title: str
    severity: Severity
    status: Status
    language: Language
    zone: ZoneInfo
    pace: float
    drill: bool
    opened_at: datetime
    opened_by: UserId
    playbook: Playbook
    rules: Mapping[RuleId, Rule]
    closed_days: frozenset[date]
    roster: Mapping[UserId, frozenset[Role]]
    present_from_opening: frozenset[UserId]
    """People of the first roster who never left: they can read the room from its first message."""
    joined: frozenset[UserId] = frozenset()
    left: frozenset[UserId] = frozenset()
    """People of the roster who went out of the room and were not invited again."""
    room: RoomId | None = None
    card: EventId | None = None
    steps: Mapping[StepId, StepState] = field(default_factory=dict)
    answers: Mapping[Question, str] = field(default_factory=dict)
    clock_states: Mapping[RuleId, ClockState] = field(default_factory=dict)
    unbriefed: tuple[UserId, ...] = ()
    """Late joiners waiting for their brief."""
    brief_due: datetime | None = None
    closed_summary: str = ""

    def step_state(self, step: StepId) -> StepState:
        """Return what happened to *step*; an untouched step is open."""
        return self.steps.get(step, StepState())

    def needs(self, step: Step) -> bool:
        """Say whether the answers so far make *step* part of this incident."""
        return step.when.holds(self.answers)

    def needed_steps(self) -> tuple[Step, ...]:
        """Return the steps that are part of this incident now, in the playbook's order."""
        return tuple(step for step in self.playbook.steps() if self.needs(step))

    def open_steps(self) -> tuple[Step, ...]:
        """Return the needed steps that are neither done nor skipped."""
        return tuple(step for step in self.needed_steps() if not self.step_state(step.id).settled)

    def clocks(self) -> tuple[Clock, ...]:
        """Return the clocks of this incident: earliest due first, then without due time, then stopped."""
        seen = [Clock(rule=rule, state=self._clock_state(rule)) for rule in self._watched_rules()]
        return tuple(sorted(seen, key=_urgency))

    def clock(self, id: RuleId) -> Clock | None:
        """Return the clock of rule *id*; None when the playbook does not watch it, or another's filing must start it.

        One whose condition does not hold is there: people may know more than the answers say.
        """
        rule = self.rules.get(id)
        if rule is None or (rule.after is not None and id not in self.clock_states):
            return None
        return Clock(rule=rule, state=self._clock_state(rule))

    def _clock_state(self, rule: Rule) -> ClockState:
        return self.clock_states.get(rule.id, Suspected())

    def _watched_rules(self) -> Iterable[Rule]:
        for watched in self.playbook.clocks:
            rule = self.rules.get(watched.rule)
            if rule is None:
                continue
            touched = rule.id in self.clock_states
            if touched or (rule.after is None and watched.when.holds(self.answers)):
                yield rule

    def leaders(self) -> tuple[UserId, ...]:
        """Return who leads: the coordinators, else the admins, else the opener."""
        return holders(self.roster, Role.COORDINATOR) or holders(self.roster, Role.ADMIN) or (self.opened_by,)

    def owners(self, rule: Rule) -> tuple[UserId, ...]:
        """Return whom a reminder of *rule* mentions: its role's holders, else coordinators; empty is the room.

        Who left the room hears nothing there, so a reminder does not count on them.
        """
        reached = {user: roles for user, roles in self.roster.items() if user not in self.left}
        return holders(reached, rule.owner) or holders(reached, Role.COORDINATOR)


def _urgency(clock: Clock) -> tuple[int, datetime, str]:
    order = {Running: 0, Suspected: 1, Filed: 2, SetAside: 3}[type(clock.state)]
    due = clock.state.due if isinstance(clock.state, Running) else None
    last = datetime.max.replace(tzinfo=UTC)
    return (order, due or last, clock.rule.id)


def fold(facts: Iterable[Fact]) -> Incident | None:
    """Build the incident from its facts, oldest first; None when there are none."""
    incident: Incident | None = None
    for fact in facts:
        incident = evolve(incident, fact)
    return incident


def evolve(incident: Incident | None, fact: Fact) -> Incident:
    """Return the incident after *fact*. The first fact is Opened, and no other is.

    Raises:
        ValueError: the facts do not begin with Opened, or Opened comes twice.
    """
    if incident is not None:
        return _evolve(incident, fact)
    if isinstance(fact, Opened):
        return _open(fact)
    raise ValueError("the first fact of an incident is Opened")


def _open(fact: Opened) -> Incident:
    roster = {member.user: frozenset(member.roles) for member in fact.members}
    return Incident(
        id=fact.incident,
        codename=fact.codename,
        title=fact.title,
        severity=fact.severity,
        status=Status.OPENING,
        language=fact.language,
        zone=ZoneInfo(fact.zone),
        pace=fact.pace,
        drill=fact.drill,
        opened_at=fact.at,
        opened_by=fact.by,
        playbook=fact.playbook,
        rules={rule.id: rule for rule in fact.rules},
        closed_days=frozenset(fact.closed_days),
        roster=roster,
        present_from_opening=frozenset(roster),
    )


def _evolve(incident: Incident, fact: Fact) -> Incident:  # noqa: C901, PLR0911, PLR0912 - a table: one line or two for each fact
    match fact:
        case Opened():
            raise ValueError("an incident opens once")
        case RoomReady(room=room):
            status = Status.CLOSED if incident.status is Status.CLOSED else Status.OPEN
            return replace(incident, room=room, status=status)
        case CardPosted(event=event):
            return replace(incident, card=event)
        case Joined():
            return _join(incident, fact)
        case Left(user=user):
            return replace(_out(incident, user), left=incident.left | ({user} & incident.roster.keys()))
        case Briefed():
            return replace(incident, unbriefed=(), brief_due=None)
        case StepAssigned() | StepDone() | StepSkipped() | StepReopened():
            return replace(incident, steps={**incident.steps, fact.step: _step_after(incident, fact)})
        case Answered(question=question, value=value):
            return replace(incident, answers={**incident.answers, question: value})
        case ClockStarted() | ClockFiled() | ClockSetAside() | Rang() | Snoozed():
            return _with_clock(incident, fact.rule, _clock_after(incident, fact))
        case Acknowledged(rules=rules, at=at):
            return reduce(lambda current, rule: _acknowledge(current, rule, at), rules, incident)
        case Noted():
            return incident
        case PersonInvited(user=user, roles=roles):
            return replace(incident, roster={**incident.roster, user: frozenset(roles)}, left=incident.left - {user})
        case RoleGiven():
            return _give_role(incident, fact)
        case PersonRemoved(user=user):
            return _remove(incident, user)
        case SeveritySet(severity=severity):
            return replace(incident, severity=severity)
        case Closed(summary=summary):
            return replace(incident, status=Status.CLOSED, closed_summary=summary)
        case Resumed(at=at):
            return _resume(incident, at)
        case _:
            assert_never(fact)


def _join(incident: Incident, fact: Joined) -> Incident:
    user = fact.user
    if user not in incident.roster:
        return incident
    joined = replace(incident, joined=incident.joined | {user}, left=incident.left - {user})
    if user in incident.present_from_opening or user in incident.unbriefed:
        return joined
    return replace(joined, unbriefed=(*incident.unbriefed, user), brief_due=incident.brief_due or fact.at + BRIEF_DELAY)


def _out(incident: Incident, user: UserId) -> Incident:
    """Return the incident with *user* out of the room: what is said from now on is lost to them."""
    unbriefed = tuple(other for other in incident.unbriefed if other != user)
    return replace(
        incident,
        present_from_opening=incident.present_from_opening - {user},
        joined=incident.joined - {user},
        unbriefed=unbriefed,
        brief_due=incident.brief_due if unbriefed else None,
    )


def _give_role(incident: Incident, fact: RoleGiven) -> Incident:
    if fact.user not in incident.roster:
        return incident  # only an invitation puts somebody on the roster
    return replace(incident, roster={**incident.roster, fact.user: incident.roster[fact.user] | {fact.role}})


def _remove(incident: Incident, user: UserId) -> Incident:
    return replace(
        _out(incident, user),
        roster={other: roles for other, roles in incident.roster.items() if other != user},
        left=incident.left - {user},
        steps={id: _released(state) if state.assigned == user else state for id, state in incident.steps.items()},
    )


def _released(state: StepState) -> StepState:
    """Give a step back to the holders of its role: nobody else would see that it is open."""
    return replace(state, assigned=None, status=StepStatus.OPEN if state.status is StepStatus.DOING else state.status)


def _resume(incident: Incident, at: datetime) -> Incident:
    status = Status.OPENING if incident.room is None else Status.OPEN
    brief_due = at + BRIEF_DELAY if incident.unbriefed else None
    return replace(incident, status=status, closed_summary="", brief_due=brief_due)


def _step_after(incident: Incident, fact: StepAssigned | StepDone | StepSkipped | StepReopened) -> StepState:
    before = incident.step_state(fact.step)
    match fact:
        case StepAssigned(to=to):
            return replace(before, status=StepStatus.DOING, assigned=to)
        case StepDone(result=result, by=by, at=at):
            return replace(before, status=StepStatus.DONE, text=result, by=by, at=at)
        case StepSkipped(reason=reason, by=by, at=at):
            return replace(before, status=StepStatus.SKIPPED, text=reason, by=by, at=at)
        case StepReopened():
            status = StepStatus.OPEN if before.assigned is None else StepStatus.DOING
            return StepState(status=status, assigned=before.assigned)
        case _:
            assert_never(fact)


def _clock_after(incident: Incident, fact: ClockStarted | ClockFiled | ClockSetAside | Rang | Snoozed) -> ClockState:
    before = incident.clock_states.get(fact.rule, Suspected())
    match fact:
        case ClockStarted(aware=aware, by=by, source=source, at=at):
            due = due_time(incident.rules[fact.rule].length, aware, incident.zone, incident.closed_days)
            return Running(aware=aware, by=by, source=source, recorded_at=at, due=due)
        case ClockFiled(filed_at=filed_at, by=by, reference=reference):
            running = before if isinstance(before, Running) else None
            return Filed(running=running, at=filed_at, by=by, reference=reference)
        case ClockSetAside(at=at, by=by, reason=reason):
            return SetAside(at=at, by=by, reason=reason)
        case Rang(rung=rung):
            return replace(before, rung=(*before.rung, rung)) if isinstance(before, Running) else before
        case Snoozed(at=at, until=until):
            return _snooze(before, incident.pace, at, until) if isinstance(before, Running) else before
        case _:
            assert_never(fact)


def _snooze(running: Running, pace: float, at: datetime, until: datetime) -> Running:
    """Begin a rest, or move the end of the one that lasts: what it swallowed so far rings at the new end."""
    lasts = running.snoozed_until is not None and legal_time(running, pace, at) < running.snoozed_until
    return replace(running, snoozed_at=running.snoozed_at if lasts else at, snoozed_until=until)


def _acknowledge(incident: Incident, rule: RuleId, at: datetime) -> Incident:
    state = incident.clock_states.get(rule)
    if not isinstance(state, Running):
        return incident
    return _with_clock(incident, rule, replace(state, acknowledged_at=at, acknowledged_rungs=len(state.rung)))


def _with_clock(incident: Incident, rule: RuleId, state: ClockState) -> Incident:
    return replace(incident, clock_states={**incident.clock_states, rule: state})
