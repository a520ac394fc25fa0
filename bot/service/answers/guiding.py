"""The guide: it begins where it is asked for, and goes on after each answer. Its state is what it said last."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from bot import voice
from bot.commands.table import GUIDE_ROW
from bot.core import commands, facts
from bot.core.errors import NoIncidentToGuide
from bot.core.evolve import evolve
from bot.core.incident import Incident, Status
from bot.core.language import key_of
from bot.core.names import EventId, InputId, UserId
from bot.core.replies.guide import next_item
from bot.core.replies.subjects import Guided
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed, answered
from bot.service.tasks import Address, followed_by, poll_task


def start(command: commands.Guide, asked: Typed, sources: Sources) -> Outcome:
    """Ask the first question, in a thread of the incident's room or in a direct room. Raises NoIncidentToGuide."""
    here = asked.around.incident
    if here is not None:
        thread = asked.address.thread or EventId(asked.input)
        return answered(asked.input, replace(asked.address, thread=thread), _question(here, asked.by, ()))
    mine = [one for one in sources.books.incidents_of(asked.by) if one.status is not Status.CLOSED]
    named = [one for one in mine if key_of(one.codename) == key_of(command.incident)]
    match named or mine:
        case []:
            raise NoIncidentToGuide
        case [incident]:
            return answered(asked.input, asked.address, _question(incident, asked.by, ()))
        case several:
            called = GUIDE_ROW.words[asked.language][0]
            text = voice.guide_which(several, called, asked.by, asked.language)
            return answered(asked.input, asked.address, text)


def later(guided: Guided, incident: Incident) -> voice.Text:
    """Return the question after the one that is left for later."""
    return _question(incident, guided.user, guided.asked)


def go_on(outcome: Outcome, guided: Guided, before: Incident, address: Address, input: InputId) -> Outcome:
    """Return *outcome*, an answer that was carried out, with the next question; what was refused is asked still."""
    new = [fact for fact in outcome.facts if not isinstance(fact, facts.DeskFact)]
    if outcome.stream != before.id or not new:
        return outcome
    after = reduce(evolve, new, before)
    question = _question(after, guided.user, guided.asked)
    elsewhere = [fact for fact in new if isinstance(fact, facts.ConfirmationAsked) and address.lane != before.id]
    for fact in elsewhere:
        question = voice.below(voice.confirm(fact, before, after), question)
    asking = InputId(f"{input}:guide")
    tasks = followed_by(outcome.tasks, asking, address, question)
    polls = (poll_task(asking, 1, address, question, question.ballot),) if question.ballot else ()
    return replace(outcome, tasks=(*tasks, *polls))


def _question(incident: Incident, user: UserId, asked: tuple[str, ...]) -> voice.Text:
    item = next_item(incident, user, asked)
    return voice.guide_done(incident.language) if item is None else voice.guide_question(item, asked, user, incident)
