"""Rules on steps: finish, skip, reopen, assign."""

import pytest

from bot.core.commands import AssignStep, FinishStep, ReopenStep, SkipStep
from bot.core.decide import decide
from bot.core.errors import (
    AmbiguousPerson,
    StepAlreadySettled,
    StepNotNeeded,
    StepNotSettled,
    UnknownPerson,
    UnknownStep,
)
from bot.core.facts import Answered, PersonInvited, StepAssigned, StepDone, StepReopened, StepSkipped
from bot.core.names import Question, StepId, UserId
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, NOW, PEOPLE, act, incident

D1, N2 = StepId("D1"), StepId("N2")
StepAct = FinishStep | SkipStep | AssignStep
WORK: tuple[StepAct, ...] = (
    FinishStep(step=D1, result="done"),
    SkipStep(step=D1, reason="not ours"),
    AssignStep(step=D1, to=Role.IT),
)


def test_a_finished_step_keeps_its_result_exactly() -> None:
    result = "  10:04 \u202ecalled\u202c — répondeur\n\nΔ 🧾 "
    facts = decide(incident(), FinishStep(step=D1, result=result), CAROL, NOW, PEOPLE)
    assert facts == (StepDone(at=NOW, by=CAROL, step=D1, result=result),)


def test_a_skipped_step_keeps_its_reason() -> None:
    facts = decide(incident(), SkipStep(step=D1, reason="no host"), CAROL, NOW, PEOPLE)
    assert facts == (StepSkipped(at=NOW, by=CAROL, step=D1, reason="no host"),)


def test_a_step_is_given_to_a_role_or_to_a_person_of_the_roster() -> None:
    def given(to: str | Role | None) -> UserId | Role:
        fact = decide(incident(), AssignStep(step=D1, to=to), ALICE, NOW, PEOPLE)[0]
        assert isinstance(fact, StepAssigned)
        return fact.to

    assert given(Role.COMMS) is Role.COMMS
    assert given("Bob") == BOB
    assert given(None) == ALICE
    assert given("@carol:example.org") == CAROL


@pytest.mark.parametrize("who", ["erin", "@erin:example.org", "nobody"])
def test_a_step_is_not_given_to_somebody_off_the_roster(who: str) -> None:
    with pytest.raises(UnknownPerson) as refusal:
        decide(incident(), AssignStep(step=D1, to=who), ALICE, NOW, PEOPLE)
    assert refusal.value.who == who
    assert refusal.value.known == tuple(sorted(incident().roster))


def test_a_step_is_not_given_to_one_of_two_people_of_one_name() -> None:
    other = UserId("@bob:firm.example")
    two = incident(PersonInvited(at=NOW, by=ALICE, user=other, roles=(Role.IT,)))
    with pytest.raises(AmbiguousPerson) as refusal:
        decide(two, AssignStep(step=D1, to="bob"), ALICE, NOW, PEOPLE)
    assert refusal.value.candidates == (BOB, other)


@pytest.mark.parametrize("work", WORK, ids=lambda work: type(work).__name__)
@pytest.mark.parametrize("settle", WORK[:2], ids=["done", "skipped"])
def test_a_settled_step_is_left_alone(work: StepAct, settle: StepAct) -> None:
    with pytest.raises(StepAlreadySettled) as refusal:
        decide(act(incident(), settle), work, CAROL, NOW, PEOPLE)
    assert refusal.value.step == D1


@pytest.mark.parametrize(
    "work",
    [FinishStep(step=N2), SkipStep(step=N2, reason="none"), AssignStep(step=N2, to=Role.IT)],
    ids=lambda work: type(work).__name__,
)
def test_a_step_that_is_not_needed_is_refused_until_the_answers_need_it(work: StepAct) -> None:
    with pytest.raises(StepNotNeeded) as refusal:
        decide(incident(), work, CAROL, NOW, PEOPLE)
    assert refusal.value.step == N2
    needed = incident(
        Answered(at=NOW, by=BOB, question=Question("insured"), value="yes"),
        Answered(at=NOW, by=BOB, question=Question("personal-data"), value="yes"),
    )
    assert len(decide(needed, work, CAROL, NOW, PEOPLE)) == 1


@pytest.mark.parametrize(("typed", "nearest"), [("D11", "D1"), ("DD2", "D2"), ("N9", None)])
def test_an_unknown_step_names_the_nearest(typed: str, nearest: str | None) -> None:
    for work in (FinishStep(step=StepId(typed)), ReopenStep(step=StepId(typed))):
        with pytest.raises(UnknownStep) as refusal:
            decide(incident(), work, CAROL, NOW, PEOPLE)
        assert (refusal.value.step, refusal.value.nearest) == (typed, nearest)


@pytest.mark.parametrize("settle", WORK[:2], ids=["done", "skipped"])
def test_a_settled_step_can_be_reopened_and_worked_on_again(settle: StepAct) -> None:
    settled = act(incident(), settle)
    assert decide(settled, ReopenStep(step=D1), CAROL, NOW, PEOPLE) == (StepReopened(at=NOW, by=CAROL, step=D1),)
    assert act(act(settled, ReopenStep(step=D1)), FinishStep(step=D1)).step_state(D1).settled


def test_an_open_step_has_nothing_to_reopen() -> None:
    for room in (incident(), act(incident(), AssignStep(step=D1, to=Role.IT))):
        with pytest.raises(StepNotSettled) as refusal:
            decide(room, ReopenStep(step=D1), CAROL, NOW, PEOPLE)
        assert refusal.value.step == D1
