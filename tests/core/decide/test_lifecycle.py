"""Rules on the incident itself, and the table of all acts."""

from typing import get_args

import pytest

from bot.core.commands import (
    Acknowledge,
    AddClock,
    AmendDecision,
    Answer,
    AssignStep,
    CancelCost,
    CancelOutage,
    Classify,
    Close,
    CorrectCost,
    DecideRisk,
    EndOutage,
    File,
    FinishStep,
    GiveConfirmation,
    GiveRole,
    Invite,
    MarkSent,
    Note,
    NoteCost,
    NoteOutage,
    Remove,
    ReopenStep,
    Resume,
    RetimeOutage,
    ReviewDecision,
    ScoreSeverity,
    SetAware,
    SetSeverity,
    SkipStep,
    Snooze,
    TakeDecision,
    Waive,
    WeighRisk,
)
from bot.core.costs.amounts import CostKind, Effort
from bot.core.decide import Act, decide, happen
from bot.core.decide.lifecycle import OfRecord
from bot.core.errors import IncidentClosed, NotClosed, UnknownQuestion, WrongAnswer
from bot.core.evolve import fold
from bot.core.facts import (
    Answered,
    Briefed,
    CardPosted,
    Channel,
    ClockFiled,
    ClockSetAside,
    Closed,
    Closing,
    Joined,
    Left,
    Noted,
    PersonInvited,
    Rang,
    Resumed,
    RoomReady,
    Severity,
    SeveritySet,
    StrangerCame,
)
from bot.core.happenings import CardMoved, CardSent, PersonCalled, PersonCame, PersonWent, RoomMade
from bot.core.incident import Status
from bot.core.lessons.deciding import OfFindings
from bot.core.names import EventId, Question, RoomId, StepId
from bot.core.people.coming import BRIEF_DELAY
from bot.core.people.roster import Role
from bot.core.risk import RiskFactor, RiskLevel
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    GUEST,
    HOUR,
    HOURS_72,
    NO_FIGURE,
    NOW,
    OPENED,
    PEOPLE,
    ROOM,
    SCORE,
    SOFT,
    act,
    came,
    drill,
    grow,
    incident,
    met,
    started,
)

D1 = StepId("D1")
ACTS: tuple[Act, ...] = (
    FinishStep(step=D1),
    SkipStep(step=D1, reason="none"),
    ReopenStep(step=D1),
    AssignStep(step=D1, to=Role.IT),
    Answer(question=Question("insured"), value="yes"),
    SetAware(rule=HOURS_72),
    File(rule=HOURS_72, reference="1"),
    Waive(rule=HOURS_72, reason="none"),
    Classify(rule=HOURS_72),
    AddClock(name="VAT", due=NOW + HOUR),
    WeighRisk(factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="payroll"),
    DecideRisk(level=RiskLevel.NONE, reason="encrypted"),
    ScoreSeverity(score=SCORE, reason="payroll"),
    TakeDecision(text="x"),
    AmendDecision(number=1),
    ReviewDecision(number=1, text="x"),
    NoteCost(amount=Effort(minutes=60), kind=CostKind.WORK),
    CorrectCost(number=1),
    CancelCost(number=1, reason="x"),
    NoteOutage(system="mail"),
    EndOutage(number=1),
    RetimeOutage(number=1, begin=NOW),
    CancelOutage(number=1, reason="x"),
    Acknowledge(),
    Snooze(rule=HOURS_72, span=HOUR),
    Note(text="x"),
    GiveRole(role=Role.IT, who="bob"),
    Invite(who=GUEST),
    Remove(who="bob"),
    SetSeverity(severity=Severity.LOW),
    Close(),
    GiveConfirmation(),
    MarkSent(who=None, channel=Channel.EMAIL),
)
CLOSED = Closed(at=NOW, by=ALICE, summary="")


def test_the_table_above_has_every_act_but_resuming_and_those_on_the_record_and_its_findings() -> None:
    assert {type(row) for row in ACTS} == set(get_args(Act)) - {Resume, *get_args(OfRecord), *get_args(OfFindings)}


@pytest.mark.parametrize("row", ACTS, ids=lambda row: type(row).__name__)
def test_a_closed_incident_refuses_every_act_but_resuming(row: Act) -> None:
    with pytest.raises(IncidentClosed):
        decide(incident(started(), CLOSED), row, ALICE, NOW, PEOPLE)


def test_a_closed_incident_is_resumed_and_an_open_one_is_not() -> None:
    assert decide(incident(CLOSED), Resume(), ALICE, NOW, PEOPLE) == (Resumed(at=NOW, by=ALICE),)
    with pytest.raises(NotClosed):
        decide(incident(), Resume(), ALICE, NOW, PEOPLE)


def test_notes_and_severities_are_taken_as_they_are() -> None:
    text = "\x00 \u202e <b>not html</b>"
    assert decide(incident(), Note(text=text), BOB, NOW, PEOPLE) == (Noted(at=NOW, by=BOB, text=text),)
    command = SetSeverity(severity=Severity.CRISIS)
    assert decide(incident(), command, BOB, NOW, PEOPLE) == (SeveritySet(at=NOW, by=BOB, severity=Severity.CRISIS),)


def test_a_question_takes_its_own_answers_and_can_be_answered_anew() -> None:
    question = Question("personal-data")
    fact = Answered(at=NOW, by=CAROL, question=question, value="unknown")
    assert decide(incident(), Answer(question=question, value="unknown"), CAROL, NOW, PEOPLE) == (fact,)
    room = act(act(incident(), Answer(question=question, value="unknown")), Answer(question=question, value="yes"))
    assert room.answers == {question: "yes"}


def test_a_question_nobody_asks_is_refused_with_those_that_are_asked() -> None:
    with pytest.raises(UnknownQuestion) as refusal:
        decide(incident(), Answer(question=Question("colour"), value="yes"), BOB, NOW, PEOPLE)
    assert (refusal.value.question, refusal.value.known) == ("colour", ("personal-data", "insured", "entry"))


@pytest.mark.parametrize(("question", "value"), [("entry", "yes"), ("insured", "perhaps"), ("insured", "")])
def test_an_answer_the_question_does_not_take_is_refused_with_those_it_takes(question: str, value: str) -> None:
    with pytest.raises(WrongAnswer) as refusal:
        decide(incident(), Answer(question=Question(question), value=value), BOB, NOW, PEOPLE)
    accepted = ("mail", "server") if question == "entry" else ("yes", "no", "unknown")
    assert (refusal.value.question, refusal.value.value, refusal.value.accepted) == (question, value, accepted)


# --- closing ------------------------------------------------------------------------------------------------


def test_closing_keeps_its_summary() -> None:
    assert decide(incident(), Close(summary="all back"), ALICE, NOW, PEOPLE) == (
        Closed(at=NOW, by=ALICE, summary="all back"),
    )


def test_a_running_legal_clock_keeps_the_incident_open() -> None:
    room = act(incident(started(), started(SOFT), started(NO_FIGURE)), Close())
    assert room.status is Status.OPEN
    assert [asked.act for asked in room.asked] == [Closing(summary="", rules=(HOURS_72, NO_FIGURE))]


def test_a_soft_clock_does_not_keep_it_open_and_one_of_the_law_without_a_figure_does() -> None:
    assert act(incident(started(SOFT)), Close()).status is Status.CLOSED
    room = act(incident(started(NO_FIGURE)), Close())
    assert room.status is Status.OPEN
    assert [asked.act for asked in room.asked] == [Closing(summary="", rules=(NO_FIGURE,))]


def test_an_incident_closes_when_its_clocks_are_filed_or_set_aside() -> None:
    filed = ClockFiled(at=NOW, by=BOB, rule=HOURS_72, reference="1", filed_at=NOW)
    aside = ClockSetAside(at=NOW, by=BOB, rule=HOURS_72, reason="none")
    for stop in (filed, aside):
        assert act(incident(started(), stop), Close()).status is Status.CLOSED


def test_a_drill_closes_at_any_time() -> None:
    assert act(drill(started()), Close()).status is Status.CLOSED


# --- happenings ---------------------------------------------------------------------------------------------


def test_a_room_and_a_card_are_taken_in_once() -> None:
    opening = fold((OPENED,))
    assert opening is not None
    assert happen(opening, RoomMade(room=ROOM), NOW) == (RoomReady(at=NOW, room=ROOM),)
    ready = met(opening, RoomMade(room=ROOM))
    assert happen(ready, RoomMade(room=RoomId("!other:example.org")), NOW) == ()
    assert happen(ready, CardSent(event=EventId("$1")), NOW) == (CardPosted(at=NOW, event=EventId("$1")),)
    posted = grow(ready, CardPosted(at=NOW, event=EventId("$1")))
    moved = happen(posted, CardMoved(event=EventId("$2")), NOW)
    assert moved == (CardPosted(at=NOW, event=EventId("$2"), instead_of=EventId("$1")),)
    assert grow(posted, *moved).card == EventId("$2")
    assert happen(met(ready, CardSent(event=EventId("$1"))), CardSent(event=EventId("$2")), NOW) == ()


def test_people_of_the_roster_come_and_go() -> None:
    room = incident()
    assert happen(room, PersonCame(user=BOB), NOW) == (Joined(at=NOW, user=BOB),)
    assert happen(room, PersonWent(user=BOB), NOW) == ()
    assert happen(room, PersonCalled(user=BOB), NOW) == ()
    inside = met(room, PersonCame(user=BOB))
    assert happen(inside, PersonCame(user=BOB), NOW) == ()
    assert happen(inside, PersonWent(user=BOB), NOW) == (Left(at=NOW, user=BOB),)


@pytest.mark.parametrize("coming", [PersonCame(user=GUEST), PersonCalled(user=GUEST)])
def test_a_stranger_is_seen_once_until_gone_or_invited_by_command(coming: PersonCame | PersonCalled) -> None:
    room = incident()
    assert happen(room, PersonWent(user=GUEST), NOW) == ()
    assert happen(room, coming, NOW) == (StrangerCame(at=NOW, user=GUEST),)
    there = met(room, coming)
    assert happen(there, coming, NOW) == ()
    assert GUEST not in there.roster
    assert happen(there, PersonWent(user=GUEST), NOW) == (Left(at=NOW, user=GUEST),)
    assert happen(met(there, PersonWent(user=GUEST)), coming, NOW) == (StrangerCame(at=NOW, user=GUEST),)
    asked = act(there, Invite(who=GUEST))
    assert asked.strangers == frozenset()
    assert happen(asked, PersonCame(user=GUEST), NOW) == (Joined(at=NOW, user=GUEST),)


def test_time_brings_reminders_and_the_brief_of_late_joiners() -> None:
    invited = PersonInvited(at=NOW, by=ALICE, user=GUEST, roles=(Role.LEGAL,))
    room = incident(started(), invited, Joined(at=NOW + 24 * HOUR - BRIEF_DELAY, user=GUEST))
    early, on_time = (came(room, NOW + hours * HOUR) for hours in (23, 24))
    assert early == ()
    assert {type(fact) for fact in on_time} == {Rang, Briefed}
    assert Briefed(at=NOW + 24 * HOUR, users=(GUEST,)) in on_time


def test_a_brief_waits_for_the_room() -> None:
    invited = PersonInvited(at=NOW, by=ALICE, user=GUEST, roles=(Role.LEGAL,))
    early = fold((OPENED, invited, Joined(at=NOW, user=GUEST)))
    assert early is not None
    assert came(early, NOW + HOUR) == ()
    assert came(met(early, RoomMade(room=ROOM)), NOW + HOUR) == (Briefed(at=NOW + HOUR, users=(GUEST,)),)


def test_the_carrier_of_a_note_is_its_writer() -> None:
    fact = decide(incident(), Note(text="x"), CAROL, NOW, PEOPLE)[0]
    assert isinstance(fact, Noted)
    assert (fact.by, fact.at) == (CAROL, NOW)
