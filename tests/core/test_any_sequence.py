"""Any sequence of commands, happenings and wake-ups leaves a legal incident. Hypothesis looks for one that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core.clocks.lengths import EarlierOf
from bot.core.clocks.rules import Running
from bot.core.commands import (
    Acknowledge,
    Answer,
    AssignStep,
    Classify,
    Close,
    File,
    GiveConfirmation,
    GiveRole,
    Remove,
    Resume,
    SetAware,
    Snooze,
    Waive,
)
from bot.core.decide import Act, decide, happen
from bot.core.decide.lifecycle import silenced_by_closing
from bot.core.details import NEXT_UPDATE
from bot.core.effects import Confirm, PostBrief, PostFirstSteps, effects
from bot.core.errors import IncidentClosed, RuleError
from bot.core.evolve import evolve, fold
from bot.core.facts import (
    Briefed,
    ClockSetAside,
    Closed,
    Closing,
    ConfirmationAsked,
    ConfirmationGiven,
    Fact,
    PersonInvited,
    PersonRemoved,
    Removal,
    RepeatRang,
    RoleGiven,
    Waiving,
)
from bot.core.happenings import CardSent, Happening, PersonCalled, PersonCame, PersonWent, RoomMade, TimeCame
from bot.core.incident import WHOLE_ROOM, Incident, Status, StepStatus
from bot.core.names import EventId, RoomId, RuleId, StepId, UserId
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import Right, Role, has_right
from bot.core.people.two_persons import second_persons
from bot.core.playbook import Watched
from bot.core.ringing.alarms import Repeat, Ring, alarms
from bot.core.ringing.supposed import ringing_clocks
from tests.core.acts import (
    AGO,
    AIMS,
    BUSINESS_ACTS,
    CLOCKS,
    DORA,
    PEOPLE_ACTS,
    SPANS,
    STEP_ACTS,
    STEPS,
    TARGETS,
    TEXTS,
    USERS,
    WHO,
)
from tests.core.build import DAY, HOUR, HOURS_72, MINUTE, NOW, OPENED, PEOPLE, PLAYBOOK, RULES, came
from tests.core.build import rule as clock_rule
from tests.core.listener import Listener, nominal

ROWS = (
    *(replace(row, aim=AIMS.get(row.id)) for row in RULES),
    clock_rule(DORA, EarlierOf(hours_after_aware=24, hours_after_second=4), aim=12 * HOUR),
)
WATCHED = replace(
    PLAYBOOK,
    clocks=(*PLAYBOOK.clocks, Watched(rule=DORA)),
    phases=tuple(
        replace(phase, steps=tuple(replace(step, target=TARGETS.get(step.id)) for step in phase.steps))
        for phase in PLAYBOOK.phases
    ),
    repeat=365 * DAY,
)
NIGHT = QuietHours(start=time(21), end=time(7))


class AnySequence(RuleBasedStateMachine):
    """An incident and the wall clock, in the hands of an adversary."""

    @initialize(pace=st.sampled_from([1, 1, 1, 3600, 250]), quiet=st.sampled_from([None, NIGHT]), begun=st.booleans())
    def open(self, pace: float, quiet: QuietHours | None, *, begun: bool) -> None:
        self.now: datetime = NOW
        opened = evolve(None, _opened(pace, quiet))
        self.facts: list[Fact] = [_opened(pace, quiet)]
        self.incident: Incident = opened
        self.asleep = opened
        self.roster = dict(opened.roster)
        self.listener = Listener()
        if begun:
            self.make_room(1)
            self.become_aware(HOURS_72, None, "", OPENED.by)

    # --- what happens ---------------------------------------------------------------------------------------

    @rule(act=STEP_ACTS, by=USERS)
    def work(self, act: Act, by: UserId) -> None:
        self.try_(act, by)

    @rule(act=BUSINESS_ACTS, by=USERS)
    def add_a_clock(self, act: Act, by: UserId) -> None:
        self.try_(act, by)

    @rule(ahead=SPANS | st.just(-HOUR), by=USERS)
    def promise(self, ahead: timedelta, by: UserId) -> None:
        self.try_(Answer(question=NEXT_UPDATE, value=(self.now + ahead).isoformat()), by)

    @rule(clock=st.just(DORA) | CLOCKS, ago=AGO, by=USERS)
    def classify(self, clock: RuleId, ago: timedelta | None, by: UserId) -> None:
        self.try_(Classify(rule=clock, when=None if ago is None else self.now - ago), by)

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

    @rule(closing=st.booleans())
    def ask_for_what_cannot_be_undone(self, *, closing: bool) -> None:
        by, *_ = self.incident.leaders()
        for role, who in ((Role.ADMIN, "carol"), (Role.COORDINATOR, "bob")):
            self.try_(GiveRole(role=role, who=who), by)
        if closing:
            self.become_aware(HOURS_72, None, "", by)
            self.close(by)
        else:
            self.remove("bob", by)

    @rule(number=st.none() | st.integers(1, 4), by=USERS)
    def confirm(self, number: int | None, by: UserId) -> None:
        self.try_(GiveConfirmation(number=number), by)

    @precondition(lambda self: self.incident.asked)
    @rule(anybody=st.none() | USERS, wait=st.sampled_from([timedelta(0), timedelta(0), 9 * MINUTE, 10 * MINUTE]))
    def confirm_what_waits(self, anybody: UserId | None, wait: timedelta) -> None:
        """Mostly by somebody who can."""
        self.now += wait
        asked = self.incident.asked[-1]
        able = second_persons(self.incident, asked.by, asked.act, asked.at)
        self.try_(GiveConfirmation(number=asked.number), anybody or next(iter(able), asked.by))

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
    def be_called(self, user: UserId) -> None:
        self.meet(PersonCalled(user=user))

    @rule(user=USERS)
    def go(self, user: UserId) -> None:
        self.meet(PersonWent(user=user))

    @rule(span=st.sampled_from([MINUTE / 60, 29 * MINUTE / 60, MINUTE, HOUR, 13 * HOUR, 30 * HOUR, 9 * DAY]))
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
        assert bool(facts) == (refusal is None)
        if before.status is Status.CLOSED and not isinstance(act, Resume):
            assert isinstance(refusal, IncidentClosed)
        self.take(facts)

    def meet(self, happening: Happening) -> bool:
        self.asleep = self.incident
        facts = self.follows(happening)
        self.take(facts)
        assert self.follows(happening) == ()
        if isinstance(happening, TimeCame):
            self.listener.nothing_was_lost(self.incident, self.now)
        return bool(facts)

    def follows(self, happening: Happening) -> tuple[Fact, ...]:
        is_time = isinstance(happening, TimeCame)
        return came(self.incident, self.now) if is_time else happen(self.incident, happening, self.now)

    def take(self, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            before = self.incident
            self.listener.hear(fact, before, self.asleep)
            self.nothing_irreversible_is_done_by_one(fact, before)
            self.incident = evolve(before, fact)
            self.facts.append(fact)
            self.count(fact)
            asked = effects(fact, self.incident)
            if before.status is Status.CLOSED and self.incident.status is Status.CLOSED:
                said = [effect for effect in asked if isinstance(effect, Confirm | PostBrief | PostFirstSteps)]
                assert not said

    def count(self, fact: Fact) -> None:
        """Keep a roster of our own."""
        match fact:
            case PersonInvited(user=user, roles=roles):
                self.roster[user] = frozenset(roles)
            case RoleGiven(user=user, role=role):
                self.roster[user] = self.roster[user] | {role}
            case PersonRemoved(user=user):
                del self.roster[user]
            case _:
                pass

    def nothing_irreversible_is_done_by_one(self, fact: Fact, before: Incident) -> None:
        last = self.facts[-1]
        given = last.act if isinstance(last, ConfirmationGiven) else None
        match fact:
            case Closed(summary=summary) if not before.drill and (silenced := silenced_by_closing(before)):
                assert isinstance(given, Closing)
                assert given.summary == summary
                assert set(silenced) <= set(given.rules)
            case PersonRemoved(user=user) if has_right(before.roster[user], Right.LEAD):
                assert given == Removal(user=user)
            case ConfirmationGiven(number=number, by=by):
                (asked,) = (one for one in self.facts if isinstance(one, ConfirmationAsked) and one.number == number)
                assert (fact.act, fact.asked_by) == (asked.act, asked.by)
                assert fact.at - asked.at < 10 * MINUTE
                assert by not in (asked.by, getattr(asked.act, "user", None))
                right = Right.CLOCK if isinstance(asked.act, Waiving) else Right.LEAD
                assert all(has_right(before.roster[user], right) for user in (by, asked.by))
                assert number not in {one.number for one in self.facts if isinstance(one, ConfirmationGiven)}
            case ClockSetAside(rule=rule, reason=reason) if self.is_law(before, rule):
                assert isinstance(given, Waiving)
                assert (given.rule, given.reason) == (rule, reason)
            case _:
                assert given is None or isinstance(fact, Closed | PersonRemoved)

    def is_law(self, incident: Incident, id: RuleId) -> bool:
        return not incident.drill and not incident.rules[id].may_wait

    # --- what must hold -------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Replay the facts: once at the end, as at each step it would take longer than all the rest."""
        if "facts" in vars(self):
            assert fold(self.facts) == self.incident

    @invariant()
    def every_rung_rings_once_and_is_said_again_once_at_the_most(self) -> None:
        assert all(
            count == 1 or (count == 2 and name.startswith("T-")) for (*_, name), count in self.listener.rung.items()
        )
        for id, state in {**self.incident.clock_states, **self.incident.supposed}.items():
            if isinstance(state, Running):
                order = [nominal(self.incident.rules[id], state, name) for name in dict.fromkeys(state.rung)]
                assert order == sorted(set(order)), "a rung came back after a later one"
                assert state.acknowledged_rungs <= len(state.rung)

    @invariant()
    def what_does_not_run_does_not_wait_to_ring(self) -> None:
        waiting = alarms(self.incident, self.now)
        assert list(waiting) == sorted(waiting, key=lambda alarm: alarm.at)
        if self.incident.status is not Status.OPEN:
            assert all(isinstance(alarm, Repeat) for alarm in waiting)
        for alarm in waiting:
            if isinstance(alarm, Ring):
                assert any(clock.rule.id == alarm.rule for clock in ringing_clocks(self.incident))

    @precondition(lambda self: self.incident.status is Status.CLOSED)
    @invariant()
    def a_closed_incident_stays_silent(self) -> None:
        said = came(self.incident, self.now + 90 * DAY)
        assert not said or [type(fact) for fact in said] == [RepeatRang]

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
    def what_waits_for_a_second_person_has_its_own_number_and_is_bounded(self) -> None:
        numbers = [asked.number for asked in self.incident.asked]
        assert numbers == sorted(set(numbers))
        assert max(numbers, default=0) <= self.incident.asked_so_far
        assert len(numbers) <= 1 + len(self.incident.roster)
        assert not numbers or self.incident.status is not Status.CLOSED

    @invariant()
    def nobody_off_the_roster_is_anywhere(self) -> None:
        known = self.incident.roster.keys()
        assert self.incident.joined <= known
        assert self.incident.left <= known
        assert not self.incident.joined & self.incident.left
        assert set(self.incident.unbriefed) <= self.incident.joined
        assert (self.incident.brief_due is None) == (self.incident.unbriefed == ())
        for clock in self.incident.clocks():
            for level in range(WHOLE_ROOM + 1):
                assert set(self.incident.circle(clock.rule, level)) <= known - self.incident.left
        for state in self.incident.steps.values():
            assert state.assigned is None or isinstance(state.assigned, Role) or state.assigned in known
            assert (state.status is StepStatus.DOING) <= (state.assigned is not None)

    @invariant()
    def steps_clocks_and_answers_are_the_playbooks(self) -> None:
        assert self.incident.steps.keys() <= {step.id for step in PLAYBOOK.steps()}
        assert self.incident.clock_states.keys() <= {clock.rule.id for clock in self.incident.clocks()}
        for name, value in self.incident.answers.items():
            if name == NEXT_UPDATE:
                continue
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


def _opened(pace: float, quiet: QuietHours | None) -> Fact:
    return replace(OPENED, pace=pace, drill=pace > 1, quiet=quiet, rules=ROWS, playbook=WATCHED)


TestAnySequence = pytest.mark.no_cover(AnySequence.TestCase)
TestAnySequence.settings = settings(max_examples=70, stateful_step_count=60, deadline=None)
