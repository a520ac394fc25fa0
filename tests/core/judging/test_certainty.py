"""How sure an answer is stands beside it, and nothing that is not established takes a duty away."""

from __future__ import annotations

import pytest

from bot.core.commands import Answer, GiveConfirmation
from bot.core.decide import decide
from bot.core.facts import Answered, Certainty
from bot.core.judging.errors import DutyOnSupposition, NothingToRuleOut
from bot.core.names import Question
from tests.core.build import ALICE, BOB, NOW, PEOPLE, act, incident

DATA, ENTRY, CAUSE = Question("personal-data"), Question("entry"), Question("cause")


def answer(question: Question, value: str, certainty: Certainty | None = None, reason: str = "") -> Answer:
    return Answer(question=question, value=value, certainty=certainty, reason=reason)


def test_nobody_said_how_sure_until_somebody_does_and_a_new_answer_begins_anew() -> None:
    room = act(incident(), answer(ENTRY, "mail"))
    assert room.certain == {}
    supposed = act(room, answer(ENTRY, "mail", Certainty.SUPPOSED), BOB)
    said = Answered(at=NOW, by=BOB, question=ENTRY, value="mail", certainty=Certainty.SUPPOSED)
    assert supposed.certain[ENTRY] == said
    assert supposed.doubt(ENTRY) == supposed.certain[ENTRY]
    assert act(supposed, answer(ENTRY, "mail", Certainty.ESTABLISHED)).doubt(ENTRY) is None
    assert act(supposed, answer(ENTRY, "server")).certain == {}
    assert act(supposed, answer(DATA, "yes", Certainty.UNCONFIRMED)).doubt(DATA) is not None
    assert room.doubt(ENTRY) is None


def test_what_is_ruled_out_is_no_answer() -> None:
    room = act(incident(), answer(ENTRY, "mail", Certainty.RULED_OUT))
    assert (room.answers, room.ruled_out) == ({}, {ENTRY: ("mail",)})
    room = act(act(room, answer(ENTRY, "server")), answer(ENTRY, "mail", Certainty.RULED_OUT))
    assert (room.answers[ENTRY], room.ruled_out) == ("server", {ENTRY: ("mail",)})


def test_an_answer_that_is_ruled_out_is_unknown_again() -> None:
    room = act(incident(), answer(ENTRY, "mail", Certainty.SUPPOSED))
    said = decide(room, answer(ENTRY, "mail", Certainty.RULED_OUT), BOB, NOW, PEOPLE)
    assert [(fact.value, fact.certainty) for fact in said if isinstance(fact, Answered)] == [
        ("mail", Certainty.RULED_OUT),
        ("unknown", None),
    ]
    after = act(room, answer(ENTRY, "mail", Certainty.RULED_OUT), BOB)
    assert (after.answers[ENTRY], after.certain, after.ruled_out) == ("unknown", {}, {ENTRY: ("mail",)})
    again = act(after, answer(ENTRY, "mail"))
    assert again.ruled_out == {ENTRY: ()}


@pytest.mark.parametrize("value", ["yes", "no", "unknown"])
def test_a_yes_or_no_is_answered_not_ruled_out(value: str) -> None:
    with pytest.raises(NothingToRuleOut) as refused:
        decide(incident(), answer(DATA, value, Certainty.RULED_OUT), BOB, NOW, PEOPLE)
    assert refused.value.question == "personal-data"


@pytest.mark.parametrize("certainty", [Certainty.SUPPOSED, Certainty.UNCONFIRMED])
def test_no_duty_leaves_on_a_supposition(certainty: Certainty) -> None:
    with pytest.raises(DutyOnSupposition):
        decide(incident(), answer(DATA, "no", certainty, "test machines only"), BOB, NOW, PEOPLE)
    assert act(incident(drill=True), answer(DATA, "no", certainty), BOB).doubt(DATA) is not None


def test_two_persons_keep_how_sure_it_was() -> None:
    asked = act(incident(), answer(DATA, "no", Certainty.ESTABLISHED, "test machines only"), BOB)
    done = act(asked, GiveConfirmation(number=1), ALICE)
    assert done.certain[DATA].certainty is Certainty.ESTABLISHED
    assert done.decided_answers[DATA].confirmed_by == ALICE


def test_a_detail_may_be_ruled_out_too() -> None:
    assert act(incident(), answer(CAUSE, "phishing", Certainty.RULED_OUT)).ruled_out == {CAUSE: ("phishing",)}
