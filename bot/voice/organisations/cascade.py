"""One provider fell: what becomes of a list, how far the rooms are, why not, and all of it in the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.cascade import Going, Progress
from bot.core.facts import CascadeRow
from bot.core.language import Language
from bot.core.organisations.matching import Difference, Line
from bot.voice.catalogue import counted, say, say_counted, word
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import span
from bot.voice.wording import short

MOST_MISTAKES, MOST_DIFFERENCES = 20, 8
"""So many are told one by one."""


class Mistake(Protocol):
    """What is wrong with a list, as `bot.commands` finds it."""

    @property
    def line(self) -> int:
        """Where."""

    @property
    def flaw(self) -> str:
        """Which sentence."""

    @property
    def given(self) -> str:
        """What stands there."""

    @property
    def other(self) -> int:
        """Another line that has to do with it; 0 when none has."""


class Column(Protocol):
    """What a column of a list was taken for, as `bot.commands` finds it."""

    @property
    def name(self) -> str:
        """As the list spells it."""

    @property
    def meaning(self) -> str:
        """Which sentence."""


def cascade_extended(name: str, codename: str, lines: Sequence[Line], going: Going, language: Language) -> Text:
    """Return what became of the list *name* in the incident *codename*, and what it says otherwise than before."""
    new = sum(line.known is None for line in lines)
    if not new:
        return render(paragraphs(say(language, "cascade.nothing", codename=codename), *_otherwise(lines, language)))
    count = counted(language, "count.organisations", new)
    parts = [say(language, "cascade.new", count=count, name=short(name, 80), codename=codename)]
    if len(lines) > new:
        parts.append(_known(len(lines) - new, codename, language))
    return render(paragraphs(join((*parts, *_held(going, language))), *_otherwise(lines, language)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a list would open before anything is, and how it was read."""

    lines: Sequence[Line]
    columns: Sequence[Column]
    codename: str
    """Of the incident that it adds to; empty when it opens one."""


def list_understood(read: Understood, language: Language) -> Iterator[Piece]:
    """Yield who is there already, what the list says otherwise of them, and what each of its columns is taken for."""
    known = sum(line.known is not None for line in read.lines)
    if read.codename:
        yield _known(known, read.codename, language)
    yield from _otherwise(read.lines, language)
    yield say(language, "listed.columns")
    yield bullets(_columns(read.columns, language))


def list_otherwise(lines: Sequence[Line], language: Language) -> Text | None:
    """Return what a list says otherwise than the one before; None when it says the same."""
    parts = tuple(_otherwise(lines, language))
    return render(paragraphs(*parts)) if parts else None


def _known(known: int, codename: str, language: Language) -> Piece:
    count = counted(language, "count.organisations", known)
    return say(language, "cascade.known", count=count, codename=codename)


def _otherwise(lines: Sequence[Line], language: Language) -> Iterator[Piece]:
    """Yield which organisations are there under another name, and of which the list says otherwise than before."""
    renamed = [
        say(
            language, "listed.renamed.one", new=short(line.row.organisation, 80), old=short(line.known.organisation, 80)
        )
        for line in lines
        if line.known is not None and line.is_renamed
    ]
    if renamed:
        yield say(language, "listed.renamed")
        yield _some(renamed, language)
        yield say(language, "listed.as_new")
    differ = [
        say(
            language,
            "listed.differs.one",
            organisation=_name(line.row),
            what=", ".join(word(language, f"listed.difference.{one}") for one in found),
        )
        for line in lines
        if (found := [one for one in line.differences if one is not Difference.NAME or not line.is_renamed])
    ]
    if differ:
        yield say_counted(language, "listed.differs", len(differ))
        yield _some(differ, language)


def _name(row: CascadeRow) -> str:
    return short(row.organisation, 80)


def _some(pieces: Sequence[Piece], language: Language) -> Piece:
    """Return the first of *pieces*, and how many more there are."""
    more = len(pieces) - MOST_DIFFERENCES
    rest = [say(language, "listed.more", count=str(more))] if more > 0 else []
    return bullets((*pieces[:MOST_DIFFERENCES], *rest))


def _columns(columns: Sequence[Column], language: Language) -> Iterator[Piece]:
    by_meaning: dict[str, list[str]] = {}
    for column in columns:
        by_meaning.setdefault(column.meaning, []).append(short(column.name, 40))
    for meaning, names in by_meaning.items():
        yield say(language, f"listed.column.{meaning}", names=short(", ".join(names), 300))


def list_wrong(name: str, mistakes: Sequence[Mistake], language: Language) -> Text:
    """Return what is wrong with the list *name*, by line."""
    return render(mistakes_of("listed.wrong", name, mistakes, language))


def mistakes_of(key: str, name: str, mistakes: Sequence[Mistake], language: Language) -> Piece:
    """Return the sentence *key*, which says that nothing came of the list *name*, and why not."""
    count = counted(language, "listed.mistakes", len(mistakes))
    lines = bullets(
        say(language, "listed.line", line=str(line), what=what) for line, what in told_mistakes(mistakes, language)
    )
    more = len(mistakes) - MOST_MISTAKES
    return paragraphs(
        say(language, key, name=short(name, 80), count=count),
        join((lines, say(language, "listed.more", count=str(more)))) if more > 0 else lines,
        say(language, "listed.again"),
    )


def told_mistakes(mistakes: Sequence[Mistake], language: Language) -> list[tuple[int, Piece]]:
    """Return the first mistakes, each with its line."""
    told = mistakes[:MOST_MISTAKES]
    return [(mistake.line, say(language, f"listed.{mistake.flaw}", **_given(mistake))) for mistake in told]


def progress(shown: Progress, language: Language) -> Text:
    """Return how far the opening of rooms has come."""
    uninvited = [say_counted(language, "progress.uninvited", shown.uninvited)] if shown.uninvited else []
    if shown.done == shown.total:
        return render(join((say(language, "progress.all", total=str(shown.total)), *uninvited)))
    parts = [say(language, "progress.rooms", done=str(shown.done), total=str(shown.total))]
    if shown.left is not None and shown.per_minute is not None:
        pace = str(max(1, round(shown.per_minute)))
        parts.append(say(language, "progress.pace", pace=pace, left=span(shown.left, language)))
    if shown.failed:
        parts.append(say_counted(language, "progress.failed", shown.failed))
    return render(join((*parts, *uninvited, *_held(shown.going, language))))


def _held(going: Going, language: Language) -> tuple[Piece, ...]:
    """Return that no room is opened for now, if so."""
    return () if going is Going.RUNNING else (say(language, f"progress.{going}"),)


def _given(mistake: Mistake) -> dict[str, str]:
    holes = {"given": short(mistake.given, 80)} if mistake.given else {}
    return {**holes, "other": str(mistake.other)} if mistake.other else holes
