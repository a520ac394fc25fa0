"""One provider fell: what becomes of a list, how far the rooms are, why not, and all of it in the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, assert_never

from bot.core import cascade_errors as errors
from bot.core import facts
from bot.core.cascade import CascadeFact, Going, Progress
from bot.core.incident import Incident
from bot.core.playbook import Language
from bot.voice.bulletins import audience_words
from bot.voice.catalogue import counted, say, say_counted
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import span
from bot.voice.wording import person, short

MOST_MISTAKES = 20
"""So many are told one by one."""

CascadeRefusal = (
    errors.NoListSent
    | errors.ListUnread
    | errors.NotOpenedHere
    | errors.NotOfTheHouse
    | errors.NoCascade
    | errors.NothingLeftToOpen
    | errors.AlreadyPaused
    | errors.AlreadyCancelled
    | errors.StillOpening
)

Told = CascadeFact | facts.RoomRefused | facts.RoomRetried | facts.BulletinReceived | facts.BulletinRead
"""What happens to a parent and its children, and to no other incident."""


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
    count = counted(language, "listed.mistakes", len(mistakes))
    lines = bullets(
        say(language, "listed.line", line=str(line), what=what) for line, what in told_mistakes(mistakes, language)
    )
    more = len(mistakes) - MOST_MISTAKES
    return render(
        paragraphs(
            say(language, "listed.wrong", name=short(name, 80), count=count),
            join((lines, say(language, "listed.more", count=str(more)))) if more > 0 else lines,
            say(language, "listed.again"),
        )
    )


def told_mistakes(mistakes: Sequence[Mistake], language: Language) -> list[tuple[int, Piece]]:
    """Return the first mistakes, each with its line."""
    told = mistakes[:MOST_MISTAKES]
    return [(mistake.line, say(language, f"listed.{mistake.flaw}", **_given(mistake))) for mistake in told]


def progress(shown: Progress, language: Language) -> Text:
    """Return how far the opening of rooms has come."""
    if shown.done == shown.total:
        return render(say(language, "progress.all", total=str(shown.total)))
    parts = [say(language, "progress.rooms", done=str(shown.done), total=str(shown.total))]
    if shown.left is not None and shown.per_minute is not None:
        pace = str(max(1, round(shown.per_minute)))
        parts.append(say(language, "progress.pace", pace=pace, left=span(shown.left, language)))
    if shown.failed:
        parts.append(say_counted(language, "progress.failed", shown.failed))
    return render(join((*parts, *_held(shown.going, language))))


def about_cascade(fact: Told, incident: Incident) -> Piece:  # noqa: PLR0911 - a table
    """Return what *fact* says, in one sentence."""
    language = incident.language
    match fact:
        case facts.CascadeExtended(by=by, rows=rows):
            count = counted(language, "count.organisations", len(rows))
            return say(language, "fact.CascadeExtended", who=person(incident, by), count=count)
        case facts.CascadePaused(by=by) | facts.CascadeResumed(by=by) | facts.CascadeCancelled(by=by):
            return say(language, f"fact.{type(fact).__name__}", who=person(incident, by))
        case facts.ProgressPosted() | facts.RoomRetried():
            return say(language, f"fact.{type(fact).__name__}")
        case facts.RoomRefused(code=code):
            return say(language, "fact.RoomRefused", code=short(code, 60))
        case facts.BulletinSent():
            return _sent(fact, incident)
        case facts.BulletinReceived(number=number, text=text):
            return say(language, "fact.BulletinReceived", number=str(number), text=short(text, 160))
        case facts.BulletinRead(by=by, numbers=numbers):
            return say(
                language, "fact.BulletinRead", who=person(incident, by), numbers=", ".join(str(one) for one in numbers)
            )
        case _:
            assert_never(fact)


def about_cascading(error: CascadeRefusal) -> tuple[str, dict[str, str | Piece]]:
    """Return the key of a refusal's sentence and what fills it."""
    name = f"refusal.{type(error).__name__}"
    if isinstance(error, errors.ListUnread):
        return f"{name}.{error.why}", {"name": short(error.name, 80)}
    return name, {}


def _held(going: Going, language: Language) -> tuple[Piece, ...]:
    """Return that no room is opened for now, if so."""
    return () if going is Going.RUNNING else (say(language, f"progress.{going}"),)


def _given(mistake: Mistake) -> dict[str, str]:
    return {"given": short(mistake.given, 80)} if mistake.given else {}


def _sent(fact: facts.BulletinSent, incident: Incident) -> Piece:
    return say(
        incident.language,
        "fact.BulletinSent",
        who=person(incident, fact.by),
        number=str(fact.number),
        audience=audience_words(fact.audience, incident.language),
        text=short(fact.text, 160),
    )
