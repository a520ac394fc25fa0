"""The table of evidence: what each thing is, its hash, whence, and who had it when."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.evidence.items import Item
from bot.core.incident import Incident
from bot.core.report.pages import Block, Prose, Table
from bot.voice.catalogue import word
from bot.voice.custody.things import custody_lines, size_words
from bot.voice.wording import printed, short


def evidence(incident: Incident) -> Iterator[Block]:
    """Yield the table, and that the files are not in it."""
    language = incident.language
    yield Prose(text=word(language, "report.evidence.note"), is_aside=True)
    head = tuple(word(language, f"report.evidence.{name}") for name in ("number", "what", "hash", "custody"))
    rows = tuple(_row(item, incident) for item in incident.evidence.values())
    yield Table(title=word(language, "report.evidence"), head=head, widths=(1, 4, 5, 7), rows=rows)


def _row(item: Item, incident: Incident) -> tuple[str, ...]:
    language, taken = incident.language, item.taken
    size = "" if taken.size is None else size_words(taken.size, language)
    source = short(printed(item.source), 300) or word(language, "sheet.source.none")
    what = "\n".join(text for text in (short(printed(taken.name), 120), size, source) if text)
    return f"E{item.number}", what, taken.digest, "\n".join(custody_lines(item, incident, language))
