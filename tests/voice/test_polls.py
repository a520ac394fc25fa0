"""What can be tapped and what is said of a tap, word for word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.errors import UnknownQuestion
from bot.core.facts import RiskWeighed
from bot.core.language import Language
from bot.core.names import Question, StepId
from bot.core.replies import subjects
from bot.core.replies.subjects import Questions, Reminders, Risks, Steps
from bot.core.risk import RiskFactor, RiskLevel
from bot.sentences import languages
from bot.voice import Text
from tests.voice.story import BOB, CNIL, OPENED, build, incident, opened, playbook

Golden = Callable[[str, Text], None]
pytestmark = pytest.mark.parametrize("language", languages())
PERSONAL = Question("personal-data")


def with_ballot(text: Text) -> Text:
    """Return the message with its poll below, as a person sees both."""
    assert text.ballot is not None
    poll = "\n".join((text.ballot.question, *(f"( ) {offered.text}" for offered in text.ballot.offered)))
    return replace(text, body=f"{text.body}\n\n[poll]\n{poll}")


def test_a_question(golden: Golden, language: Language) -> None:
    new = build((opened(language),))
    golden(f"poll_question.{language}", with_ballot(voice.question(new, PERSONAL)))


def test_a_question_that_was_answered(golden: Golden, language: Language) -> None:
    golden(f"poll_question_answered.{language}", with_ballot(voice.question(incident(language), PERSONAL)))


def test_no_question_of_the_playbook_is_asked(language: Language) -> None:
    with pytest.raises(UnknownQuestion):
        voice.question(incident(language), Question("weather"))


def test_a_level_of_risk(golden: Golden, language: Language) -> None:
    weighed = RiskWeighed(at=OPENED, by=BOB, factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="payroll")
    golden(f"poll_risk.{language}", with_ballot(voice.factor(build((opened(language), weighed)), RiskFactor.DATA)))
    golden(f"poll_risk_reason.{language}", voice.risk_reason(RiskFactor.DATA, RiskLevel.HIGH, language))
    assert voice.factor(build((opened(language),)), RiskFactor.DATA).about == (Risks(factors=(RiskFactor.DATA,)),)


def test_the_choice_of_a_playbook(golden: Golden, language: Language) -> None:
    books = (playbook(language), replace(playbook(language), id="mailbox"))
    text = replace(voice.choice(books, language), ballot=voice.choice_ballot(books, language))
    golden(f"poll_playbook.{language}", with_ballot(text))
    assert [offered.word for offered in voice.choice_ballot(books, language).offered] == ["1", "2"]


def test_what_is_said_of_a_vote_and_of_the_end(golden: Golden, language: Language) -> None:
    asked, now = (Questions(questions=(PERSONAL,)),), incident(language)
    risk = (Risks(factors=(RiskFactor.DATA,)),)
    weighed = RiskWeighed(at=OPENED, by=BOB, factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="payroll")
    said = (
        voice.vote_unclear(language),
        voice.vote_over(asked, language),
        voice.vote_stands(voice.standing_answer(asked, now) or "", language),
        voice.poll_end(asked, now, language),
        voice.poll_end(risk, build((opened(language), weighed)), language),
        voice.poll_end(risk, build((opened(language),)), language),
        voice.poll_end(asked, None, language),
    )
    golden(f"votes.{language}", replace(said[0], body="\n\n".join(text.body for text in said)))


def test_what_a_tick_is_answered_with(golden: Golden, language: Language) -> None:
    now = build((opened(language),))
    open_steps = tuple(step.id for step in now.open_steps())
    ticks = [
        voice.ticked((Steps(steps=open_steps[:1]),), now),
        voice.ticked((Steps(steps=open_steps),), now),
        voice.ticked((Reminders(rules=(CNIL,)),), now),
    ]
    said = [text for text in ticks if text is not None]
    assert len(said) == 3
    assert said[0].about == (subjects.YesTo(word="done", rest=open_steps[0]), Steps(steps=open_steps[:1]))
    golden(f"ticks.{language}", replace(said[0], body="\n\n".join(text.body for text in said)))


def test_a_tick_at_anything_else_is_answered_with_nothing(language: Language) -> None:
    now = build((opened(language),))
    assert voice.ticked((Steps(steps=(StepId("X9"),)),), now) is None
    assert voice.ticked((Questions(questions=(PERSONAL,)),), now) is None
    assert voice.ticked((), now) is None
