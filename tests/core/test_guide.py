"""What the guide asks next: clocks, questions, steps, each once, and only of those who may answer."""

from __future__ import annotations

from bot.core.commands import Answer, FinishStep, SetAware
from bot.core.facts import Closed
from bot.core.names import Question, StepId, UserId
from bot.core.replies.guide import id_of, next_item
from bot.core.replies.subjects import Clocks, Guided, Questions, Steps, incident_of
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    ERIN,
    HOURS_72,
    INCIDENT,
    NO_FIGURE,
    NOW,
    SOFT,
    act,
    incident,
)


def asked_of(user: UserId, *known: str) -> list[str]:
    """Return all that *user* is asked, one after the other."""
    asked = list(known)
    while (item := next_item(incident(), user, asked)) is not None:
        asked.append(id_of(item))
    return asked


def test_clocks_go_first_then_questions_then_steps_each_once() -> None:
    assert asked_of(BOB) == [HOURS_72, NO_FIGURE, "personal-data", "insured", "entry", "N1"]
    assert asked_of(ALICE) == [SOFT, "personal-data", "insured", "entry", "D1"]
    assert asked_of(BOB, HOURS_72, "insured")[2:] == [NO_FIGURE, "personal-data", "entry", "N1"]


def test_who_may_not_start_clocks_is_not_asked_for_them_and_who_looks_on_for_nothing() -> None:
    assert asked_of(CAROL) == ["personal-data", "insured", "entry", "D2"]
    assert asked_of(ERIN) == []


def test_what_is_done_is_not_asked_and_a_closed_incident_asks_nothing() -> None:
    room = act(incident(), SetAware(rule=HOURS_72), BOB)
    room = act(room, Answer(question=Question("insured"), value="yes"))
    assert next_item(room, BOB, [NO_FIGURE, "personal-data", "entry"]) == Steps(steps=(StepId("N1"),))
    assert next_item(room, BOB, []) == Clocks(rules=(NO_FIGURE,))
    assert next_item(room, CAROL, []) == Questions(questions=(Question("personal-data"),))
    assert next_item(incident(Closed(at=NOW, by=ALICE, summary="")), BOB, []) is None
    assert (
        next_item(act(incident(), FinishStep(step=StepId("D2"))), CAROL, ["personal-data", "insured", "entry"]) is None
    )


def test_what_is_asked_by_the_guide_is_about_its_incident_and_all_else_about_that_of_its_room() -> None:
    question = Questions(questions=(Question("insured"),))
    assert incident_of((Guided(user=ALICE, incident=INCIDENT), question)) == INCIDENT
    assert incident_of((question,)) is None
