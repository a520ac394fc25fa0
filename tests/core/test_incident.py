"""The fold: what the facts make of an incident, in order and out of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.clocks.rules import Filed, Running, SetAside, Suspected
from bot.core.evolve import evolve, fold
from bot.core.facts import (
    Answered,
    Briefed,
    CardPosted,
    ClockFiled,
    ClockSetAside,
    Closed,
    Fact,
    Joined,
    Left,
    Member,
    Noted,
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
from bot.core.incident import Incident, Status, StepState, StepStatus
from bot.core.names import EventId, Question, RoomId, StepId
from bot.core.people.coming import BRIEF_DELAY
from bot.core.people.roster import Role
from bot.core.rhythm.state import News
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    CHAINED,
    DAVE,
    DAY,
    ERIN,
    FIVE_DAYS,
    GUEST,
    HOUR,
    HOURS_72,
    NO_FIGURE,
    NOW,
    OPENED,
    PLAYBOOK,
    ROOM,
    RULES,
    SOFT,
    grow,
    incident,
    running,
    started,
)

D1, D2, N2 = StepId("D1"), StepId("D2"), StepId("N2")
SECOND = timedelta(seconds=1)
INVITED = PersonInvited(at=NOW, by=ALICE, user=GUEST, roles=(Role.LEGAL,))


def joined(user: str = GUEST, at: timedelta = timedelta(0)) -> Joined:
    return Joined(at=NOW + at, user=GUEST if user == GUEST else ALICE)


def test_no_facts_are_no_incident() -> None:
    assert fold(()) is None


def test_an_incident_begins_with_its_opening() -> None:
    with pytest.raises(ValueError, match="first fact of an incident is Opened"):
        evolve(None, RoomReady(at=NOW, room=ROOM))


def test_an_incident_opens_once() -> None:
    with pytest.raises(ValueError, match="opens once"):
        grow(incident(), OPENED)


def test_an_opened_incident_keeps_all_it_was_opened_with() -> None:
    opened = fold((OPENED,))
    assert opened is not None
    assert (opened.id, opened.codename, opened.title) == (OPENED.incident, OPENED.codename, OPENED.title)
    assert (opened.status, opened.room, opened.card) == (Status.OPENING, None, None)
    assert opened.roster == {member.user: frozenset(member.roles) for member in OPENED.members}
    assert opened.present_from_opening == frozenset(opened.roster)
    assert (opened.playbook, tuple(opened.rules.values())) == (PLAYBOOK, RULES)
    assert opened.zone.key == "Europe/Paris"


def test_the_room_opens_the_incident_and_the_card_stands_in_it() -> None:
    ready = grow(incident(), CardPosted(at=NOW, event=EventId("$card")))
    assert (ready.status, ready.room, ready.card) == (Status.OPEN, ROOM, "$card")


def test_a_room_that_comes_after_the_closing_does_not_open_a_closed_incident() -> None:
    late = fold((OPENED, Closed(at=NOW, by=ALICE, summary=""), RoomReady(at=NOW, room=ROOM)))
    assert late is not None
    assert (late.status, late.room) == (Status.CLOSED, ROOM)
    assert grow(late, Resumed(at=NOW, by=ALICE)).status is Status.OPEN


def test_resuming_before_the_room_is_made_goes_on_waiting_for_it() -> None:
    early = fold((OPENED, Closed(at=NOW, by=ALICE, summary=""), Resumed(at=NOW, by=ALICE)))
    assert early is not None
    assert early.status is Status.OPENING


def test_closing_keeps_the_summary_and_resuming_drops_it() -> None:
    closed = incident(Closed(at=NOW, by=ALICE, summary="all is back"))
    assert (closed.status, closed.closed_summary) == (Status.CLOSED, "all is back")
    resumed = grow(closed, Resumed(at=NOW, by=ALICE))
    assert (resumed.status, resumed.closed_summary) == (Status.OPEN, "")


def test_a_note_changes_nothing_and_a_severity_does() -> None:
    noted = grow(incident(), Noted(at=NOW, by=ALICE, text="called the host"))
    assert noted == replace(incident(), heard={ALICE: NOW}, acted={ALICE: NOW}, rhythm=noted.rhythm)
    assert noted.rhythm == replace(incident().rhythm, news=News(notes=1))
    assert grow(incident(), SeveritySet(at=NOW, by=ALICE, severity=Severity.LOW)).severity is Severity.LOW


# --- steps --------------------------------------------------------------------------------------------------


def done(step: StepId = D1, result: str = "called") -> StepDone:
    return StepDone(at=NOW + HOUR, by=CAROL, step=step, result=result)


STEP_STORIES: list[tuple[str, tuple[Fact, ...], StepState]] = [
    ("untouched", (), StepState()),
    (
        "assigned to a role",
        (StepAssigned(at=NOW, by=ALICE, step=D1, to=Role.IT),),
        StepState(status=StepStatus.DOING, assigned=Role.IT),
    ),
    ("done", (done(),), StepState(status=StepStatus.DONE, text="called", by=CAROL, at=NOW + HOUR)),
    (
        "assigned, then done",
        (StepAssigned(at=NOW, by=ALICE, step=D1, to=BOB), done()),
        StepState(status=StepStatus.DONE, assigned=BOB, text="called", by=CAROL, at=NOW + HOUR),
    ),
    (
        "skipped",
        (StepSkipped(at=NOW, by=BOB, step=D1, reason="no host"),),
        StepState(status=StepStatus.SKIPPED, text="no host", by=BOB, at=NOW),
    ),
    ("done and reopened", (done(), StepReopened(at=NOW, by=BOB, step=D1)), StepState()),
    (
        "assigned, done and reopened",
        (StepAssigned(at=NOW, by=ALICE, step=D1, to=BOB), done(), StepReopened(at=NOW, by=BOB, step=D1)),
        StepState(status=StepStatus.DOING, assigned=BOB),
    ),
]


@pytest.mark.parametrize(("facts", "state"), [story[1:] for story in STEP_STORIES], ids=[s[0] for s in STEP_STORIES])
def test_a_step_stands_where_its_facts_left_it(facts: tuple[Fact, ...], state: StepState) -> None:
    assert incident(*facts).step_state(D1) == state
    assert state.settled == (state.status in (StepStatus.DONE, StepStatus.SKIPPED))


def test_answers_bring_steps_in_and_take_them_out() -> None:
    def needed(*facts: Fact) -> list[str]:
        return [step.id for step in incident(*facts).needed_steps()]

    def says(question: str, value: str) -> Answered:
        return Answered(at=NOW, by=ALICE, question=Question(question), value=value)

    assert needed() == ["D1", "D2", "N1", "N3"]
    assert needed(says("personal-data", "yes"), says("insured", "yes")) == ["D1", "D2", "N1", "N2", "N3"]
    assert needed(says("personal-data", "no"), says("insured", "yes")) == ["D1", "D2", "N3"]
    assert needed(says("personal-data", "no"), says("personal-data", "unknown")) == ["D1", "D2", "N1", "N3"]


def test_open_steps_are_the_needed_ones_without_the_settled() -> None:
    worked = incident(done(D1), StepSkipped(at=NOW, by=BOB, step=D2, reason="none"), done(N2))
    assert [step.id for step in worked.open_steps()] == ["N1", "N3"]


# --- clocks -------------------------------------------------------------------------------------------------


def test_watched_clocks_are_suspected_unless_they_wait_for_a_filing_or_an_answer() -> None:
    assert [clock.rule.id for clock in incident().clocks()] == [HOURS_72, NO_FIGURE, SOFT]
    assert all(clock.state == Suspected() for clock in incident().clocks())
    insured = incident(Answered(at=NOW, by=ALICE, question=Question("insured"), value="yes"))
    assert insured.clock(FIVE_DAYS) is not None
    assert insured.clock(CHAINED) is None


def test_a_clock_that_was_touched_stays_whatever_the_answers_say() -> None:
    touched = incident(started(), Answered(at=NOW, by=ALICE, question=Question("personal-data"), value="no"))
    assert HOURS_72 in {clock.rule.id for clock in touched.clocks()}
    untouched = incident(Answered(at=NOW, by=ALICE, question=Question("personal-data"), value="no"))
    assert HOURS_72 not in {clock.rule.id for clock in untouched.clocks()}


def test_the_card_shows_the_clock_that_ends_first_at_the_top() -> None:
    mixed = incident(
        started(HOURS_72),
        started(SOFT),
        started(FIVE_DAYS),
        started(NO_FIGURE),
        ClockSetAside(at=NOW, by=BOB, rule=CHAINED, reason="no risk"),
    )
    assert [clock.rule.id for clock in mixed.clocks()] == [SOFT, HOURS_72, FIVE_DAYS, NO_FIGURE, CHAINED]
    filed = grow(mixed, ClockFiled(at=NOW, by=BOB, rule=SOFT, reference="1", filed_at=NOW))
    assert [clock.rule.id for clock in filed.clocks()] == [HOURS_72, FIVE_DAYS, NO_FIGURE, SOFT, CHAINED]


def test_working_days_end_on_the_last_one_in_the_rooms_zone() -> None:
    due = running(incident(started(FIVE_DAYS)), FIVE_DAYS).due
    assert due is not None
    assert due.isoformat() == "2026-04-03T21:59:00+00:00"  # Friday 23:59 in Paris, on summer time by then


def test_working_days_leave_the_holidays_frozen_at_the_opening_out() -> None:
    wednesday = NOW + 5 * DAY
    due = running(incident(started(FIVE_DAYS, at=wednesday)), FIVE_DAYS).due
    assert due is not None
    assert due.isoformat() == "2026-04-09T21:59:00+00:00"


def test_a_filed_clock_remembers_what_ran() -> None:
    filing = ClockFiled(at=NOW, by=BOB, rule=HOURS_72, reference="CNIL 42", filed_at=NOW)
    filed = incident(started(), filing).clock_states[HOURS_72]
    assert isinstance(filed, Filed)
    assert filed.running == running(incident(started()))
    assert incident(filing).clock_states[HOURS_72] == Filed(running=None, at=NOW, by=BOB, reference="CNIL 42")


@pytest.mark.parametrize(
    "fact",
    [
        Rang(at=NOW, rule=HOURS_72, rung="T-1", due=NOW, late_by=timedelta(0)),
        Snoozed(at=NOW, by=BOB, rule=HOURS_72, until=NOW + HOUR),
    ],
    ids=["rang", "snoozed"],
)
def test_a_reminder_of_a_clock_that_does_not_run_leaves_it_as_it_is(fact: Rang | Snoozed) -> None:
    aside = ClockSetAside(at=NOW, by=BOB, rule=HOURS_72, reason="no data")
    expected = SetAside(at=NOW, by=BOB, reason="no data")
    assert incident(aside, fact).clock_states[HOURS_72] == expected
    assert incident(fact).clock(HOURS_72) == incident().clock(HOURS_72)


def test_a_new_snooze_after_the_old_one_ended_begins_anew() -> None:
    twice = incident(
        started(),
        Snoozed(at=NOW, by=BOB, rule=HOURS_72, until=NOW + HOUR),
        Snoozed(at=NOW + HOUR, by=BOB, rule=HOURS_72, until=NOW + 3 * HOUR),
    )
    assert (running(twice).snoozed_at, running(twice).snoozed_until) == (NOW + HOUR, NOW + 3 * HOUR)


def test_a_corrected_clock_forgets_what_rang_and_who_saw_it() -> None:
    rang = Rang(at=NOW, rule=HOURS_72, rung="T-48", due=NOW, late_by=timedelta(0))
    corrected = running(incident(started(), rang, started(at=NOW + HOUR, aware=NOW - HOUR)))
    assert corrected == Running(
        aware=NOW - HOUR, by=BOB, source="mail of the host", recorded_at=NOW + HOUR, due=NOW + 71 * HOUR
    )


# --- people -------------------------------------------------------------------------------------------------


def test_the_people_of_the_opening_need_no_brief() -> None:
    assert incident(Joined(at=NOW, user=ALICE)).unbriefed == ()


def test_late_joiners_wait_together_for_one_brief_half_a_minute_after_the_first() -> None:
    second = PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.OBSERVER,))
    late = incident(INVITED, second, Joined(at=NOW, user=GUEST), Joined(at=NOW + 20 * SECOND, user=ERIN))
    assert (late.unbriefed, late.brief_due) == ((GUEST, ERIN), NOW + BRIEF_DELAY)
    briefed = grow(late, Briefed(at=NOW + BRIEF_DELAY, users=late.unbriefed))
    assert (briefed.unbriefed, briefed.brief_due) == ((), None)


def test_joining_twice_waits_once() -> None:
    assert incident(INVITED, joined(), joined(at=SECOND)).unbriefed == (GUEST,)


@pytest.mark.parametrize(
    "gone", [Left(at=NOW, user=GUEST), PersonRemoved(at=NOW, by=ALICE, user=GUEST)], ids=["left", "removed"]
)
def test_nobody_is_briefed_when_the_only_late_joiner_is_gone(gone: Left | PersonRemoved) -> None:
    late = incident(INVITED, joined(), gone)
    assert (late.unbriefed, late.brief_due) == ((), None)


def test_the_other_late_joiners_keep_their_brief_when_one_goes() -> None:
    second = PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.OBSERVER,))
    late = incident(INVITED, second, joined(), Joined(at=NOW + SECOND, user=ERIN), Left(at=NOW, user=GUEST))
    assert (late.unbriefed, late.brief_due) == ((ERIN,), NOW + BRIEF_DELAY)


def test_who_comes_while_the_incident_is_closed_is_briefed_when_it_goes_on() -> None:
    asleep = incident(INVITED, Closed(at=NOW, by=ALICE, summary=""), joined(at=HOUR))
    awake = grow(asleep, Resumed(at=NOW + DAY, by=ALICE))
    assert (awake.unbriefed, awake.brief_due) == ((GUEST,), NOW + DAY + BRIEF_DELAY)


def test_who_left_and_comes_back_missed_something_and_is_briefed() -> None:
    back = incident(Joined(at=NOW, user=BOB), Left(at=NOW, user=BOB), Joined(at=NOW + HOUR, user=BOB))
    assert back.unbriefed == (BOB,)


def test_who_was_removed_and_invited_again_is_briefed() -> None:
    back = incident(
        Joined(at=NOW, user=BOB),
        PersonRemoved(at=NOW, by=ALICE, user=BOB),
        PersonInvited(at=NOW, by=ALICE, user=BOB, roles=(Role.DPO,)),
        Joined(at=NOW + HOUR, user=BOB),
    )
    assert (back.unbriefed, back.roster[BOB]) == ((BOB,), frozenset({Role.DPO}))


def test_a_removed_person_is_nowhere_any_more() -> None:
    removed = incident(
        Joined(at=NOW, user=BOB),
        StepAssigned(at=NOW, by=ALICE, step=D1, to=BOB),
        StepAssigned(at=NOW, by=ALICE, step=D2, to=CAROL),
        PersonRemoved(at=NOW, by=ALICE, user=BOB),
    )
    assert BOB not in removed.roster
    assert BOB not in removed.joined | removed.present_from_opening | removed.left
    assert removed.step_state(D1) == StepState()
    assert removed.step_state(D2).assigned == CAROL


def test_a_finished_step_of_a_removed_person_keeps_who_did_it() -> None:
    mine = (StepAssigned(at=NOW, by=ALICE, step=D1, to=CAROL), done(D1))
    removed = incident(*mine, PersonRemoved(at=NOW, by=ALICE, user=CAROL))
    assert (removed.step_state(D1).status, removed.step_state(D1).by) == (StepStatus.DONE, CAROL)
    assert grow(removed, StepReopened(at=NOW, by=ALICE, step=D1)).step_state(D1) == StepState()


ODD: list[tuple[str, tuple[Fact, ...]]] = [
    ("left before joined", (Left(at=NOW, user=BOB),)),
    ("a stranger left", (Left(at=NOW, user=GUEST),)),
    ("a stranger joined", (Joined(at=NOW, user=GUEST),)),
    ("a role for a stranger", (RoleGiven(at=NOW, by=ALICE, user=GUEST, role=Role.ADMIN),)),
    ("a stranger removed", (PersonRemoved(at=NOW, by=ALICE, user=GUEST),)),
    ("removed twice", (PersonRemoved(at=NOW, by=ALICE, user=BOB), PersonRemoved(at=NOW, by=ALICE, user=BOB))),
    ("resumed without a closing", (Resumed(at=NOW, by=ALICE),)),
    ("briefed without a brief", (Briefed(at=NOW, users=(BOB,)),)),
    ("reopened untouched", (StepReopened(at=NOW, by=ALICE, step=D1),)),
    ("a second room", (RoomReady(at=NOW, room=RoomId("!other:example.org")),)),
]


@pytest.mark.parametrize("facts", [odd[1] for odd in ODD], ids=[odd[0] for odd in ODD])
def test_facts_in_an_odd_order_do_not_stop_a_replay(facts: tuple[Fact, ...]) -> None:
    replayed = incident(*facts)
    assert GUEST not in replayed.roster
    assert GUEST not in replayed.joined | replayed.left
    assert set(replayed.unbriefed) <= replayed.joined <= set(replayed.roster)


def test_a_removed_person_gets_no_rights_back_by_a_role() -> None:
    removed = (PersonRemoved(at=NOW, by=ALICE, user=BOB), RoleGiven(at=NOW, by=ALICE, user=BOB, role=Role.ADMIN))
    assert BOB not in incident(*removed).roster


# --- who leads, who owns ------------------------------------------------------------------------------------


def alone(*members: Member) -> Incident:
    return incident(members=members)


def test_coordinators_lead_else_admins_else_the_opener() -> None:
    assert incident().leaders() == (ALICE, DAVE)
    admin = Member(user=ERIN, roles=(Role.ADMIN,))
    assert alone(admin, Member(user=BOB, roles=(Role.DPO,))).leaders() == (ERIN,)
    assert alone(Member(user=BOB, roles=(Role.DPO,))).leaders() == (ALICE,)


def test_a_reminder_goes_to_the_rules_role_else_to_the_coordinators_else_to_the_room() -> None:
    dpo, insurance = RULES[0], RULES[3]
    assert incident().owners(dpo) == (BOB,)
    assert incident().owners(insurance) == (ALICE, DAVE)
    assert alone(Member(user=CAROL, roles=(Role.IT,))).owners(dpo) == ()


def test_a_reminder_does_not_go_to_somebody_who_left_the_room() -> None:
    left = incident(Joined(at=NOW, user=BOB), Left(at=NOW, user=BOB))
    assert left.owners(RULES[0]) == (ALICE, DAVE)
    again = grow(left, PersonInvited(at=NOW, by=ALICE, user=BOB, roles=(Role.DPO,)))
    assert again.owners(RULES[0]) == (BOB,)
    assert grow(left, Joined(at=NOW, user=BOB)).owners(RULES[0]) == (BOB,)
