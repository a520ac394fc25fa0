"""The roll-up: its words when it is asked for, its picture or its table when it is sent; a thread counts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from bot import ports, voice
from bot.core.commands import RollupForm, ShowRollup
from bot.core.incident import Incident
from bot.core.organisations import rollup as core
from bot.core.organisations.errors import NoCascade
from bot.papers import chart, csv
from bot.service.answers.sources import Sources
from bot.service.outcome import Asked, Later, Outcome, Typed
from bot.service.tasks import answer_task, rollup_task

NOT_MADE = "NOT_MADE"
"""Code of the refusal when a file of ours could not be made."""
_log = logging.getLogger(__name__)


def rollup(command: ShowRollup, asked: Typed, sources: Sources) -> Later:
    """Show where all organisations stand, or hand it out."""
    children = sources.books.children(asked.here.id)
    return sources.later(asked.here.id, asked, lambda now: _rollup(command, now or asked.here, children, asked))


def _rollup(command: ShowRollup, parent: Incident, children: Sequence[Incident], asked: Asked) -> Outcome:
    if parent.cascade is None:
        raise NoCascade
    if command.form is RollupForm.CSV:
        return Outcome(tasks=(rollup_task(asked.input, 0, asked.address, ports.RollupFile.TABLE),))
    found = core.rollup(parent, children, asked.now)
    words = answer_task(asked.input, 0, asked.address, voice.rollup(found))
    return Outcome(tasks=(words, rollup_task(asked.input, 1, asked.address, ports.RollupFile.PICTURE)))


async def rollup_file(
    task: ports.Task, sent: ports.SendRollup, parent: Incident, children: Sequence[Incident], now: datetime
) -> ports.Content:
    """Return the message with the file that *task* hands out, as things stand *now*.

    Raises:
        RefusedError: it could not be made; the log says why.
    """
    try:
        file = await asyncio.to_thread(_make, sent.form, parent, children, now)
    except Exception:  # noqa: BLE001 - whatever it is, the room hears that there is no file, and nothing else stops
        _log.exception("could not make the file of row %s", task.id)
        raise ports.RefusedError(NOT_MADE) from None
    return ports.Content(body=file.name, html="", thread=sent.thread, file=file)


def _make(form: ports.RollupFile, parent: Incident, children: Sequence[Incident], now: datetime) -> ports.Attachment:
    found = core.rollup(parent, children, now)
    word = voice.file_word("rollup", parent.language)
    name = f"{voice.file_mark(parent)}{word}-{now.astimezone(parent.zone):%Y-%m-%d-%H%M}"
    if form is ports.RollupFile.PICTURE:
        return ports.Attachment(name=f"{name}.png", mime=chart.MIME, data=chart.draw(voice.rollup_chart(found)))
    return ports.Attachment(name=f"{name}.csv", mime=csv.MIME, data=csv.csv_file(voice.rollup_table(found)))
