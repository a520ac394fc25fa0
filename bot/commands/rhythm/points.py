"""Reader of `!brief`: alone it shows where things stand; with words it is a point that somebody writes."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.commands.line import Line
from bot.commands.reasons import BadArgumentError
from bot.commands.when import read_span
from bot.commands.words import words
from bot.core.commands import SetCadence, ShowBrief, WritePoint
from bot.core.language import fold

_NOTHING, _OFF = words("point.nothing"), words("point.off")
_EVERY = tuple(sorted(words("point.every"), key=len, reverse=True))
_LONGEST = 60
"""No spelling of any of them has more characters."""
_COUNTED = re.compile(r"[0-9]{1,4}\s?[^\W\d_]+|[0-9]{1,2}h[0-5][0-9]")
_BARE = re.compile(r"[^\W\d_]{1,10}")


def read_brief(line: Line) -> ShowBrief | WritePoint | SetCadence:
    if not line.rest:
        return ShowBrief()
    plain = fold(" ".join(line.rest.split()).replace("’", "'")).rstrip(" .!") if len(line.rest) <= _LONGEST else ""
    if plain in _NOTHING:
        return WritePoint()
    if plain in _OFF:
        return SetCadence(every=None)
    every = _cadence(plain)
    return WritePoint(text=line.rest) if every is None else SetCadence(every=every)


def _cadence(plain: str) -> timedelta | None:
    """Return the cadence that `every 3h` says, or `every hour`; None for words like others.

    Raises:
        BadArgumentError: it has the form of one, and says none.
    """
    begun = next((word for word in _EVERY if plain.startswith(f"{word} ")), None)
    span = plain[len(begun) :].strip() if begun else ""
    if _COUNTED.fullmatch(span):
        return read_span(span)
    try:
        return read_span(f"1 {span}") if _BARE.fullmatch(span) else None
    except BadArgumentError:
        return None
