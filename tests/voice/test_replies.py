"""What can be answered to a message of ours, which of several is meant, and the questions of the guide."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from bot import voice
from bot.core.language import Language, Words
from bot.core.names import IncidentId, Question, StepId
from bot.core.replies import subjects
from bot.core.replies.subjects import Choice, Guided, GuideOver, Subject
from bot.core.risk import RiskFactor
from bot.sentences import languages
from tests.core.build import ALICE, FRENCH, HOURS_72, NOW, incident

EN, FR = Language("en"), Language("fr")
D1 = StepId("D1")
GUIDED = Guided(user=ALICE, incident=IncidentId("1"))
HINTS: list[tuple[Subject, str]] = [
    (subjects.Steps(steps=(D1,)), "Here I take: done RESULT, skip REASON, to WHO."),
    (subjects.Settled(step=D1, following=D1), "Here I take: done RESULT, skip REASON, to WHO, reopen."),
    (subjects.Settled(step=D1, following=None), "Here I take: reopen."),
    (subjects.Questions(questions=(Question("insured"),)), "Here I take: yes, no, unknown."),
    (subjects.Risks(factors=(RiskFactor.DATA,)), "Here I take: 3 high REASON."),
    (
        subjects.Clocks(rules=(HOURS_72,)),
        "Here I take: known WHEN SOURCE, filed REFERENCE, waive REASON.",
    ),
    (
        subjects.Reminders(rules=(HOURS_72,)),
        "Here I take: seen, known WHEN SOURCE, filed REFERENCE, waive REASON.",
    ),
    (subjects.Reminders(steps=(D1,)), "Here I take: done RESULT, skip REASON, to WHO."),
    (subjects.Reminders(), "Here I take: seen."),
    (subjects.Waiting(number=1), "Here I take: confirm."),
    (subjects.Playbooks(offered_at=NOW, playbooks=("a",)), "Here I take: a number of the list."),
    (Choice(word="done", ids=("D1",), rest=""), "Here I take: a number of the list."),
    (subjects.YesTo(word="done", rest="D1"), "Here I take: yes."),
    (subjects.OwnContact(), "Here I take: yes, or no and which."),
    (subjects.RestOf(word="risk", begun="data high"), "Here I take: your reason in words."),
    (subjects.RestOf(word="evidence", begun="7 from"), "Here I take: where it comes from, in words."),
    (subjects.Handed(number=7), "Here I take: received."),
    (subjects.Relay(number=7), "Here I take: received."),
    (subjects.PointAsked(due=NOW), "Here I take: where things stand, or nothing."),
    (subjects.Coordination(bulletin=3), "Here I take: your question, in words."),
    (GUIDED, "That message waits for no answer. !help shows what can be typed here."),
    (GuideOver(), "That message waits for no answer. !help shows what can be typed here."),
    (subjects.Steps(steps=()), "That message waits for no answer. !help shows what can be typed here."),
]


@pytest.mark.parametrize(("subject", "hint"), HINTS)
def test_what_can_be_answered_is_said_in_one_line(subject: Subject, hint: str) -> None:
    assert voice.answers_here((subject,), EN).body == hint
    assert "\n" not in voice.answers_here((subject,), FR).body


def test_every_kind_of_message_says_what_it_takes() -> None:
    assert {type(subject) for subject, _ in HINTS} == set(get_args(Subject))


@pytest.mark.parametrize("language", languages())
def test_a_message_that_is_gone_says_what_to_type_instead(language: Language) -> None:
    assert "!done ID" in voice.gone(Words(en="!done ID", fr="!done ID"), language).body
    assert voice.gone(None, language).body != voice.gone(Words(en="", fr=""), language).body


def test_of_several_each_is_shown_as_people_know_it() -> None:
    room = incident()
    ids = ("D1", HOURS_72, "insured", RiskFactor.DATA.value, "Calm <Heron>")
    shown = voice.which(Choice(word="done", ids=ids, rest=""), "done", room)
    assert shown.body.splitlines() == [
        "done: for which one? Answer this message with its number.",
        "",
        "1 D1 Do D1 · coordinator (alice, dave) · mandatory",
        f"2 {HOURS_72} {HOURS_72}",
        "3 insured: Insured?",
        "4 2 data",
        "5 Calm <Heron>",
    ]
    assert "Calm &lt;Heron&gt;" in shown.html
    assert shown.about == (Choice(word="done", ids=ids, rest=""),)


@pytest.mark.parametrize(
    ("item", "words", "how"),
    [
        (subjects.Steps(steps=(D1,)), "D1 Do D1", "Répondez fait RESULTAT, passe RAISON, à QUI, ou plus tard."),
        (subjects.Questions(questions=(Question("insured"),)), "insured", "Répondez oui, non, inconnu, ou plus tard."),
        (subjects.Clocks(rules=(HOURS_72,)), HOURS_72, "Répondez connu QUAND SOURCE, declare REFERENCE, ecarte RAISON"),
    ],
)
def test_the_guide_asks_with_the_words_that_answer(
    item: subjects.Steps | subjects.Questions | subjects.Clocks, words: str, how: str
) -> None:
    room = incident(language=FR, playbook=replace(FRENCH))
    asked = voice.guide_question(item, ("X1",), ALICE, room)
    assert words in asked.body
    assert how in asked.body
    (first, *_), guided = (getattr(item, name) for name in item.__slots__), asked.about[0]
    assert guided == Guided(user=ALICE, incident=room.id, asked=("X1", first[0]))
    assert asked.about[1] == item
