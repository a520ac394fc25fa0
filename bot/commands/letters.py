"""Readers of `!letters` and `!sent`."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.commands.line import Line
from bot.commands.organisations import MOST_ROWS
from bot.commands.readers import bare
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.words import CHANNELS, words
from bot.core.commands import MarkSent, MergeLetters, ShowLetters
from bot.core.language import fold
from bot.core.names import DraftId

_LOG, _ALL, _BY = words("letters.log"), words("letters.all"), words("letters.by")
_QUOTED = re.compile(r"[\"«“„]\s*(?P<name>[^\"»”]+?)\s*[\"»”]")
_NUMBERS = re.compile(r"[0-9]{1,4}(?:\s*[-–]\s*[0-9]{1,4})?(?:[\s,;]+[0-9]{1,4}(?:\s*[-–]\s*[0-9]{1,4})?)*")
_SPAN = re.compile(r"([0-9]+)(?:\s*[-–]\s*([0-9]+))?")


def read_letters(line: Line) -> ShowLetters | MergeLetters:
    if not line.rest:
        return ShowLetters()
    word, after = line.first(Argument.NAME)
    after.nothing()
    if fold(word) in _LOG:
        return ShowLetters(as_file=True)
    return MergeLetters(draft=line.names.draft(bare(word)) or DraftId(fold(bare(word))))


def read_sent(line: Line) -> MarkSent:
    """Read `[DRAFT] WHO CHANNEL [REFERENCE] [WHEN]`: who is meant ends where a channel is named."""
    word, after = line.first(Argument.CLIENT)
    draft = line.names.draft(bare(word))
    who, after = _cut(line if draft is None else after)
    channel, rest = after.first(Argument.CHANNEL)
    reference, when = rest.trailing_time()
    return MarkSent(
        draft=draft,
        who=None if fold(who) in _ALL else _numbers(who) or _unquoted(who),
        channel=CHANNELS[fold(bare(channel))],
        reference=reference.rest,
        when=when,
    )


def _cut(line: Line) -> tuple[str, Line]:
    """Return who is meant, and the line from the channel on."""
    quoted = _QUOTED.match(line.rest)
    begin = quoted.end() if quoted else 0
    for found in re.finditer(r"\S+", line.rest[begin:]):
        start = begin + found.start()
        if start and fold(bare(found.group())) in CHANNELS:
            return _without_by(line.rest[:start].strip()), replace(line, rest=line.rest[start:])
    names_channel = fold(bare(line.first(Argument.CLIENT)[0])) in CHANNELS
    raise missing(Argument.CLIENT if names_channel else Argument.CHANNEL)


def _without_by(who: str) -> str:
    """Take the `by` off that people write before a channel."""
    *before, last = who.split()
    return " ".join(before) if before and fold(last) in _BY else who


def _unquoted(who: str) -> str:
    quoted = _QUOTED.fullmatch(who)
    return quoted["name"] if quoted else who


def _numbers(who: str) -> tuple[int, ...]:
    """Return the numbers of `1-5, 7`; none when it is a name."""
    if _NUMBERS.fullmatch(who) is None:
        return ()
    found: dict[int, None] = {}
    for span in _SPAN.finditer(who):
        first, last = int(span[1]), int(span[2] or span[1])
        if not 1 <= first <= last <= MOST_ROWS:
            raise BadArgumentError(Why.NOT_A_COUNT, given=span[0], limit=str(MOST_ROWS))
        found.update(dict.fromkeys(range(first, last + 1)))
    return tuple(found)
