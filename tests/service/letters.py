"""Drafts for clients, and lists of clients sent into rooms that are in memory."""

from __future__ import annotations

import csv
import re
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import ZipFile

from docx import Document

from bot.core.facts import LettersMade
from bot.core.names import UserId
from bot.library.drafts import read_template
from bot.ports import Attachment
from tests.core.build import BOB
from tests.library.draft_texts import FRONT
from tests.service.cascades import send
from tests.service.shell import Shell

NOTICE = (
    FRONT.replace("FR-LOPMI", "GDPR-33-2")
    + """\
{organisation} to {client}

<!-- right -->
{client-address?}

Your number is {client-siren}. Signed: [signature]
"""
)
WITHOUT_CLOCK = FRONT.replace("clock: FR-LOPMI\n", "")
KIT = WITHOUT_CLOCK.replace("id: notice", "id: kit") + "What to do now, {client}.\n"
PRESS = WITHOUT_CLOCK.replace("id: notice", "id: press") + "To everybody.\n"
TEMPLATES = {
    (template.id, template.language): template
    for text in (NOTICE, KIT, PRESS)
    for source in (text, re.sub("id: (.*)\nlanguage: en", r"id: \1\ncalled: \1-fr\nlanguage: fr", text))
    for template in (read_template(source).template,)
}
LIST = """\
Client;Email;Address;SIREN
Société Martin;a@martin.example;"1 rue X
75001 Paris";111
Dupont & Cie;b@dupont.example;;222
"""


async def hand_in(shell: Shell, data: bytes | str, *, name: str = "clients.csv", sender: UserId = BOB) -> None:
    """Let *sender* send a list in the incident's room."""
    file = await send(shell, "", name=name, room=shell.room, sender=sender)
    shell.chat.media[file] = data.encode() if isinstance(data, str) else data


async def frozen(shell: Shell, draft: str = "notice", *, facts: bool = True) -> None:
    await shell.open()
    if facts:
        await shell.type("!fact organisation Firm SARL")
    await freeze(shell, draft)


async def freeze(shell: Shell, draft: str) -> None:
    await shell.type(f"!draft {draft} new")
    await shell.type(f"!draft {draft} reviewed", sender=BOB)
    await shell.type(f"!draft {draft} frozen", sender=BOB)


def files(shell: Shell) -> list[Attachment]:
    return [content.file for content in shell.said() if content.file is not None and content.file.name.endswith(".zip")]


def letters(file: Attachment) -> dict[str, bytes]:
    with ZipFile(BytesIO(file.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text(letter: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(BytesIO(letter)).paragraphs]


async def merge(shell: Shell, table: str, draft: str = "notice", *, name: str = "clients.csv") -> str:
    """Let the data protection officer send a list and merge it; return the first answer."""
    await hand_in(shell, table, name=name)
    return await shell.type(f"!letters {draft}", sender=BOB)


async def log(shell: Shell) -> list[dict[str, str]]:
    await shell.type("!letters log")
    file = shell.said()[-1].file
    assert file is not None
    assert file.name == "letters-2026-11-24-1000.csv"
    assert sha256(file.data).hexdigest() in shell.said()[-2].body
    return list(csv.DictReader(StringIO(file.data.decode("utf-8-sig"))))


async def made_letters(shell: Shell) -> list[LettersMade]:
    history = await shell.store.history(shell.incident().id)
    return [record.fact for record in history if isinstance(record.fact, LettersMade)]
