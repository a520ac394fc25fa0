"""Any sequence of commands, happenings and wake-ups leaves a legal incident. Hypothesis looks for one that does not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core.alarms import Ring, alarms
from bot.core.clocks import Running, ladder, legal_time
from bot.core.commands import (
    Acknowledge,
    Answer,
    AssignStep,
    CardSent,
    Close,
    File,
    FinishStep,
    GiveRole,
    Happening,
    Invite,
    Note,
    PersonCame,
    PersonWent,
    Remove,
    ReopenStep,
    Resume,
    RoomMade,
    SetAware,
    SetSeverity,
    SkipStep,
    Snooze,
    TimeCame,
    Waive,
)
from bot.core.decide import Act, decide, happen
from bot.core.effects import Confirm, PostBrief, PostFirstSteps, Remind, effects
from bot.core.errors import IncidentClosed, RuleError
from bot.core.evolve import evolve, fold
from bot.core.facts import Acknowledged, Briefed, Fact, PersonInvited, PersonRemoved, Rang, RoleGiven, Severity
from bot.core.incident import Incident, Status, StepStatus
from bot.core.names import EventId, Question, RoomId, RuleId, StepId, UserId
from bot.core.roster import Right, Role, has_right
from tests.core.build import DAY, GUEST, HOUR, HOURS_72, MINUTE, NOW, OPENED, PEOPLE, PLAYBOOK, RULES

SECOND = timedelta(seconds=1)
STEPS = st.sampled_from([*(step.id for step in PLAYBOOK.steps()), StepId("X9")])
CLOCKS = st.sampled_from([*(rule.id for rule in RULES), RuleId("GDPR-99"), *[HOURS_72] * 6])
"""Mostly one clock, so that much happens to it."""
USERS = st.sampled_from([*PEOPLE, GUEST])
WHO = st.sampled_from(["alice", "bob", "@bob:example.org", "erin", GUEST, "nobody"])
ROLES = st.sampled_from(list(Role))
TEXTS = st.sampled_from(["", "x", "\u202e\x00 long " * 9])
SPANS = st.sampled_from([MINUTE, 2 * HOUR, 8 * HOUR, 30 * HOUR, 90 * HOUR])
AGO = st.none() | st.sampled_from([timedelta(0), MINUTE, 5 * HOUR, 71 * HOUR, 100 * HOUR, -HOUR])
ANSWERS = st.tuples(
    st.sampled_from([*(asked.name for asked in PLAYBOOK.questions), Question("colour")]),
    st.sampled_from(["yes", "no", "unknown", "mail"]),
)

STEP_ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(FinishStep, step=STEPS, result=TEXTS),
    st.builds(SkipStep, step=STEPS, reason=TEXTS),
    st.builds(ReopenStep, step=STEPS),
    st.builds(AssignStep, step=STEPS, to=WHO | ROLES),
    ANSWERS.map(lambda pair: Answer(question=pair[0], value=pair[1])),
)
PEOPLE_ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(GiveRole, role=ROLES, who=WHO),
    st.builds(Invite, who=WHO, role=st.none() | ROLES),
    st.builds(Remove, who=WHO),
    st.builds(Note, text=TEXTS),
    st.builds(SetSeverity, severity=st.sampled_from(list(Severity))),
)


class AnySequence(RuleBasedStateMachine):
    """An incident and the wall clock, in the hands of an adversary."""

    @initialize(pace=st.sampled_from([1, 1, 3600, 250]), begun=st.booleans())
    def open(self, pace: float, *, begun: bool) -> None:
        self.now: datetime = NOW
        opened = evolve(None, _opened(pace))
        self.facts: list[Fact] = [_opened(pace)]
        self.incident: Incident = opened
        self.roster = dict(opened.roster)
        self.rung: Counter[tuple[RuleId, datetime, str]] = Counter()
        self.silenced: set[tuple[RuleId, datetime]] = set()
        if begun:
            self.make_room(1)
            self.become_aware(HOURS_72, None, "", OPENED.by)

    # --- what happens ---------------------------------------------------------------------------------------

    @rule(act=STEP_ACTS, by=USERS)
    def work(self, act: Act, by: UserId) -> None:
        self.try_(act, by)

    @rule(act=PEOPLE_ACTS, by=USERS)
    def gather(self, act: Act, by: UserId) -> None:
        self.try_(act, by)

    @rule(clock=CLOCKS, ago=AGO, source=TEXTS, by=USERS)
    def become_aware(self, clock: RuleId, ago: timedelta | None, source: str, by: UserId) -> None:
        self.try_(SetAware(rule=clock, when=None if ago is None else self.now - ago, source=source), by)

    @rule(clock=CLOCKS, ago=AGO, by=USERS)
    def file(self, clock: RuleId, ago: timedelta | None, by: UserId) -> None:
        self.try_(File(rule=clock, reference="42", when=None if ago is None else self.now - ago), by)

    @rule(clock=CLOCKS, by=USERS)
    def waive(self, clock: RuleId, by: UserId) -> None:
        self.try_(Waive(rule=clock, reason="none"), by)

    @rule(clock=CLOCKS, span=SPANS, by=USERS)
    def snooze(self, clock: RuleId, span: timedelta, by: UserId) -> None:
        self.try_(Snooze(rule=clock, span=span), by)

    @rule(extra=st.sampled_from([timedelta(0), HOUR, 7 * HOUR, 20 * HOUR]), by=USERS)
    def snooze_over_the_next_rung(self, extra: timedelta, by: UserId) -> None:
        for alarm in alarms(self.incident, self.now):
            if isinstance(alarm, Ring) and alarm.at > self.now:
                span = (alarm.at - self.now) * self.incident.pace + extra
                return self.try_(Snooze(rule=alarm.rule, span=span), by)
        return None

    @rule(step=STEPS, who=WHO, by=USERS)
    def assign(self, step: StepId, who: str, by: UserId) -> None:
        self.try_(AssignStep(step=step, to=who), by)

    @rule(who=WHO, by=USERS)
    def remove(self, who: str, by: UserId) -> None:
        self.try_(Remove(who=who), by)

    @rule(by=USERS)
    def acknowledge(self, by: UserId) -> None:
        self.try_(Acknowledge(), by)

    @rule(by=USERS)
    def close(self, by: UserId) -> None:
        self.try_(Close(summary="over"), by)

    @rule(by=USERS)
    def resume(self, by: UserId) -> None:
        self.try_(Resume(), by)

    @rule(number=st.integers(1, 2))
    def make_room(self, number: int) -> None:
        self.meet(RoomMade(room=RoomId(f"!room{number}:example.org")))

    @rule(number=st.integers(1, 2))
    def send_card(self, number: int) -> None:
        self.meet(CardSent(event=EventId(f"$card{number}")))

    @rule(user=USERS)
    def come(self, user: UserId) -> None:
        self.meet(PersonCame(user=user))

    @rule(user=USERS)
    def go(self, user: UserId) -> None:
        self.meet(PersonWent(user=user))

    @rule(span=st.sampled_from([SECOND, 29 * SECOND, MINUTE, HOUR, 13 * HOUR, 30 * HOUR, 9 * DAY]))
    def let_time_pass(self, span: timedelta) -> None:
        """While the bot is down, or busy: nothing rings yet."""
        self.now += span

    @rule()
    def wake_up_anyhow(self) -> None:
        self.meet(TimeCame())

    @rule(how_often=st.integers(1, 12))
    def follow_the_alarm_clock(self, how_often: int) -> None:
        for _ in range(how_often):
            waiting = alarms(self.incident, self.now)
            if not waiting:
                return
            self.now = max(self.now, waiting[0].at)
            assert self.meet(TimeCame())

    # --- how it is applied ----------------------------------------------------------------------------------

    def try_(self, act: Act, by: UserId) -> None:
        before = self.incident
        refusal: RuleError | None = None
        facts: tuple[Fact, ...] = ()
        try:
            facts = decide(before, act, by, self.now, PEOPLE)
        except RuleError as error:
            refusal = error
        assert before == fold(self.facts)
        assert bool(facts) == (refusal is None)
        if before.status is Status.CLOSED and not isinstance(act, Resume):
            assert isinstance(refusal, IncidentClosed)
        self.take(facts)

    def meet(self, happening: Happening) -> bool:
        facts = happen(self.incident, happening, self.now)
        self.take(facts)
        assert happen(self.incident, happening, self.now) == ()
        if isinstance(happening, TimeCame):
            self.nothing_was_lost()
        return bool(facts)

    def take(self, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            before = self.incident
            if isinstance(fact, Rang):
                self.hear(before, fact)
            self.incident = evolve(before, fact)
            self.facts.append(fact)
            self.count(fact)
            asked = effects(fact, self.incident)
            if before.status is Status.CLOSED and self.incident.status is Status.CLOSED:
                assert not any(isinstance(effect, Confirm | Remind | PostBrief | PostFirstSteps) for effect in asked)

    def count(self, fact: Fact) -> None:
        """Keep books of our own: who is on the roster, which overdue clocks were seen."""
        match fact:
            case PersonInvited(user=user, roles=roles):
                self.roster[user] = frozenset(roles)
            case RoleGiven(user=user, role=role):
                self.roster[user] = self.roster[user] | {role}
            case PersonRemoved(user=user):
                del self.roster[user]
            case Acknowledged(rules=rules):
                self.silenced |= {
                    (rule, started)
                    for rule, started, name in self.rung
                    if rule in rules and name.startswith("T+") | (name == "T") and self._runs_since(rule, started)
                }
            case _:
                pass

    def _runs_since(self, rule: RuleId, started: datetime) -> bool:
        state = self.incident.clock_states.get(rule)
        return isinstance(state, Running) and state.recorded_at == started

    def hear(self, before: Incident, fact: Rang) -> None:
        state = before.clock_states[fact.rule]
        assert before.status is Status.OPEN
        assert isinstance(state, Running)
        assert state.due == fact.due
        self.rung[fact.rule, state.recorded_at, fact.rung] += 1
        legal_now = legal_time(state, before.pace, fact.at) + before.pace * timedelta(microseconds=1)
        nominal = dict(ladder(fact.due)).get(fact.rung) or fact.due + int(fact.rung.removeprefix("T+")) * HOUR
        assert nominal <= legal_now, "rang early"
        assert nominal > state.recorded_at
        assert nominal <= fact.due or (fact.rule, state.recorded_at) not in self.silenced, "rang though it was seen"
        if state.snoozed_at is not None and state.snoozed_until is not None:
            start = legal_time(state, before.pace, state.snoozed_at)
            assert not start < nominal <= state.snoozed_until or legal_now >= state.snoozed_until, "rang in a snooze"

    def nothing_was_lost(self) -> None:
        if self.incident.status is not Status.OPEN:
            return
        assert self.incident.brief_due is None or self.incident.brief_due > self.now
        for id, state in self.incident.clock_states.items():
            if isinstance(state, Running) and state.due is not None:
                self.has_rung(id, state, state.due)

    def has_rung(self, rule: RuleId, state: Running, due: datetime) -> None:
        legal_now = legal_time(state, self.incident.pace, self.now)
        passed = [name for name, at in ladder(due) if state.recorded_at < at <= legal_now]
        if state.snoozed_at is None:
            assert set(passed) <= set(state.rung), "a rung was lost"
        elif state.snoozed_until is not None and state.snoozed_until <= legal_now:
            swallowed = [name for name, at in ladder(due) if state.recorded_at < at <= state.snoozed_until]
            assert {*swallowed[-1:], *passed[-1:]} <= set(state.rung), "the last rung was lost"
        overdue = (legal_now - due) // HOUR
        seen = (rule, state.recorded_at) in self.silenced
        if overdue >= 1 and self.incident.pace == 1 and (self.now - state.recorded_at) >= HOUR and not seen:
            assert f"T+{overdue}" in state.rung, "an overdue reminder was lost"

    # --- what must hold -------------------------------------------------------------------------------------

    @invariant()
    def replaying_the_facts_gives_the_same_incident(self) -> None:
        assert fold(self.facts) == self.incident

    @invariant()
    def every_rung_rings_once(self) -> None:
        assert all(count == 1 for count in self.rung.values())
        for state in self.incident.clock_states.values():
            if isinstance(state, Running):
                order = [-int(name.removeprefix("T") or 0) for name in state.rung]
                assert order == sorted(set(order), reverse=True), "a rung came back after a later one"
                assert state.acknowledged_rungs <= len(state.rung)

    @invariant()
    def what_does_not_run_does_not_wait_to_ring(self) -> None:
        waiting = alarms(self.incident, self.now)
        assert list(waiting) == sorted(waiting, key=lambda alarm: alarm.at)
        if self.incident.status is not Status.OPEN:
            assert waiting == ()
        for alarm in waiting:
            if isinstance(alarm, Ring):
                assert isinstance(self.incident.clock_states[alarm.rule], Running)

    @precondition(lambda self: self.incident.status is Status.CLOSED)
    @invariant()
    def a_closed_incident_stays_silent(self) -> None:
        assert happen(self.incident, TimeCame(), self.now + 90 * DAY) == ()

    @invariant()
    def a_snooze_ends_before_the_due_time(self) -> None:
        for state in self.incident.clock_states.values():
            if isinstance(state, Running) and state.snoozed_until is not None:
                assert state.due is not None
                assert state.snoozed_until < state.due

    @invariant()
    def somebody_can_lead_and_the_roster_is_what_was_decided(self) -> None:
        assert self.incident.roster == self.roster
        assert any(has_right(roles, Right.LEAD) for roles in self.incident.roster.values())
        assert set(self.incident.leaders()) <= self.incident.roster.keys()
        assert all(roles for roles in self.incident.roster.values())

    @invariant()
    def nobody_off_the_roster_is_anywhere(self) -> None:
        known = self.incident.roster.keys()
        assert self.incident.joined <= known
        assert self.incident.left <= known
        assert not self.incident.joined & self.incident.left
        assert set(self.incident.unbriefed) <= self.incident.joined
        assert (self.incident.brief_due is None) == (self.incident.unbriefed == ())
        for clock in self.incident.clocks():
            assert set(self.incident.owners(clock.rule)) <= known - self.incident.left
        for state in self.incident.steps.values():
            assert state.assigned is None or isinstance(state.assigned, Role) or state.assigned in known
            assert (state.status is StepStatus.DOING) <= (state.assigned is not None)

    @invariant()
    def steps_clocks_and_answers_are_the_playbooks(self) -> None:
        assert self.incident.steps.keys() <= {step.id for step in PLAYBOOK.steps()}
        assert self.incident.clock_states.keys() <= {clock.rule.id for clock in self.incident.clocks()}
        for name, value in self.incident.answers.items():
            asked = PLAYBOOK.question(name)
            assert asked is not None
            assert value in asked.values

    @invariant()
    def the_room_decides_between_opening_and_open(self) -> None:
        if self.incident.status is not Status.CLOSED:
            assert (self.incident.status is Status.OPENING) == (self.incident.room is None)

    @invariant()
    def a_brief_is_for_somebody(self) -> None:
        assert all(fact.users for fact in self.facts if isinstance(fact, Briefed))


def _opened(pace: float) -> Fact:
    return replace(OPENED, pace=pace, drill=pace > 1)


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
