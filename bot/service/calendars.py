"""The due times of an incident as a calendar file."""

from __future__ import annotations

from bot.core.commands import ExportCalendar
from bot.core.incident import Incident
from bot.service.outcome import NOTHING, Asked, Outcome


def calendar(command: ExportCalendar, incident: Incident, asked: Asked) -> Outcome:  # noqa: ARG001
    """Return the message and the file."""
    return NOTHING
