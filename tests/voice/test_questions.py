"""Questions word for word: as whoever coordinates reads them, as who asked reads the answer, and refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.commands import AnswerQuestions
from bot.core.errors import RuleError
from bot.core.evolve import evolve
from bot.core.facts import AnswerReceived, Closed, QuestionAsked, QuestionsAnswered, QuestionsGathered, QuestionsPosted
from bot.core.facts.questions import FaqNews
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import EventId
from bot.core.organisations import questions as core
from bot.core.organisations.bulletins import received
from bot.sentences import languages
from bot.voice import Text
from tests.core.build import ALICE, HOUR, NOW, grow
from tests.core.cascades import child, parent, person_of, row, sent

Golden = Callable[[str, Text], None]
TEXT = "La DSN <ou> la paie :\npeut-elle attendre ?"
ANSWER = "Jusqu'à vendredi.\n\nPas au-delà."
ROWS = tuple(map(row, ("Alpha", "Beta")))
pytestmark = pytest.mark.parametrize("language", languages())


def asked(number: int, by: str, text: str = TEXT, bulletin: int | None = None) -> QuestionAsked:
    return QuestionAsked(at=NOW, by=person_of(by), number=number, text=text, bulletin=bulletin)


def scene(language: Language) -> tuple[Incident, Incident, Incident]:
    answered = QuestionsAnswered(at=NOW, by=ALICE, numbers=(1, 3), text=ANSWER, kept="La paie peut-elle attendre ?")
    alpha = child(ROWS[0], asked(1, "Alpha"), asked(3, "Alpha", "Et lundi ?", bulletin=2), language=language)
    beta = child(ROWS[1], asked(2, "Beta", "x " * 200), language=language)
    return parent(answered, rows=ROWS, language=language), alpha, beta


def all_of(*texts: Text) -> Text:
    return Text(body="\n\n".join(text.body for text in texts), html="\n\n".join(text.html for text in texts))


def test_what_whoever_coordinates_reads(golden: Golden, language: Language) -> None:
    whose, *among = scene(language)
    put = core.all_put(among)
    whole = all_of(
        voice.questions(put, core.Form.NEW, 0, whose),
        voice.questions(put, core.Form.OPEN, 490, whose),
        voice.questions(put[:1], core.Form.NEW, 0, whose),
        voice.questions(put[:1], core.Form.ONE, 0, whose),
        voice.no_questions(whose),
    )
    golden(f"questions.{language}", whole)


def test_whom_an_answer_reaches(golden: Golden, language: Language) -> None:
    whose, alpha, beta = scene(language)
    beta = grow(beta, Closed(at=NOW + HOUR, by=ALICE, summary=""))
    command = AnswerQuestions(numbers=(2, 1), text=ANSWER, is_kept=True, kept_as="Et la DSN ?")
    empty = replace(alpha, left=frozenset({person_of("Alpha")}))
    whole = all_of(
        voice.questions_answered(core.answer(whose, (alpha, beta), command, ALICE, NOW), whose),
        voice.questions_answered(core.answer(whose, (empty, beta), replace(command, is_kept=False), ALICE, NOW), whose),
    )
    golden(f"questions-answered.{language}", whole)


def test_what_an_organisation_reads(golden: Golden, language: Language) -> None:
    whose, alpha, beta = scene(language)
    got = AnswerReceived(at=NOW, answer=1, numbers=(1, 3), text=ANSWER)
    after = grow(alpha, got)
    news = FaqNews(questions=("La paie peut-elle attendre ?", "Et la DSN ?"), more=2, answers=1)
    before = child(ROWS[0], language=language)
    whole = all_of(
        voice.confirm(alpha.questions[0], before, evolve(before, alpha.questions[0])),
        voice.answer(got, after),
        voice.own_questions(grow(after, asked(4, "Alpha", "Encore ?")), None),
        voice.own_questions(after, 3),
        voice.own_questions(child(ROWS[0], language=language), None),
        voice.bulletin(received(sent(3), after, NOW, news), after),
        voice.faq(core.faq(whose), None, language),
        voice.faq(core.faq(whose), 1, language),
        voice.faq((), None, language),
    )
    golden(f"questions-own.{language}", whole)
    assert "Alpha" not in voice.faq(core.faq(whose), None, language).body
    assert beta.questions


def test_what_the_timelines_say(golden: Golden, language: Language) -> None:
    whose, alpha, _ = scene(language)
    given = QuestionsAnswered(at=NOW, by=ALICE, numbers=(1, 3), text=ANSWER)
    whole = all_of(
        voice.announce(alpha.questions[0], alpha),
        voice.announce(AnswerReceived(at=NOW, answer=1, numbers=(1, 3), text=ANSWER), alpha),
        voice.announce(QuestionsGathered(at=NOW, numbers=(1, 2, 3)), whose),
        voice.announce(QuestionsPosted(at=NOW, event=EventId("$q"), numbers=(1, 2, 3)), whose),
        voice.announce(given, whose),
    )
    golden(f"questions-timeline.{language}", whole)


def test_in_a_drill_they_say_so(language: Language) -> None:
    whose, alpha, _ = (replace(one, drill=True) for one in scene(language))
    mark = "[EXERCICE] " if language == Language("fr") else "[DRILL] "
    got = AnswerReceived(at=NOW, answer=1, numbers=(1,), text=ANSWER)
    assert voice.answer(got, alpha).body.startswith(mark)
    assert voice.questions(core.all_put((alpha,)), core.Form.NEW, 0, whose).body.startswith(mark)


def test_however_much_was_asked_it_stays_a_message(language: Language) -> None:
    many = tuple(asked(number, "Alpha", "&" * 2_000) for number in range(1, 300))
    given = tuple(QuestionsAnswered(at=NOW, by=ALICE, numbers=(1,), text="&" * 4_000, kept="&" * 2_000) for _ in many)
    whose = parent(*(replace(one, numbers=(place,)) for place, one in enumerate(given, 1)), *given, rows=ROWS)
    got = [AnswerReceived(at=NOW, answer=place, numbers=(1,), text="&" * 4_000) for place in range(300)]
    alpha = child(ROWS[0], *many, *got, language=language)
    texts = (
        voice.own_questions(alpha, None),
        voice.own_questions(alpha, 1),
        voice.questions(core.all_put((alpha,))[:1], core.Form.ONE, 0, whose),
        voice.questions(core.all_put((alpha,))[: core.SHOWN], core.Form.OPEN, 289, whose),
        voice.answer(got[0], alpha),
        voice.faq(core.faq(whose), None, language),
    )
    assert [len(text.body.encode()) + len(text.html.encode()) < 48_000 for text in texts] == [True] * len(texts)


def test_of_one_that_is_not_its_own_an_organisation_reads_nothing(language: Language) -> None:
    _, alpha, _ = scene(language)
    with pytest.raises(core.NoSuchQuestion):
        voice.own_questions(alpha, 2)


def test_why_it_is_refused(golden: Golden, language: Language) -> None:
    errors: tuple[RuleError, ...] = (
        core.NobodyCoordinates((ALICE,)),
        core.NotCoordinated(),
        core.UnknownQuestions((7, 9)),
        core.NoSuchQuestion(7),
        core.AnswersTooMany(10),
        core.NotInFaq(4),
        core.NamesAnOrganisation("Alpha"),
    )
    zone = parent().zone
    golden(f"questions-refused.{language}", all_of(*(voice.refusal(error, language, zone) for error in errors)))
