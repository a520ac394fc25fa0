"""Files that are handed out beside an answer: the due times as a calendar, and the register of breaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot import voice
from bot.core.commands import DrawClocks, ExportCalendar, ExportCosts, RegisterForm, ShowRegister
from bot.core.documents.due_times import DueTime, due_times
from bot.core.documents.register import RegisterEntry, entries
from bot.core.incident import Incident
from bot.papers import chart, csv, ics
from bot.ports import DESK, Attachment
from bot.service.answers.sources import Sources
from bot.service.outcome import Asked, Later, Outcome, Typed, answered
from bot.service.tasks import answer_task, file_task

_SECOND = timedelta(seconds=1)


def calendar(command: ExportCalendar, asked: Typed, sources: Sources) -> Later:
    """Hand out the due times as a calendar file; the message alone when there is none."""
    return sources.later(asked.here.id, asked, lambda now: _calendar(command, now or asked.here, asked))


def picture(_: DrawClocks, asked: Typed, sources: Sources) -> Later:
    """Hand the clocks out as a picture."""
    return sources.later(asked.here.id, asked, lambda now: _picture(now or asked.here, asked))


def costs(_: ExportCosts, asked: Typed, sources: Sources) -> Later:
    """Hand all costs out as a table; the message alone when there is none."""
    return sources.later(asked.here.id, asked, lambda now: _costs(now or asked.here, asked))


def register(command: ShowRegister, asked: Typed, sources: Sources) -> Later:
    """Show the register, or hand it out; drills are not in it."""
    incidents = sources.books.incidents()
    return sources.later(DESK, asked, lambda _: _register(command, incidents, asked))


def _calendar(command: ExportCalendar, incident: Incident, asked: Asked) -> Outcome:
    found = due_times(incident)
    text = voice.calendar(found, incident, in_full=command.in_full)
    answer = answer_task(asked.input, 0, asked.address, text)
    if not found:
        return Outcome(tasks=(answer,))
    file = Attachment(
        name=f"{incident.codename.casefold().replace(' ', '-')}.ics",
        mime=ics.MIME,
        data=_calendar_file(found, incident, asked.now, in_full=command.in_full),
    )
    return Outcome(tasks=(answer, file_task(asked.input, 1, asked.address, file)))


def _picture(incident: Incident, asked: Asked) -> Outcome:
    drawn = voice.clocks_chart(incident, asked.now)
    if not drawn.spans:
        return answered(asked.input, asked.address, voice.clocks(incident, asked.now))
    word = voice.file_word("clocks", incident.language)
    name = f"{word}-{asked.now.astimezone(incident.zone):%Y-%m-%d-%H%M}.png"
    file = Attachment(name=name, mime=chart.MIME, data=chart.draw_spans(drawn))
    return Outcome(tasks=(file_task(asked.input, 0, asked.address, file),))


def _costs(incident: Incident, asked: Asked) -> Outcome:
    if not incident.costs:
        return answered(asked.input, asked.address, voice.costs(incident))
    word = voice.file_word("costs", incident.language)
    name = f"{voice.file_mark(incident)}{word}-{asked.now.astimezone(incident.zone):%Y-%m-%d-%H%M}.csv"
    data = csv.csv_file(voice.costs_table(incident))
    note = voice.costs_note(incident, sha256(data).hexdigest())
    file = Attachment(name=name, mime=csv.MIME, data=data)
    return Outcome(
        tasks=(answer_task(asked.input, 0, asked.address, note), file_task(asked.input, 1, asked.address, file))
    )


def _calendar_file(found: Sequence[DueTime], incident: Incident, now: datetime, *, in_full: bool) -> bytes:
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


def _register(command: ShowRegister, incidents: Sequence[Incident], asked: Asked) -> Outcome:
    found = entries(incidents, asked.now)
    if command.form is RegisterForm.MESSAGE or not found:
        return answered(asked.input, asked.address, voice.register(found, asked.language))
    note = answer_task(asked.input, 0, asked.address, voice.register_note(found, asked.language))
    file = file_task(asked.input, 1, asked.address, _register_file(command.form, found, asked))
    return Outcome(tasks=(note, file))


def _register_file(form: RegisterForm, found: Sequence[RegisterEntry], asked: Asked) -> Attachment:
    """Return the file under a name that says what it is and of which day, and nothing of any incident."""
    if form is RegisterForm.CSV:
        data, mime = csv.csv_file(voice.register_table(found, asked.language)), csv.MIME
    else:
        data, mime = voice.register_pages(found, asked.language).encode("utf-8", "replace"), "text/markdown"
    word = voice.file_word("register", asked.language)
    day = asked.now.astimezone(found[0].incident.zone).date()
    return Attachment(name=f"{word}-{day}.{form.value}", mime=mime, data=data)
