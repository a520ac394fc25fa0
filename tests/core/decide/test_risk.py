"""Rules on the risk to people: recorded with reasons, decided by somebody who keeps the clocks, never computed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import DecideRisk, ScoreSeverity, WeighRisk
from bot.core.decide import decide
from bot.core.errors import NotAllowed
from bot.core.facts import Answered, RiskDecided, RiskWeighed, SeverityScored
from bot.core.incident import Incident
from bot.core.names import Question, UserId
from bot.core.people.roster import Role
from bot.core.playbook import Asked
from bot.core.risk import RiskFactor, RiskLevel, Weighed
from tests.core.build import ALICE, BOB, CAROL, HOURS_72, NOW, PEOPLE, PLAYBOOK, SCORE, act, incident, running, started

HIGH_RISK = Question("high-risk")
ASKING = replace(PLAYBOOK, questions=(*PLAYBOOK.questions, Asked(name=HIGH_RISK, text="High risk?")))


def decision(level: RiskLevel) -> DecideRisk:
    return DecideRisk(level=level, reason="payslips")


def decided(found: Incident, level: RiskLevel, by: UserId = BOB) -> tuple[object, ...]:
    return decide(found, decision(level), by, NOW, PEOPLE)


def test_an_answer_is_kept_with_its_reason_and_its_author_and_the_last_one_counts() -> None:
    first = WeighRisk(factor=RiskFactor.DATA, level=RiskLevel.UNKNOWN, reason="not seen yet")
    then = WeighRisk(factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="payslips")
    found = act(act(incident(), first, CAROL), then, BOB)
    assert found.weighed == {RiskFactor.DATA: Weighed(level=RiskLevel.HIGH, reason="payslips", by=BOB, at=NOW)}


def test_no_number_of_answers_makes_a_decision() -> None:
    found = incident(
        *(RiskWeighed(at=NOW, by=BOB, factor=factor, level=RiskLevel.HIGH, reason="x") for factor in RiskFactor)
    )
    assert found.risk is None


@pytest.mark.parametrize("level", [level for level in RiskLevel if level is not RiskLevel.NONE])
def test_a_decision_is_recorded_as_it_was_given_whatever_the_answers_say(level: RiskLevel) -> None:
    weighed = RiskWeighed(at=NOW, by=CAROL, factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="payslips")
    found = act(incident(weighed, started()), decision(level), BOB)
    assert found.risk == Weighed(level=level, reason="payslips", by=BOB, at=NOW)
    assert running(found, HOURS_72) == running(incident(started()))


def test_who_keeps_no_clocks_may_answer_and_not_decide() -> None:
    weigh = WeighRisk(factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="payslips")
    assert decide(incident(), weigh, CAROL, NOW, PEOPLE)
    with pytest.raises(NotAllowed) as refusal:
        decided(incident(), RiskLevel.NONE, CAROL)
    assert Role.DPO in refusal.value.needed
    assert Role.IT not in refusal.value.needed


def test_a_score_is_kept_with_its_inputs_and_decides_nothing() -> None:
    before = incident(started())
    found = act(before, ScoreSeverity(score=SCORE, reason="payslips"), CAROL)
    assert found.scored == SeverityScored(at=NOW, by=CAROL, score=SCORE, reason="payslips")
    assert (found.risk, found.weighed, found.answers) == (before.risk, before.weighed, before.answers)
    assert running(found, HOURS_72) == running(before)


def test_somebody_off_the_roster_decides_nothing() -> None:
    with pytest.raises(NotAllowed):
        decided(incident(), RiskLevel.NONE, UserId("@mallory:example.org"))


def test_a_high_risk_answers_the_question_of_the_playbook() -> None:
    assert decided(incident(playbook=ASKING), RiskLevel.HIGH, ALICE) == (
        RiskDecided(at=NOW, by=ALICE, level=RiskLevel.HIGH, reason="payslips", as_controller=True),
        Answered(at=NOW, by=ALICE, question=HIGH_RISK, value="yes"),
    )


@pytest.mark.parametrize("level", [RiskLevel.RISK, RiskLevel.UNKNOWN])
def test_no_other_decision_writes_an_answer_that_nobody_gave(level: RiskLevel) -> None:
    assert decided(incident(playbook=ASKING), level, BOB) == (
        RiskDecided(at=NOW, by=BOB, level=level, reason="payslips", as_dpo=True),
    )


def test_a_question_that_says_so_already_or_is_not_asked_is_left_alone() -> None:
    said = Answered(at=NOW, by=BOB, question=HIGH_RISK, value="yes")
    assert len(decided(incident(said, playbook=ASKING), RiskLevel.HIGH)) == 1
    assert len(decided(incident(), RiskLevel.HIGH)) == 1
