"""Papers: drafts and the calendar of an incident. Answers that are files as well as words."""

from __future__ import annotations

from bot.core.commands import ExportCalendar, FreezeDraft, MakeDraft, ReviewDraft, ShowDrafts
from bot.core.desk import House
from bot.core.incident import Incident
from bot.service.answers.calendars import calendar
from bot.service.answers.drafting import draft
from bot.service.outcome import Asked, Outcome

Paper = ShowDrafts | MakeDraft | ReviewDraft | FreezeDraft | ExportCalendar
"""Commands about one incident whose answer is a paper."""


def paper(command: Paper, incident: Incident, house: House, asked: Asked) -> Outcome:
    """Return the paper that *command* asks for. Raises RuleError."""
    if isinstance(command, ExportCalendar):
        return calendar(command, incident, asked)
    return draft(command, incident, house.drafts, asked)
