"""The register of breaches, as a message or as a file."""

from __future__ import annotations

from collections.abc import Sequence

from bot import voice
from bot.core.commands import RegisterForm, ShowRegister
from bot.core.incident import Incident
from bot.core.playbook import Language
from bot.core.register import RegisterEntry, entries
from bot.papers import csv
from bot.ports import Attachment
from bot.service.outcome import Asked, Outcome, answered
from bot.service.tasks import answer_task, file_task


def register(command: ShowRegister, incidents: Sequence[Incident], asked: Asked) -> Outcome:
    """Return the register; drills are not in it."""
    found = entries(incidents, asked.now)
    if command.form is RegisterForm.MESSAGE or not found:
        return answered(asked.input, asked.place, voice.register(found, asked.language))
    note = answer_task(asked.input, 0, asked.place, voice.register_note(found, asked.language))
    file = file_task(asked.input, 1, asked.place, _file(command.form, found, asked))
    return Outcome(tasks=(note, file))


def _file(form: RegisterForm, found: Sequence[RegisterEntry], asked: Asked) -> Attachment:
    """Return the file under a name that says what it is and of which day, and nothing of any incident."""
    if form is RegisterForm.CSV:
        data, mime = csv.csv_file(voice.register_table(found, asked.language)), csv.MIME
    else:
        data, mime = voice.register_pages(found, asked.language).encode("utf-8", "replace"), "text/markdown"
    word = "registre" if asked.language is Language.FRENCH else "register"
    day = asked.now.astimezone(found[0].incident.zone).date()
    return Attachment(name=f"{word}-{day}.{form.value}", mime=mime, data=data)
