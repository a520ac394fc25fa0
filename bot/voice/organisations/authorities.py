"""A list for an authority: above it who made it, when, what is left out and why, and that it notifies nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core.commands import Authority
from bot.core.names import Question, UserId
from bot.core.organisations.authorities import TECHNICAL, answer_of, notified, sector_of, siren_of
from bot.core.organisations.rollup import Line, Rollup
from bot.voice.catalogue import counted, say, word
from bot.voice.details import detail_label, in_doubt, value_words
from bot.voice.markup import Text, render
from bot.voice.organisations.tables import Part, Table
from bot.voice.times import moment
from bot.voice.wording import short, title_of

_BODY = Question("organisation")


def authority_note(authority: Authority, found: Rollup) -> Text:
    """Return what the file has and what it has not, for whoever hands it on."""
    language, recorded = found.parent.language, sum(notified(line) is not None for line in found.lines)
    total = counted(language, "count.organisations", len(found.lines))
    return render(say(language, f"authority.note.{authority}", recorded=str(recorded), total=total))


def authority_table(authority: Authority, found: Rollup, by: UserId | None) -> str:
    """Return what *authority* may see of each organisation as CSV."""
    table = Table(found)
    part = _notifications if authority is Authority.CNIL else _technical
    return table.written(found.lines, _names(table), part(table), above=tuple(_above(authority, found, by)))


def _above(authority: Authority, found: Rollup, by: UserId | None) -> Iterator[str]:
    parent, language = found.parent, found.parent.language
    who = " · ".join(short(one) for one in (parent.answers.get(_BODY, ""), by or "") if one)
    yield word(language, f"authority.title.{authority}", title=title_of(parent))
    yield word(language, "authority.made", by=who, at=moment(found.as_of, parent.zone, language))
    for key in ("left-out", "own"):
        yield word(language, f"authority.{key}.{authority}")


def _names(table: Table) -> Part:
    def cells(line: Line) -> Iterator[str]:
        yield line.organisation
        yield siren_of(line)

    return table.labels("organisation siren"), cells


def _notifications(table: Table) -> Part:
    def cells(line: Line) -> Iterator[str]:
        recorded = notified(line)
        yield table.word("authority.recorded" if recorded is not None else "authority.unrecorded")
        yield table.at(recorded.at if recorded is not None else None)
        yield recorded.reference if recorded is not None else ""

    return table.labels("notified notified-at reference"), cells


def _said(line: Line, name: Question, words: str) -> str:
    """Return what an organisation answered, as what it is; a list says nothing of how sure it is."""
    return words if line.child is None else in_doubt(words, name, line.child)


def _technical(table: Table) -> Part:
    def cells(line: Line) -> Iterator[str]:
        yield sector_of(line)
        yield table.word(f"rollup.state.{line.room}")
        yield table.word(f"reach.{line.reaching.reach}")
        yield str(line.steps.done) if line.child is not None else ""
        yield str(line.steps.of) if line.child is not None else ""
        parent = table.found.parent
        about = replace(line.child or parent, language=parent.language, zone=parent.zone)
        said = {name: answer_of(line, name) for name in TECHNICAL}
        yield from (_said(line, name, value_words(name, value, about)) if value else "" for name, value in said.items())

    heads = table.labels("sector room reach steps-done steps-of")
    return [*heads, *(detail_label(name, table.language) for name in TECHNICAL)], cells
