"""The roll-up: its words when it is asked for, its picture or its table when it is sent; a thread counts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import assert_never

from bot import ports, voice
from bot.core.commands import NoteCall, RollupForm, ShowBulletins, ShowRollup
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.organisations import rollup as core
from bot.core.organisations.calls import note_call
from bot.core.organisations.errors import NoCascade
from bot.core.organisations.reach import Watch
from bot.papers import archive, chart, csv, docx
from bot.service.answers.sources import Sources
from bot.service.outcome import Asked, Later, Outcome, Typed, answered
from bot.service.tasks import answer_task, incident_tasks, rollup_task

NOT_MADE = "NOT_MADE"
"""Code of the refusal when a file of ours could not be made."""
_AT_ONCE = 100
"""People whose devices are looked at before others have a turn."""
_log = logging.getLogger(__name__)


async def rollup(command: ShowRollup, asked: Typed, sources: Sources) -> Later:
    """Show where all organisations stand, or hand it out."""
    children = sources.books.children(asked.here.id)
    blind = frozenset[UserId]() if command.form is RollupForm.CSV else await who_is_blind(sources.chat, children)
    watch = Watch(now=asked.now, blind=blind, silent_for=command.silent_for)
    return sources.later(asked.here.id, asked, lambda now: _rollup(command, now or asked.here, children, watch, asked))


def _rollup(command: ShowRollup, parent: Incident, children: Sequence[Incident], watch: Watch, asked: Asked) -> Outcome:
    if parent.cascade is None:
        raise NoCascade
    match command.form:
        case RollupForm.CSV:
            return Outcome(tasks=(rollup_task(asked.input, 0, asked.address, ports.RollupFile.TABLE, command),))
        case RollupForm.MESSAGE:
            text, file = voice.rollup(core.rollup(parent, children, watch)), ports.RollupFile.PICTURE
        case RollupForm.UNREACHED:
            text, file = voice.unreached_firms(core.rollup(parent, children, watch)), ports.RollupFile.UNREACHED
        case RollupForm.LETTERS:
            found, file = core.rollup(parent, children, watch), ports.RollupFile.LETTERS
            if not found.by_letter():
                return answered(asked.input, asked.address, voice.firm_letters_note(found))
            text = voice.firm_letters_note(found)
        case RollupForm.AUTHORITY:
            found, file = core.rollup(parent, children, watch), ports.RollupFile.AUTHORITY
            text = voice.authority_note(command.authority, found)
        case _:
            assert_never(command.form)
    words = answer_task(asked.input, 0, asked.address, text)
    return Outcome(tasks=(words, rollup_task(asked.input, 1, asked.address, file, command)))


def bulletins(command: ShowBulletins, asked: Typed, sources: Sources) -> Later:
    """Show what became of the bulletins; to look through very many organisations takes longer than others may wait."""
    children = sources.books.children(asked.here.id)

    def shown(parent: Incident | None) -> Outcome:
        found = core.rollup(parent or asked.here, children, Watch(now=asked.now))
        return answered(asked.input, asked.address, voice.receipts(found, command.number))

    return sources.later(asked.here.id, asked, shown)


def note(command: NoteCall, asked: Typed, sources: Sources) -> Later:
    """Note a call; to look through very many names takes longer than others may wait."""
    children = sources.books.children(asked.here.id)

    def noted(parent: Incident | None) -> Outcome:
        here = parent or asked.here
        facts = (note_call(here, children, command, asked.by, asked.now),)
        tasks = incident_tasks(asked.input, here, facts, asked.address, asked.now)
        return Outcome(stream=here.id, facts=facts, tasks=tasks)

    return sources.later(asked.here.id, asked, noted)


async def who_is_blind(chat: ports.Chat, children: Iterable[Incident]) -> frozenset[UserId]:
    """Return who of the organisations has no device that may read, as far as is known; others have turns meanwhile."""
    people = {user for child in children if child.room is not None for user in child.roster}
    found: set[UserId] = set()
    for number, user in enumerate(people, start=1):
        if not chat.reads(user):
            found.add(user)
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)
    return frozenset(found)


async def rollup_file(
    task: ports.Task, sent: ports.SendRollup, parent: Incident, children: Sequence[Incident], watch: Watch
) -> ports.Content:
    """Return the message with the file that *task* hands out, as things stand.

    Raises:
        RefusedError: it could not be made; the log says why.
    """
    try:
        file = await asyncio.to_thread(_make, sent, parent, children, watch)
    except Exception:  # noqa: BLE001 - whatever it is, the room hears that there is no file, and nothing else stops
        _log.exception("could not make the file of row %s", task.id)
        raise ports.RefusedError(NOT_MADE) from None
    return ports.Content(body=file.name, html="", thread=sent.thread, file=file)


def _letters(found: core.Rollup) -> bytes:
    """Write a letter to each organisation of which nobody was reached, in its own language."""
    parent, now = found.parent, found.as_of

    def written(number: int, line: core.Line) -> tuple[str, bytes]:
        text, language = voice.firm_letter(line, parent, now), voice.letter_language(line, parent)
        file = docx.docx_file(
            text, label=voice.drill_label(parent, language), tag=voice.language_tag(language), now=now
        )
        return voice.firm_letter_name(number, line), file

    lines = enumerate(found.by_letter()[: voice.MOST_LETTERS], start=1)
    return archive.pack((written(number, line) for number, line in lines), now)


def _file_key(sent: ports.SendRollup) -> str:
    match sent.form:
        case ports.RollupFile.UNREACHED:
            return "unreached"
        case ports.RollupFile.LETTERS:
            return "mail"
        case ports.RollupFile.AUTHORITY:
            return f"authority.{sent.authority}"
        case _:
            return "rollup"


def _make(sent: ports.SendRollup, parent: Incident, children: Sequence[Incident], watch: Watch) -> ports.Attachment:
    found = core.rollup(parent, children, watch)
    word = voice.file_word(_file_key(sent), parent.language)
    name = f"{voice.file_mark(parent)}{word}-{watch.now.astimezone(parent.zone):%Y-%m-%d-%H%M}"
    match sent.form:
        case ports.RollupFile.LETTERS:
            return ports.Attachment(name=f"{name}.zip", mime=archive.MIME, data=_letters(found))
        case ports.RollupFile.PICTURE:
            return ports.Attachment(name=f"{name}.png", mime=chart.MIME, data=chart.draw(voice.rollup_chart(found)))
        case ports.RollupFile.TABLE:
            table = voice.rollup_table(found)
        case ports.RollupFile.UNREACHED:
            table = voice.unreached_table(found)
        case ports.RollupFile.AUTHORITY:
            table = voice.authority_table(sent.authority, found, sent.asker)
        case _:
            assert_never(sent.form)
    return ports.Attachment(name=f"{name}.csv", mime=csv.MIME, data=csv.csv_file(table))
