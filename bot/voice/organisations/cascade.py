"""One provider fell: what becomes of a list, how far the rooms are, why not, and all of it in the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.core.cascade import Going, Progress
from bot.core.language import Language
from bot.core.organisations.lists.doubts import Doubts
from bot.core.organisations.lists.dry_run import DryRun
from bot.core.organisations.lists.matching import Line
from bot.voice.catalogue import counted, say, say_counted
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.organisations.differences import consequences, differences, oddities
from bot.voice.organisations.dry_run import how_long, who_is_reached
from bot.voice.times import span
from bot.voice.wording import short

MOST_MISTAKES = 20
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a list would do before anything is done, or did, and how it was read."""

    lines: Sequence[Line]
    columns: Sequence[Column] = ()
    codename: str
    """Of the incident that it adds to; empty when it opens one."""
    zone: ZoneInfo
    doubts: Doubts = field(default_factory=Doubts)
    run: DryRun | None = None
    """What the homeserver says of its people; None where it was not asked."""
    is_again: bool = False
    """Something else was confirmed than what it would do now: others changed what is there."""

    @property
    def new(self) -> int:
        """How many get a room."""
        return sum(line.known is None for line in self.lines)


def list_done(
    name: str, read: Understood, going: Going, language: Language, *, applied: bool, is_seen: bool = False
) -> Text:
    """Return what became of the list *name*; *applied* says whether what it says otherwise counts from now on.

    Where it *is_seen*, a second person was shown all that it says otherwise, and what is odd about it.
    """
    new, told = read.new, tuple(_otherwise(read, language, applied=applied))
    parts = [] if told and applied else [say(language, "cascade.nothing", codename=read.codename)]
    if new:
        count = counted(language, "count.organisations", new)
        parts = [say(language, "cascade.new", count=count, name=short(name, 80), codename=read.codename)]
        if len(read.lines) > new:
            parts.append(_known(len(read.lines) - new, read.codename, language))
        parts += _held(going, language)
    about = told[-1:] if is_seen else (*told, *oddities(read.doubts, language))
    return render(paragraphs(join(parts), *about))


def list_understood(read: Understood, language: Language) -> Iterator[Piece]:
    """Yield who is there already, what the list says otherwise of them, who is reached, and how it was read."""
    if read.is_again:
        yield say(language, "listed.is_again")
    if read.codename:
        yield _known(len(read.lines) - read.new, read.codename, language)
    told = tuple(differences(read.lines, read.zone, language))
    yield from told
    if told:
        yield join((say(language, "listed.on_yes"), *consequences(read.lines, language)))
    yield from oddities(read.doubts, language)
    if read.run is not None:
        yield from who_is_reached(read.run, language)
    yield from _how_read(read, language)


def list_notes(read: Understood, language: Language) -> Iterator[Text]:
    """Yield the same for a console, which shows in a table of its own who is reached."""
    told = differences(read.lines, read.zone, language)
    yield from map(render, (*told, *oddities(read.doubts, language), *_how_read(read, language)))


def _how_read(read: Understood, language: Language) -> Iterator[Piece]:
    yield say(language, "listed.columns")
    yield bullets(_columns(read.columns, language))
    if read.run is not None:
        yield from how_long(read.run, language)


def list_otherwise(read: Understood, language: Language, *, applied: bool) -> Text | None:
    """Return whether what a list says otherwise counts now; None when it says nothing otherwise."""
    *told, outcome = (None, *_otherwise(read, language, applied=applied))
    return render(outcome) if told and outcome is not None else None


def _otherwise(read: Understood, language: Language, *, applied: bool) -> Iterator[Piece]:
    told = tuple(differences(read.lines, read.zone, language))
    yield from told
    if told and applied:
        yield join((say(language, "cascade.amended", codename=read.codename), *consequences(read.lines, language)))
    elif told:
        yield say(language, "cascade.unchanged")


def _known(known: int, codename: str, language: Language) -> Piece:
    count = counted(language, "count.organisations", known)
    return say(language, "cascade.known", count=count, codename=codename)


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
