"""What would come of a list: who can read, who cannot and why, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.language import Language
from bot.core.organisations.lists.dry_run import NOT_REACHED, DryRun, Listed
from bot.core.people.accounts import Found
from bot.voice.catalogue import counted, say, word
from bot.voice.cells import as_table
from bot.voice.markup import Piece, bullets
from bot.voice.organisations.firms import contact_of
from bot.voice.times import span
from bot.voice.wording import short

MOST_NAMED = 10
"""Of each kind of who is not reached."""
_LONGEST_NAME = 40


def who_is_reached(run: DryRun, language: Language) -> Iterator[Piece]:
    """Yield how many people can read, and the first of those who cannot."""
    if run.total:
        people = counted(language, "count.people", run.total)
        numbers = {kind: len(run.people.get(kind, ())) for kind in (Found.PROVED, *NOT_REACHED)}
        counts = [counted(language, f"dry.count.{kind}", number) for kind, number in numbers.items() if number]
        yield say(language, "dry.people", people=people, counts=", ".join(counts))
    for kind in NOT_REACHED:
        if listed := run.people.get(kind):
            yield say(language, f"dry.named.{kind}")
            yield bullets(_named(listed, language))
    if is_cut(run):
        yield say(language, "dry.file")


def how_long(run: DryRun, language: Language) -> Iterator[Piece]:
    """Yield how long it takes, as far as the homeserver's limits are known."""
    if run.takes is not None and run.rooms:
        rooms = counted(language, "count.rooms", run.rooms)
        yield say(language, "dry.takes", rooms=rooms, span=span(run.takes, language))
    elif run.rooms:
        yield say(language, "dry.takes.unknown")


def is_cut(run: DryRun) -> bool:
    """Say whether there are more than are named in a message."""
    return any(len(run.people.get(kind, ())) > MOST_NAMED for kind in NOT_REACHED)


def found_word(kind: Found, language: Language) -> str:
    """Return what is known of an account."""
    return word(language, f"dry.state.{kind}")


def dry_run_table(run: DryRun, language: Language) -> str:
    """Return everybody as CSV, who is not reached first."""
    names = ("line", "organisation", "id", "state", "contact", "phone")
    heads = [word(language, f"dry.column.{name}") for name in names]
    people = ((kind, one) for kind, listed in run.people.items() for one in listed)
    rows = (
        (str(one.number), one.row.organisation, one.user, found_word(kind, language), *contact_of(one.row))
        for kind, one in people
    )
    return as_table((heads, *rows), language)


def _named(listed: tuple[Listed, ...], language: Language) -> Iterator[Piece]:
    for one in listed[:MOST_NAMED]:
        name, user = _name(one.row.organisation), short(one.user)
        yield say(language, "dry.one", line=str(one.number), organisation=name, user=user)
    yield from _more(len(listed), language)


def _more(count: int, language: Language) -> Iterator[Piece]:
    if count > MOST_NAMED:
        yield say(language, "listed.more", count=str(count - MOST_NAMED))


def _name(organisation: str) -> str:
    return short(organisation, _LONGEST_NAME)
