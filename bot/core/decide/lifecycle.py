"""Deciding on the incident itself: answers, notes, severity, closing, resuming."""

from __future__ import annotations

from datetime import datetime

from bot.core.clocks import Running
from bot.core.commands import Answer, Close
from bot.core.errors import ClocksStillRunning, UnknownQuestion, WrongAnswer
from bot.core.facts import Answered, Closed
from bot.core.incident import Incident
from bot.core.names import UserId


def answer(incident: Incident, command: Answer, by: UserId, now: datetime) -> Answered:
    """Answer a question of the playbook with one of its values."""
    asked = incident.playbook.question(command.question)
    if asked is None:
        raise UnknownQuestion(command.question, tuple(known.name for known in incident.playbook.questions))
    if command.value not in asked.values:
        raise WrongAnswer(asked.name, command.value, asked.values)
    return Answered(at=now, by=by, question=asked.name, value=command.value)


def close(incident: Incident, command: Close, by: UserId, now: datetime) -> Closed:
    """End the incident, unless that would silence a legal clock that still runs. Drills close at any time."""
    running = tuple(
        clock.rule.id
        for clock in incident.clocks()
        if isinstance(clock.state, Running) and clock.state.due is not None and not clock.rule.soft
    )
    if running and not incident.drill:
        raise ClocksStillRunning(running)
    return Closed(at=now, by=by, summary=command.summary)
