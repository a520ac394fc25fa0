"""`!report`: the whole record as a PDF and as one page for a browser, made in a thread and handed out encrypted."""

from __future__ import annotations

from bot import voice
from bot.core import commands
from bot.core.incident import Incident
from bot.core.report.entries import Written
from bot.papers.record.container import MIME
from bot.papers.report import html
from bot.ports import DESK, Attachment
from bot.service.answers.sources import Sources
from bot.service.outcome import Later, Outcome, Typed
from bot.service.records.making import whole
from bot.service.tasks import answer_task, file_task


async def report(_: commands.MakeReport, asked: Typed, sources: Sources) -> Later:
    """Hand the record out as it stands: the same files as the console writes."""
    written = await sources.records.written(asked.here.id)
    # It is the record as it was read here: nothing that happens meanwhile makes it another one.
    return sources.later(DESK, asked, lambda _: _report(asked.here, written, asked, sources))


def _report(incident: Incident, written: Written, asked: Typed, sources: Sources) -> Outcome:
    made = whole(incident, written, sources.identity.record_key)
    text = voice.report_handed(incident, size=made.size, root=made.root, name=f"{made.stem}.pdf")
    pdf = Attachment(name=f"{made.stem}.pdf", mime=MIME, data=made.pdf)
    page = Attachment(name=f"{made.stem}.html", mime=html.MIME, data=made.html)
    tasks = (
        answer_task(asked.input, 0, asked.address, text),
        file_task(asked.input, 1, asked.address, pdf),
        file_task(asked.input, 2, asked.address, page),
    )
    return Outcome(tasks=tasks)
