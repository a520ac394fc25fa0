"""What takes a duty of the law away is decided by two, with a reason, one of them for the organisation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.clocks.rules import SetAside
from bot.core.commands import Answer, Close, DecideRisk, File, GiveConfirmation, SetAware, Waive
from bot.core.decide import decide
from bot.core.documents.register import entry
from bot.core.errors import AlreadyAsked, AnswerNeedsReason, NobodyToConfirm, NotAllowed, NotTheSecondPerson, Overtaken
from bot.core.facts import Answered, Answering, ConfirmationAsked, Fact, Left, Member, RiskDecided, RiskDeciding
from bot.core.incident import Incident
from bot.core.names import Question, UserId
from bot.core.people.roster import Role
from bot.core.people.two_persons import controllers, second_persons
from bot.core.risk import RiskLevel, Weighed
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, HOURS_72, NOW, PEOPLE, act, drill, incident, started

DATA = Question("personal-data")
NO = Answer(question=DATA, value="no", reason="test machines only")
UNLIKELY = DecideRisk(level=RiskLevel.NONE, reason="encrypted, the key is safe")
WITH_MANAGEMENT = (
    Member(user=ALICE, roles=(Role.ADMIN, Role.COORDINATOR)),
    Member(user=BOB, roles=(Role.DPO,)),
    Member(user=CAROL, roles=(Role.IT,)),
    Member(user=DAVE, roles=(Role.LEGAL,)),
    Member(user=ERIN, roles=(Role.MANAGEMENT,)),
)


def managed(*facts: Fact) -> Incident:
    return incident(*facts, members=WITH_MANAGEMENT)


def seconds(room: Incident, by: UserId) -> tuple[UserId, ...]:
    (asked,) = room.asked
    assert asked.by == by
    return second_persons(room, by, asked.act, NOW)


def confirmed(room: Incident, by: UserId) -> Incident:
    return act(room, GiveConfirmation(number=room.asked_so_far), by)


# --- who decides for the organisation -----------------------------------------------------------------------


def test_the_management_decides_for_the_organisation_and_the_coordinators_where_nobody_of_it_is_here() -> None:
    assert controllers(managed()) == (ERIN,)
    assert controllers(managed(Left(at=NOW, user=ERIN))) == (ALICE,)
    assert controllers(incident()) == (ALICE, DAVE)


@pytest.mark.parametrize("command", [NO, UNLIKELY, Waive(rule=HOURS_72, reason="not ours")])
def test_where_an_adviser_asks_only_the_management_confirms(command: Answer | DecideRisk | Waive) -> None:
    room = act(managed(), command, BOB)
    assert seconds(room, BOB) == (ERIN,)
    for other in (ALICE, DAVE, CAROL):
        with pytest.raises(NotTheSecondPerson):
            confirmed(room, other)
    confirmed(room, ERIN)


@pytest.mark.parametrize("command", [NO, UNLIKELY, Waive(rule=HOURS_72, reason="not ours")])
def test_where_the_management_asks_anybody_who_keeps_the_clocks_confirms(command: Answer | DecideRisk | Waive) -> None:
    assert seconds(act(managed(), command, ERIN), ERIN) == (ALICE, BOB, DAVE)


def test_where_nobody_could_confirm_it_is_said_who_would() -> None:
    alone = incident(members=WITH_MANAGEMENT[1:2])
    with pytest.raises(NobodyToConfirm) as refusal:
        decide(alone, UNLIKELY, BOB, NOW, PEOPLE)
    assert refusal.value.needed == (Role.MANAGEMENT, Role.COORDINATOR)
    both = replace(WITH_MANAGEMENT[4], roles=(Role.MANAGEMENT,))
    with pytest.raises(NobodyToConfirm) as refusal:
        decide(incident(members=(both,)), UNLIKELY, ERIN, NOW, PEOPLE)
    assert Role.DPO in refusal.value.needed


def test_a_management_that_came_with_the_asker_today_confirms_nothing() -> None:
    room = incident(members=WITH_MANAGEMENT[:4])
    room = act(room, UNLIKELY, BOB)
    assert seconds(room, BOB) == (ALICE,)


# --- a "no" with which a duty leaves ------------------------------------------------------------------------


def test_a_no_with_which_a_duty_leaves_needs_the_right_a_reason_and_a_second_person() -> None:
    with pytest.raises(NotAllowed):
        decide(managed(), NO, CAROL, NOW, PEOPLE)
    with pytest.raises(AnswerNeedsReason) as refusal:
        decide(managed(), replace(NO, reason=""), BOB, NOW, PEOPLE)
    assert refusal.value.rules == (HOURS_72,)
    asked = Answering(question=DATA, value="no", reason=NO.reason, rules=(HOURS_72,))
    assert decide(managed(), NO, BOB, NOW, PEOPLE) == (ConfirmationAsked(at=NOW, by=BOB, number=1, act=asked),)
    assert DATA not in act(managed(), NO, BOB).answers


def test_the_answer_stands_in_the_name_of_who_gave_it_with_reason_and_second_person() -> None:
    room = confirmed(act(managed(), NO, BOB), ERIN)
    said = Answered(at=NOW, by=BOB, question=DATA, value="no", reason=NO.reason, confirmed_by=ERIN)
    assert (room.answers[DATA], room.decided_answers) == ("no", {DATA: said})
    assert entry(room, NOW).notification is None
    assert act(room, Answer(question=DATA, value="yes"), CAROL).decided_answers == {}


def test_the_same_answer_is_asked_for_once() -> None:
    with pytest.raises(AlreadyAsked):
        decide(act(managed(), NO, BOB), NO, DAVE, NOW, PEOPLE)
    with pytest.raises(AlreadyAsked):
        decide(act(managed(), UNLIKELY, BOB), UNLIKELY, DAVE, NOW, PEOPLE)


def test_an_answer_is_not_carried_out_when_other_duties_would_leave_by_then() -> None:
    asked = act(managed(), NO, BOB)
    with pytest.raises(Overtaken):
        confirmed(act(asked, SetAware(rule=HOURS_72), BOB), ERIN)


@pytest.mark.parametrize(
    ("room", "command"),
    [
        (incident(started()), replace(NO, reason="")),
        (incident(), Answer(question=Question("insured"), value="no")),
        (incident(), Answer(question=DATA, value="yes")),
        (drill(), replace(NO, reason="")),
    ],
    ids=["it runs already", "it was not there", "yes", "a drill"],
)
def test_an_answer_with_which_no_duty_leaves_is_anybodys(room: Incident, command: Answer) -> None:
    assert act(room, command, CAROL).answers[command.question] == command.value


# --- no risk ------------------------------------------------------------------------------------------------


def test_that_a_risk_is_unlikely_is_decided_by_two_and_kept_as_opinion_and_decision() -> None:
    room = confirmed(act(managed(), UNLIKELY, BOB), ERIN)
    decided = Weighed(level=RiskLevel.NONE, reason=UNLIKELY.reason, by=BOB, at=NOW, confirmed_by=ERIN)
    assert (room.risk, room.dpo_opinion, room.controller_decision) == (decided, decided, decided)


def test_the_opinion_of_the_dpo_and_the_decision_of_the_controller_stand_apart() -> None:
    room = act(managed(), DecideRisk(level=RiskLevel.HIGH, reason="payslips"), BOB)
    room = act(room, DecideRisk(level=RiskLevel.RISK, reason="few people"), ERIN)
    assert room.dpo_opinion is not None
    assert room.controller_decision is not None
    assert (room.dpo_opinion.level, room.controller_decision.level) == (RiskLevel.HIGH, RiskLevel.RISK)
    assert room.risk == room.controller_decision
    later = act(room, DecideRisk(level=RiskLevel.UNKNOWN, reason="more is gone"), DAVE)
    assert (later.dpo_opinion, later.controller_decision) == (room.dpo_opinion, room.controller_decision)


def test_a_drill_decides_alone() -> None:
    assert decide(drill(), UNLIKELY, BOB, NOW, PEOPLE) == (
        RiskDecided(at=NOW, by=BOB, level=RiskLevel.NONE, reason=UNLIKELY.reason, as_dpo=True),
    )


def test_what_was_asked_for_is_what_is_confirmed() -> None:
    asked = act(managed(), UNLIKELY, BOB).asked[0].act
    assert asked == RiskDeciding(level=RiskLevel.NONE, reason=UNLIKELY.reason)


# --- a clock that nobody started ----------------------------------------------------------------------------


def test_a_clock_that_nobody_started_is_set_aside_by_two() -> None:
    waive = Waive(rule=HOURS_72, reason="not ours")
    aside = confirmed(act(managed(), waive, BOB), ERIN).clock_states[HOURS_72]
    assert aside == SetAside(at=NOW, by=BOB, reason="not ours", confirmed_by=ERIN)


@pytest.mark.parametrize("meanwhile", [SetAware(rule=HOURS_72), File(rule=HOURS_72, reference="CNIL 42")])
def test_a_clock_that_was_started_or_filed_since_is_not_set_aside(meanwhile: SetAware | File) -> None:
    asked = act(managed(), Waive(rule=HOURS_72, reason="not ours"), BOB)
    with pytest.raises(Overtaken):
        confirmed(act(asked, meanwhile, BOB), ERIN)


def test_closing_takes_no_management() -> None:
    room = act(
        incident(started(), members=(*WITH_MANAGEMENT[:2], replace(WITH_MANAGEMENT[3], roles=(Role.ADMIN,)))), Close()
    )
    assert seconds(room, ALICE) == (DAVE,)
