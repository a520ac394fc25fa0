"""What the answer to a command is about: what one would say next to it."""

from __future__ import annotations

import pytest

from bot.core import commands, facts
from bot.core.decide import Act, decide
from bot.core.facts import Rang, RepeatRang, StepsRang
from bot.core.incident import Incident
from bot.core.names import Question, RuleId, StepId, UserId
from bot.core.replies import subjects
from bot.core.replies.about import about_fact, about_reminders
from bot.core.replies.subjects import About
from bot.core.risk import RiskFactor, RiskLevel
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    CHAINED,
    CHAINED_30_DAYS,
    DAY,
    FIVE_DAYS,
    HOUR,
    HOURS_72,
    NO_FIGURE,
    NOW,
    PEOPLE,
    SOFT,
    act,
    grow,
    incident,
    started,
)

D1, D2, N1 = (StepId(id) for id in ("D1", "D2", "N1"))
RUNS = incident(started())


def about(act: Act, room: Incident, by: UserId = ALICE) -> About:
    """Return what the first fact of *act* is about."""
    after, found = room, decide(room, act, by, NOW + HOUR, PEOPLE)
    for fact in found:
        after = grow(after, fact)
    return about_fact(found[0], room, after)


def clocks(*rules: RuleId) -> subjects.Clocks:
    return subjects.Clocks(rules=rules)


@pytest.mark.parametrize(
    ("typed", "room", "by", "expected"),
    [
        (commands.FinishStep(step=D1), incident(), ALICE, (subjects.Settled(step=D1, following=D2),)),
        (commands.SkipStep(step=D2, reason="no"), incident(), CAROL, (subjects.Settled(step=D2, following=N1),)),
        (commands.AssignStep(step=D1, to=None), incident(), BOB, (subjects.Steps(steps=(D1,)),)),
        (commands.SetAware(rule=HOURS_72), incident(), BOB, (clocks(HOURS_72),)),
        (commands.File(rule=SOFT, reference="x"), incident(), BOB, (clocks(SOFT),)),
        (
            commands.File(rule=HOURS_72, reference="x"),
            RUNS,
            BOB,
            (clocks(CHAINED, CHAINED_30_DAYS), subjects.Steps(steps=(N1,))),
        ),
        (commands.Waive(rule=SOFT, reason="x"), incident(), BOB, (clocks(SOFT),)),
        (commands.Waive(rule=HOURS_72, reason="x"), incident(), BOB, (subjects.Waiting(number=1),)),
        (commands.Snooze(rule=HOURS_72, span=HOUR), RUNS, BOB, (clocks(HOURS_72),)),
        (commands.AddClock(name="TVA", due=NOW + DAY), incident(), ALICE, (clocks(RuleId("TVA")),)),
        (commands.Note(text="x"), incident(), ALICE, ()),
        (
            commands.Answer(question=Question("entry"), value="mail"),
            incident(),
            ALICE,
            (subjects.Questions(questions=(Question("entry"),)),),
        ),
        (
            commands.Answer(question=Question("insured"), value="yes"),
            incident(),
            ALICE,
            (subjects.Questions(questions=(Question("insured"),)), clocks(FIVE_DAYS)),
        ),
        (
            commands.WeighRisk(factor=RiskFactor.BREACH, level=RiskLevel.HIGH, reason="x"),
            incident(),
            ALICE,
            (subjects.Risks(factors=tuple(RiskFactor)[1:]),),
        ),
    ],
)
def test_an_answer_is_about_what_one_would_say_next(typed: Act, room: Incident, by: UserId, expected: About) -> None:
    assert about(typed, room, by) == expected


def test_the_last_step_and_the_last_risk_leave_nothing_to_go_on_with() -> None:
    room = incident()
    for step in ("D1", "D2", "N1"):
        room = act(room, commands.FinishStep(step=StepId(step)))
    assert about(commands.FinishStep(step=StepId("N3")), room) == (subjects.Settled(step=StepId("N3"), following=None),)
    reopened = about(commands.ReopenStep(step=D1), room)
    assert reopened == (subjects.Steps(steps=(D1,)),)
    for factor in tuple(RiskFactor)[1:]:
        room = act(room, commands.WeighRisk(factor=factor, level=RiskLevel.RISK, reason="x"))
    last = commands.WeighRisk(factor=RiskFactor.BREACH, level=RiskLevel.RISK, reason="x")
    assert about(last, room) == (subjects.Risks(factors=(RiskFactor.BREACH,)),)


def test_what_is_seen_can_be_acted_on() -> None:
    seen = facts.Acknowledged(at=NOW, by=BOB, rules=(HOURS_72,))
    assert about_fact(seen, RUNS, RUNS) == (clocks(HOURS_72),)
    assert about_fact(facts.Acknowledged(at=NOW, by=BOB, rules=()), RUNS, RUNS) == ()


def test_a_reminder_is_about_its_clocks_in_the_order_shown_and_its_steps() -> None:
    rang = [Rang(at=NOW, rule=rule, rung="72", due=None, late_by=HOUR * 0, level=0) for rule in (NO_FIGURE, HOURS_72)]
    steps = StepsRang(at=NOW, steps=(N1, D1))
    assert about_reminders([*rang, steps, RepeatRang(at=NOW)], RUNS) == (
        subjects.Reminders(rules=(HOURS_72, NO_FIGURE), steps=(D1, N1)),
    )
    assert about_reminders([RepeatRang(at=NOW)], RUNS) == (), "nothing of it can be answered"


def test_evidence_asks_whence_it_is_and_a_hand_over_to_be_acknowledged() -> None:
    taken = facts.EvidenceTaken(
        at=NOW, by=ALICE, number=7, name="disk", digest="d", keeping=facts.Keeping.WITH_HOLDER, source=""
    )
    room = incident(taken)
    assert about_fact(taken, incident(), room) == (subjects.RestOf(word="evidence", begun="7 from"),)
    handed = facts.EvidenceHanded(at=NOW, by=ALICE, number=7, to=BOB)
    assert about_fact(handed, room, grow(room, handed)) == (subjects.Handed(number=7),)
