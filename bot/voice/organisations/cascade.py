"""One provider fell: what becomes of a list, how far the rooms are, why not, and all of it in the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.core.cascade import Going, Progress
from bot.core.language import Language
from bot.voice.catalogue import counted, say, say_counted
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
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


def cascade_extended(name: str, codename: str, new: int, known: int, going: Going, language: Language) -> Text:
    """Return what becomes of the list *name* in the incident *codename*: who is *new*, who was *known*."""
    if not new:
        return render(say(language, "cascade.nothing", codename=codename))
    count = counted(language, "count.organisations", new)
    parts = [say(language, "cascade.new", count=count, name=short(name, 80), codename=codename)]
    if known:
        parts.append(say(language, "cascade.known", count=counted(language, "count.organisations", known)))
    return render(join((*parts, *_held(going, language))))


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
    return {"given": short(mistake.given, 80)} if mistake.given else {}
