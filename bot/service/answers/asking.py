"""Questions of an organisation and what is answered: typed in its room, and in that of whoever coordinates it."""

from __future__ import annotations

from collections.abc import Sequence

from bot import voice
from bot.core import commands
from bot.core.incident import Incident
from bot.core.organisations import questions as core
from bot.service.answers.sources import Sources
from bot.service.organisations.questions import gather_task, show_task
from bot.service.outcome import Outcome, Typed, answered
from bot.service.tasks import answer_task, incident_tasks


def put(command: commands.PutQuestion, asked: Typed, sources: Sources) -> Outcome:
    """Send a question on to whoever coordinates. Raises RuleError."""
    child, parent = asked.here, _parent(asked.here, sources)
    fact = core.ask(child, (parent, _children(parent, sources)), command, asked.by, asked.now)
    tasks = incident_tasks(asked.input, child, (fact,), asked.address, asked.now)
    gather = (gather_task(asked.input, parent, asked.now),) if parent else ()
    return Outcome(stream=child.id, facts=(fact,), tasks=(*tasks, *gather))


def answer(command: commands.AnswerQuestions, asked: Typed, sources: Sources) -> Outcome:
    """Answer questions where they were asked. Raises RuleError."""
    parent = asked.here
    given = core.answer(parent, _children(parent, sources), command, asked.by, asked.now)
    said = answer_task(asked.input, 0, asked.address, voice.questions_answered(given, parent))
    return Outcome(stream=parent.id, facts=(given.fact,), tasks=(said,))


def show(command: commands.ShowQuestions, asked: Typed, sources: Sources) -> Outcome:
    """Show the open questions, or one: in an organisation's room its own. Raises RuleError."""
    here = asked.here
    if here.parent is not None:
        return answered(asked.input, asked.address, voice.own_questions(here, command.number))
    children, number = _children(here, sources), command.number
    found = core.open_ones(here, children) if number is None else core.named(children, (number,))
    if not found and number is not None:
        raise core.NoSuchQuestion(number)
    if not found:
        return answered(asked.input, asked.address, voice.no_questions(here))
    numbers = tuple(one.question.number for one in found)
    form = core.Form.OPEN if number is None else core.Form.ONE
    return Outcome(tasks=(show_task(asked.input, here, numbers, form, asked.address),))


def show_faq(command: commands.ShowFaq, asked: Typed, sources: Sources) -> voice.Text:
    """Show what was kept for all. Raises RuleError."""
    here = asked.here
    parent = here if here.parent is None else _parent(here, sources)
    if parent is None or parent.cascade is None:
        raise core.NotCoordinated
    kept = core.faq(parent)
    if command.number is not None and not 1 <= command.number <= len(kept):
        raise core.NotInFaq(command.number)
    return voice.faq(kept, command.number, here.language)


def _parent(child: Incident, sources: Sources) -> Incident | None:
    return None if child.parent is None else sources.books.incident(child.parent)


def _children(parent: Incident | None, sources: Sources) -> Sequence[Incident]:
    return () if parent is None else sources.books.children(parent.id)
