"""The register of breaches, as a message or as a file."""

from __future__ import annotations

from collections.abc import Sequence

from bot import voice
from bot.core.commands import RegisterForm, ShowRegister
from bot.core.incident import Incident
from bot.core.playbook import Language
from bot.core.register import RegisterEntry, entries
from bot.ports import Attachment
from bot.service.outcome import Asked, Outcome
from bot.service.tasks import answer_task, file_task

_BYTE_ORDER_MARK = "\ufeff"
"""Tells a spreadsheet that the table is UTF-8."""


def register(command: ShowRegister, incidents: Sequence[Incident], asked: Asked) -> Outcome:
    """Return the register; drills are not in it."""
    found = entries(incidents, asked.now)
    if command.form is RegisterForm.MESSAGE or not found:
        text = voice.register(found, asked.language)
        return Outcome(tasks=(answer_task(asked.input, 0, asked.place, text),))
    note = answer_task(asked.input, 0, asked.place, voice.register_note(found, asked.language))
    file = file_task(asked.input, 1, asked.place, _file(command.form, found, asked))
    return Outcome(tasks=(note, file))


def _file(form: RegisterForm, found: Sequence[RegisterEntry], asked: Asked) -> Attachment:
    """Return the file under a name that says what it is and of which day, and nothing of any incident."""
    if form is RegisterForm.CSV:
        text, mime = _BYTE_ORDER_MARK + voice.register_table(found, asked.language), "text/csv"
    else:
        text, mime = voice.register_pages(found, asked.language), "text/markdown"
    word = "registre" if asked.language is Language.FRENCH else "register"
    day = asked.now.astimezone(found[0].incident.zone).date()
    return Attachment(name=f"{word}-{day}.{form.value}", mime=mime, data=text.encode("utf-8", "replace"))
