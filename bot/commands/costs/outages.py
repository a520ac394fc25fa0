"""Reader of `!outage`: a system with when it went and came back, or more about one that has a number."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.commands.line import Line
from bot.commands.readers import moment, moment_at
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.words import words
from bot.core import commands
from bot.core.language import fold

OutageCommand = (
    commands.ShowOutages | commands.NoteOutage | commands.EndOutage | commands.RetimeOutage | commands.CancelOutage
)
_FROM, _TO = words("outage.from"), words("outage.to")
_ENDED, _CANCELLED = words("outage.ended"), words("cost.cancelled")
_HOUR = r"[0-9]{1,2}(?::[0-9]{2}|\s?h(?:\s?[0-9]{2})?)"
_HOURS = re.compile(rf"(?<![T0-9:])(?P<first>{_HOUR})\s*[-–—]\s*(?P<last>{_HOUR})\s*$", re.IGNORECASE)
"""`08:00-09:00`: two hours, and not one with its distance from Greenwich, which stands behind a date and a T."""
_NUMBERED = re.compile(r"(?:n°\s?|#)?(?P<number>[0-9]{1,4})[.:]?(?:\s+(?P<rest>\S.*))?", re.DOTALL)


def read_outage(line: Line) -> OutageCommand:
    """Read an outage, more about one that has a number, or that they are to be shown."""
    if not line.rest:
        return commands.ShowOutages()
    found = _NUMBERED.fullmatch(line.rest)
    if found is None:
        return _noted(line)
    return _of_outage(int(found["number"]), replace(line, rest=(found["rest"] or "").strip()))


def _of_outage(number: int, after: Line) -> OutageCommand:
    if not after.rest:
        raise missing(Argument.VALUE)
    verb, what = after.first(Argument.VALUE)
    word = fold(verb.rstrip(":,"))
    if word in _CANCELLED:
        return commands.CancelOutage(number=number, reason=what.whole(Argument.REASON))
    if word in _ENDED | _TO:
        return commands.EndOutage(number=number, end=moment_at(what.rest, what) if what.rest else None)
    if word in _FROM:
        begin, end, rest = _times(after)
        if begin is None or rest.rest:
            begin, end = moment(what.whole(Argument.WHEN), what), None
        return commands.RetimeOutage(number=number, begin=begin, end=end)
    raise BadArgumentError(Why.NOT_ONE_OF, given=verb, words="outage.ended, outage.from, cost.cancelled")


def _noted(line: Line) -> commands.NoteOutage:
    begin, end, rest = _times(line)
    if end is not None and begin is None:
        raise missing(Argument.WHEN)
    return commands.NoteOutage(system=rest.whole(Argument.SYSTEM), begin=begin, end=end)


def _times(line: Line) -> tuple[datetime | None, datetime | None, Line]:
    """Take begin and end off the end of *line*: one time alone is the begin, unless it stands behind a `to`."""
    line = replace(line, rest=_HOURS.sub(rf"\g<first> {min(_TO)} \g<last>", line.rest))
    before, last = line.trailing_time()
    if last is None:
        return None, None, line
    before, word = _marked(before)
    earlier, first = before.trailing_time()
    if first is not None:
        return first, last, _marked(earlier)[0]
    return (None, last, before) if word in _TO else (last, None, before)


def _marked(line: Line) -> tuple[Line, str]:
    """Take the `from` or `to` off that *line* ends with; return it too, empty where there is none."""
    rest, _, word = line.rest.rpartition(" ") if " " in line.rest else ("", "", line.rest)
    known = fold(word)
    return (replace(line, rest=rest.strip()), known) if known in _FROM | _TO else (line, "")
