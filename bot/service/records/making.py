"""One file from the record of an incident: in the room and at the console the same bytes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot import voice
from bot.core.evolve import fold
from bot.core.facts import CheckpointPosted
from bot.core.incident import Incident
from bot.core.record.tree import Tree
from bot.core.report.entries import Contents, Written
from bot.core.report.pages import Cover
from bot.papers.record.keys import RecordKey
from bot.papers.record.making import export
from bot.papers.record.payload import Posted, Record
from bot.papers.report.html import html_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A record as it is handed out."""

    stem: str
    """The name of its files without their ending, neutral."""
    pdf: bytes
    html: bytes
    """Attached to the PDF as well."""
    size: int
    """How many entries it has."""
    root: str
    """Over all of them, in hex."""


def whole(incident: Incident, written: Written, key: RecordKey) -> Made:
    """Return the whole record with its report. *incident* is what is known of it; slow: not for the event loop."""
    contents = _contents(incident, written, key)
    report = voice.report(contents)
    record = _record(contents.incident, written, None)
    at = voice.report_hour(contents)
    pdf = export(record, _cover(contents, None), at, key, report)
    return Made(
        stem=voice.report_stem(contents),
        pdf=pdf,
        html=html_page(report),
        size=len(written.places),
        root=contents.root,
    )


def part(incident: Incident, written: Written, key: RecordKey, wanted: Collection[int]) -> bytes:
    """Return a part of the record: its page says nothing of any entry. Slow: not for the event loop."""
    contents = _contents(incident, written, key)
    record = _record(contents.incident, written, frozenset(wanted))
    return export(record, _cover(contents, len(wanted)), voice.report_hour(contents), key)


def _contents(incident: Incident, written: Written, key: RecordKey) -> Contents:
    """Return what the record says; of one that was purged, the incident as it is known says what remains."""
    stands = fold(written.facts.values()) if len(written.facts) == len(written.places) else None
    return Contents(
        incident=stands or incident,
        entries=written.entries(),
        root=Tree([place.leaf for place in written.places]).root().hex(),
        key=key.public,
    )


def _cover(contents: Contents, shown: int | None) -> Cover:
    return voice.record_cover(contents.incident, shown=shown, size=len(contents.entries), key=contents.key)


def _record(incident: Incident, written: Written, wanted: frozenset[int] | None) -> Record:
    shown = [number for number in written.named if wanted is None or number in wanted]
    posted = (fact for fact in written.facts.values() if isinstance(fact, CheckpointPosted))
    named = {digest for number in shown for digest in written.named[number]}
    return Record(
        incident=incident.id,
        codename=incident.codename,
        language=incident.language,
        places=written.places,
        wanted=wanted,
        checkpoints=[Posted(size=fact.size, line=fact.line, stamp=fact.stamp) for fact in posted],
        parts={digest: written.parts[digest] for digest in sorted(named)},
    )
