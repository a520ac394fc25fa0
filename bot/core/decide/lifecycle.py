"""Deciding on the end of the incident."""

from __future__ import annotations

from datetime import datetime

from bot.core.clocks.rules import Running
from bot.core.commands import Close
from bot.core.decide.asking import ask
from bot.core.errors import ClocksStillRunning
from bot.core.facts import Closed, Closing, ConfirmationAsked
from bot.core.incident import Incident
from bot.core.names import RuleId, UserId
from bot.core.people.two_persons import second_persons


def close(incident: Incident, command: Close, by: UserId, now: datetime) -> Closed | ConfirmationAsked:
    """End the incident; when that would silence a legal clock that still runs, ask for a second person.

    Drills close at any time.
    """
    running = silenced_by_closing(incident)
    if not running or incident.drill:
        return Closed(at=now, by=by, summary=command.summary)
    closing = Closing(summary=command.summary, rules=running)
    if not second_persons(incident, by, closing, now):
        raise ClocksStillRunning(running)
    return ask(incident, closing, by, now)


def silenced_by_closing(incident: Incident) -> tuple[RuleId, ...]:
    """Return the legal clocks that still run, with a due time or without: what has no figure is owed too."""
    return tuple(
        clock.rule.id for clock in incident.clocks() if isinstance(clock.state, Running) and not clock.rule.may_wait
    )
