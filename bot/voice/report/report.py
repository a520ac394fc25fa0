"""The whole report: a cover, what matters on one page, and all that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.core.documents.drafts import Tlp
from bot.core.documents.register import entries
from bot.core.incident import Incident
from bot.core.report.entries import Contents, Kind
from bot.core.report.pages import Block, Code, Pairs, Prose, Report, Screen, Section
from bot.voice.catalogue import counted, language_tag, word
from bot.voice.documents.register import basis
from bot.voice.documents.register_fields import fields
from bot.voice.markup import spelt_out
from bot.voice.report import annexes, summary
from bot.voice.report.axis import axis
from bot.voice.report.decided import decided
from bot.voice.report.evidence import evidence
from bot.voice.report.lines import timeline
from bot.voice.report.losses import losses
from bot.voice.report.tables import clocks
from bot.voice.times import moment
from bot.voice.trust.identities import grouped
from bot.voice.wording import file_mark, marked, person, severity_word

MARK = Tlp.AMBER_STRICT
"""Whoever hands it over to somebody outside decides that anew."""


def report(contents: Contents) -> Report:
    """Return the report in the language of the incident's room: the same words for the same entries."""
    incident, language = contents.incident, contents.incident.language
    title = marked(incident, word(language, "report.title", codename=incident.codename))
    return Report(
        language=language,
        tag=language_tag(language),
        mark=MARK,
        mark_means=word(language, "report.mark"),
        title=title,
        running=word(language, "report.running", codename=incident.codename, count=_count(contents)),
        page=word(language, "report.page", page="{page}", pages="{pages}"),
        cover=_cover(contents),
        sections=tuple(_sections(contents)),
        kinds={kind: word(language, f"report.kind.{kind}") for kind in Kind},
        screen=Screen(
            contents=word(language, "report.contents"),
            only=word(language, "report.screen.only"),
            search=word(language, "report.screen.search"),
            shown=word(language, "report.screen.shown", shown="{shown}", size="{size}"),
            all=word(language, "report.screen.all"),
            skip=word(language, "report.screen.skip"),
        ),
    )


def report_hour(contents: Contents) -> datetime:
    """Return when the last entry was recorded that can still be read: the report is of that hour."""
    return max(entry.fact.at for entry in contents.entries if entry.fact is not None)


def report_stem(contents: Contents) -> str:
    """Return the name of its files without their ending: what it is, of which hour, and that it is a drill's."""
    stem, at = word(contents.incident.language, "file.report"), report_hour(contents).astimezone(contents.incident.zone)
    return f"{file_mark(contents.incident)}{stem}-{at:%Y-%m-%d-%H%M}"


def _sections(contents: Contents) -> Iterator[Section]:
    incident, language, at = contents.incident, contents.incident.language, report_hour(contents)
    yield Section(
        title=word(language, "report.summary"),
        blocks=tuple(summary.page(contents, at)),
        begins_page=True,
        is_dense=True,
    )
    course = (*axis(contents, at), *clocks(incident, at))
    yield Section(title=word(language, "report.course"), blocks=course, begins_page=True, is_dense=True)
    yield Section(title=word(language, "report.timeline"), blocks=tuple(timeline(contents)))
    if blocks := tuple(decided(incident)):
        yield Section(title=word(language, "report.decisions"), blocks=blocks)
    if incident.evidence:
        yield Section(title=word(language, "report.evidence"), blocks=tuple(evidence(incident)))
    if blocks := tuple(losses(incident, at)):
        yield Section(title=word(language, "report.losses"), blocks=blocks)
    if blocks := tuple(_register(incident, at)):
        yield Section(title=word(language, "report.register"), blocks=blocks, begins_page=True)
    yield from annexes.sections(contents)


def _cover(contents: Contents) -> Section:
    incident, language = contents.incident, contents.incident.language
    said = ("report.cover.what", "report.cover.attached", "report.cover.how", "record.limits", "record.key")
    first, *rest = (Prose(text=word(language, key)) for key in said)
    return Section(
        title=marked(incident, word(language, "report.title", codename=incident.codename)),
        blocks=(
            Pairs(rows=tuple(_facts(contents))),
            first,
            *rest[:2],
            Code(lines=("python3 verify_record.py record.pdf",)),
            *rest[2:],
            Code(lines=(grouped(contents.key),)),
            Prose(text=word(language, "report.cover.root"), is_aside=True),
            Code(lines=(contents.root,)),
        ),
    )


def _facts(contents: Contents) -> Iterator[tuple[str, str]]:
    """Yield what the cover says of the incident."""
    incident, language, zone = contents.incident, contents.incident.language, contents.incident.zone
    if incident.title:
        yield word(language, "report.field.title"), incident.title
    if incident.organisation:
        yield word(language, "report.field.organisation"), incident.organisation
    yield word(language, "report.field.severity"), severity_word(incident.severity, language)
    yield word(language, "report.field.opened"), moment(incident.opened_at, zone, language)
    yield word(language, "report.field.state"), _state(incident)
    yield word(language, "report.field.entries"), _count(contents)
    yield word(language, "report.field.as_of"), moment(report_hour(contents), zone, language)
    if incident.held is not None:
        since = word(language, "report.held", at=moment(incident.held.at, zone, language))
        said = f"{since} {incident.held.reason} ({person(incident, incident.held.by)})"
        yield word(language, "report.field.held"), said


def _state(incident: Incident) -> str:
    state = word(incident.language, f"status.{incident.status.value}")
    if incident.closed_at is None:
        return state
    return f"{state}, {moment(incident.closed_at, incident.zone, incident.language)}"


def _count(contents: Contents) -> str:
    return counted(contents.incident.language, "count.entries", len(contents.entries))


def _register(incident: Incident, at: datetime) -> Iterator[Block]:
    """Yield the entry of the register of breaches; nothing where it is not in it."""
    for entry in entries((incident,), at):
        yield Prose(text=spelt_out(basis(incident.language)), is_aside=True)
        yield Pairs(rows=tuple((label, text) for label, text in fields(entry, incident.language) if text.strip()))
