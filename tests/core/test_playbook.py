"""Questions about a playbook."""

from bot.core.language import Language, Words
from bot.core.names import Question, StepId
from tests.core.build import PLAYBOOK


def test_steps_come_in_the_order_of_the_file() -> None:
    assert [step.id for step in PLAYBOOK.steps()] == ["D1", "D2", "N1", "N2", "N3"]


def test_steps_and_questions_are_found_by_name_or_are_none() -> None:
    step, question = PLAYBOOK.step(StepId("N1")), PLAYBOOK.question(Question("insured"))
    assert step is not None
    assert step.title == "Do N1"
    assert question is not None
    assert question.text == "Insured?"
    assert PLAYBOOK.step(StepId("n1")) is None
    assert PLAYBOOK.question(Question("weather")) is None


def test_words_speak_both_languages() -> None:
    words = Words(fr="délai", en="clock")
    assert (words.to(Language("fr")), words.to(Language("en"))) == ("délai", "clock")
