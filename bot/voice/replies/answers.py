"""Answers by reply: what is taken as one, which of several is meant, and a message that is not found."""

from __future__ import annotations

from typing import assert_never

from bot.core.incident import Incident
from bot.core.language import Language, Words
from bot.core.names import Question, RuleId, StepId
from bot.core.replies import subjects
from bot.core.replies.subjects import About, Choice, Subject
from bot.core.risk import RiskFactor
from bot.sentences.typography import typeset
from bot.voice.catalogue import say
from bot.voice.details import question_name
from bot.voice.incident.risk import factor_word
from bot.voice.markup import Piece, Text, fill, join, paragraphs, render
from bot.voice.wording import clock_title, short, step_line

_LONGEST_QUESTION = 40
"""Of a question in a list from which one is picked: all of them fit on a screen."""


def answers_here(about: About, language: Language) -> Text:
    """Return in one line what can be answered to a message *about* something."""
    answers = answers_to(about, language)
    if not answers.source:
        return render(say(language, "reply.nothing"))
    return render(say(language, "reply.here", answers=answers))


def answers_to(about: About, language: Language) -> Piece:
    """Return the words that answer a message *about* something; an empty piece when none does."""
    keys = dict.fromkeys(key for subject in subjects.what_is_asked(about) for key in _answers(subject))
    return join((say(language, f"reply.here.{key}") for key in keys), ", ")


def _answers(subject: Subject) -> tuple[str, ...]:  # noqa: C901, PLR0911, PLR0912 - a table
    match subject:
        case subjects.Steps():
            return ("steps",) if subject.steps else ()
        case subjects.Settled():
            return ("steps", "reopen") if subject.following else ("reopen",)
        case subjects.Questions():
            return ("questions",) if subject.questions else ()
        case subjects.Risks():
            return ("risks",)
        case subjects.Clocks():
            return ("clocks",) if subject.rules else ()
        case subjects.Reminders(rules=rules, steps=steps):
            seen = ("reminders",) if rules or not steps else ()
            return (*seen, *(("clocks",) if rules else ()), *(("steps",) if steps else ()))
        case subjects.Waiting():
            return ("waiting",)
        case subjects.Handed():
            return ("handed",)
        case subjects.Relay():
            return ("relay",)
        case subjects.PointAsked():
            return ("point",)
        case subjects.Playbooks() | subjects.Choice():
            return ("number",)
        case subjects.YesTo():
            return ("yes",)
        case subjects.OwnContact():
            return ("contact",)
        case subjects.RestOf(word=word):
            return ("whence",) if word == "evidence" else ("rest",)
        case subjects.Coordination():
            return ("coordination",)
        case subjects.Guided() | subjects.GuideOver():
            return ()
        case _:
            assert_never(subject)


def gone(usage: Words | None, language: Language) -> Text:
    """Return that the message which was answered is not found, and the command that would say the same, if one does."""
    if usage is None:
        return render(say(language, "reply.gone.help"))
    return render(say(language, "reply.gone", usage=usage.to(language)))


def which(choice: Choice, called: str, incident: Incident) -> Text:
    """Return the numbered list of what a command, *called* so, can be for; a reply with a number picks one."""
    lines = (
        say(incident.language, "which.line", number=str(number), what=_what(id, incident))
        for number, id in enumerate(choice.ids, 1)
    )
    return render(paragraphs(say(incident.language, "which.title", word=called), join(lines)), choice)


def _what(id: str, incident: Incident) -> Piece:
    language, step = incident.language, incident.playbook.step(StepId(id))
    if step is not None:
        return step_line(incident, step)
    if (clock := incident.clock(RuleId(id))) is not None:
        return say(language, "clock.title", rule=id, title=clock_title(incident, clock))
    if (question := incident.playbook.question(Question(id))) is not None:
        text = short(typeset(question.text, language), _LONGEST_QUESTION)
        return say(language, "known.question", name=question_name(question.name, incident), text=text)
    return fill("{what}", what=factor_word(RiskFactor(id), language) if id in tuple(RiskFactor) else id)
