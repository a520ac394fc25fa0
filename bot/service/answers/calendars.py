"""The due times of an incident as a calendar file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot import voice
from bot.core.commands import ExportCalendar
from bot.core.due_times import DueTime, due_times
from bot.core.incident import Incident
from bot.papers import ics
from bot.ports import Attachment
from bot.service.outcome import Asked, Outcome
from bot.service.tasks import answer_task, file_task

_SECOND = timedelta(seconds=1)


def calendar(command: ExportCalendar, incident: Incident, asked: Asked) -> Outcome:
    """Return the message and the file; the message alone when there is no due time."""
    found = due_times(incident)
    text = voice.calendar(found, incident, in_full=command.in_full)
    answer = answer_task(asked.input, 0, asked.place, text)
    if not found:
        return Outcome(tasks=(answer,))
    file = Attachment(
        name=f"{incident.codename.casefold().replace(' ', '-')}.ics",
        mime=ics.MIME,
        data=_file(found, incident, asked.now, in_full=command.in_full),
    )
    return Outcome(tasks=(answer, file_task(asked.input, 1, asked.place, file)))


def _file(found: Sequence[DueTime], incident: Incident, now: datetime, *, in_full: bool) -> bytes:
    entries = (
        ics.Entry(
            uid=sha256(f"{incident.id}/{due.name}".encode()).hexdigest()[:32],
            at=due.at,
            title=voice.calendar_title(due, incident, in_full=in_full),
            note=voice.calendar_note(due, incident, in_full=in_full),
            stands=due.stands,
        )
        for due in found
    )
    return ics.calendar_file(entries, sequence=(now - incident.opened_at) // _SECOND, now=now)
