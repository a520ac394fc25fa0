"""What would come of a list, on the console: who is reached, and a line for each who is not."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli.running import columns
from bot.cli.tongue import count, say
from bot.console.cascades import Looked
from bot.core.organisations.lists.dry_run import NOT_REACHED
from bot.core.people.accounts import Found
from bot.sentences.typography import NO_BREAK

_BAR = 30
"""Characters of a bar."""
_LONGEST_NAME = 40


def looked_lines(looked: Looked) -> Iterator[str]:
    """Yield what would come of it, line by line."""
    rooms = count("count.rooms", looked.new)
    if looked.codename:
        yield say("cascading.looked.more", codename=looked.codename, rooms=rooms, known=looked.known)
    else:
        yield say("cascading.looked.new", rooms=rooms)
    for note in looked.notes:
        yield from map(_printable, note.splitlines())
    if looked.total:
        yield ""
        yield from columns(_counts(looked))
    if looked.unreached:
        yield ""
        yield from columns(_unreached(looked))
    if Found.NO_ACCOUNT in looked.people:
        yield say("cascading.may_read_later")
    yield ""


def bar(done: int, total: int) -> str:
    """Return a bar of which as much is filled as is *done*."""
    filled = _BAR * done // max(1, total)
    return f"[{'#' * filled}{'.' * (_BAR - filled)}]"


def _counts(looked: Looked) -> Iterator[tuple[str, ...]]:
    for found in (Found.PROVED, *NOT_REACHED):
        if number := looked.people.get(found):
            yield bar(number, looked.total), str(number), say(f"dry.state.{found}")


def _unreached(looked: Looked) -> Iterator[tuple[str, ...]]:
    yield tuple(say(f"dry.column.{name}") for name in ("line", "organisation", "id", "state"))
    for one in looked.unreached:
        name = _printable(one.organisation)
        yield (
            str(one.line),
            name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…",
            _printable(one.user),
            say(f"dry.state.{one.found}"),
        )
    for found, number in looked.people.items():
        more = number - sum(one.found is found for one in looked.unreached)
        if more and found is not Found.PROVED:
            yield "…", f"+ {more}", "", say(f"dry.state.{found}")


def _printable(text: str) -> str:
    """Return *text* without what a terminal would obey."""
    return "".join(sign for sign in text if sign.isprintable() or sign == NO_BREAK)
