"""Decisions are kept with where the facts stood; what was known at an hour is replayed from them."""

from __future__ import annotations

from dataclasses import replace

from bot import voice
from bot.core import commands
from bot.core.errors import TimeInFuture
from bot.core.judging.deciding import find_decision
from bot.core.judging.errors import BeforeTheOpening
from bot.core.judging.past import EVERY, Past, replay
from bot.service.answers import acting
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed, answered


async def take(command: commands.TakeDecision, asked: Typed, sources: Sources) -> Outcome:
    """Keep a decision, with the number of the last fact before it. Raises RuleError."""
    (last,) = await sources.store.history(asked.here.id, last=1)
    return acting.act(replace(command, known=last.number), asked, sources)


def show(command: commands.ShowDecisions, asked: Typed) -> voice.Text:
    """Show the decisions, or one of them. Raises UnknownDecision."""
    if command.number is None:
        return voice.decisions(asked.here)
    return voice.decision(asked.here, find_decision(asked.here, command.number))


async def known(command: commands.ShowKnown, asked: Typed, sources: Sources) -> Outcome:
    """Show what the room knew at an hour. Raises TimeInFuture, BeforeTheOpening."""
    incident, at = asked.here, command.at
    if at > asked.now:
        raise TimeInFuture(at, asked.now)
    start = sources.books.pasts.get(incident.id, Past()).before(at)
    until = (start.number if start else 0) + EVERY
    records = await sources.store.history(incident.id, last=EVERY, until=until)
    found = replay(start, records, at)
    if found is None:
        raise BeforeTheOpening(at, incident.opened_at)
    then, number, latest = found
    return answered(asked.input, asked.address, voice.known_at(then, at, number, latest))
