"""Deciding on the incident itself: answers, notes, severity, closing, resuming."""

from __future__ import annotations

from datetime import datetime

from bot.core.clocks import Running
from bot.core.commands import Close
from bot.core.errors import ClocksStillRunning
from bot.core.facts import Closed
from bot.core.incident import Incident
from bot.core.names import UserId


def close(incident: Incident, command: Close, by: UserId, now: datetime) -> Closed:
    """End the incident, unless that would silence a legal clock that still runs. Drills close at any time."""
    running = tuple(
        clock.rule.id
        for clock in incident.clocks()
        if isinstance(clock.state, Running) and clock.state.due is not None and not clock.rule.may_wait
    )
    if running and not incident.drill:
        raise ClocksStillRunning(running)
    return Closed(at=now, by=by, summary=command.summary)
