"""What is asked of lessons: findings are shown, and two papers are made of the whole record, in a thread."""

from __future__ import annotations

from collections.abc import Sequence

from bot import voice
from bot.core import commands
from bot.core.documents.drafts import Tlp
from bot.core.documents.paper import Paragraph
from bot.core.incident import Incident
from bot.core.lessons.deciding import find_finding
from bot.core.lessons.review import Record
from bot.papers import docx
from bot.ports import Attachment
from bot.service.answers.sources import Sources
from bot.service.outcome import Later, Outcome, Typed
from bot.service.tasks import answer_task, file_task

_LOG, _LESSONS = Tlp.AMBER_STRICT, Tlp.AMBER
"""The log names people; the lessons do not, and a person reads them before they leave."""


def show(command: commands.ShowFindings, asked: Typed) -> voice.Text:
    """Show the findings, or one of them. Raises UnknownFinding."""
    if command.number is None:
        return voice.findings(asked.here)
    return voice.finding(asked.here, find_finding(asked.here, command.number))


async def make(_: commands.MakeLessons, asked: Typed, sources: Sources) -> Later:
    """Hand out the named log and the lessons in roles."""
    records = await sources.store.history(asked.here.id)
    return sources.later(asked.here.id, asked, lambda now: _made(now or asked.here, records, asked, sources))


def _made(incident: Incident, records: Sequence[Record], asked: Typed, sources: Sources) -> Outcome:
    answer = answer_task(asked.input, 0, asked.address, voice.lessons_made(incident, len(records)))
    log = _file("log", voice.named_log(incident, records), _LOG, incident, asked)
    lessons = _file("lessons", voice.lessons(incident, records, sources.house), _LESSONS, incident, asked)
    files = (file_task(asked.input, number, asked.address, made) for number, made in enumerate((log, lessons), start=1))
    return Outcome(tasks=(answer, *files))


def _file(word: str, text: Sequence[Paragraph], tlp: Tlp, incident: Incident, asked: Typed) -> Attachment:
    """Return a paper under a name that says what it is and of which day, and nothing of the incident."""
    label, tag = voice.lessons_label(incident, tlp), voice.language_tag(incident.language)
    day = asked.now.astimezone(incident.zone).date()
    name = f"{voice.file_mark(incident)}{voice.file_word(word, incident.language)}-{day}.docx"
    return Attachment(name=name, mime=docx.MIME, data=docx.docx_file(text, label=label, tag=tag, now=asked.now))
