"""Reader of `!handover`: to whom, with what; and that one is acknowledged."""

from __future__ import annotations

import re

from bot.commands.line import Line
from bot.commands.reasons import Argument
from bot.commands.words import words
from bot.core.commands import GiveHandover, ShowHandovers, TakeHandover
from bot.core.language import fold

_RECEIVED, _TO = words("handover.received"), words("evidence.to")
_WITH_ROLES = tuple(sorted(words("handover.with_roles"), key=len, reverse=True))
_NUMBER = re.compile(r"[0-9]{1,4}")
_LONGEST = 40
"""No spelling of a word has more characters."""


def read_handover(line: Line) -> ShowHandovers | GiveHandover | TakeHandover:
    if not line.rest:
        return ShowHandovers()
    if (taken := _taken(line.rest)) is not None:
        return taken
    who, after = line.first(Argument.PERSON)
    if fold(who) in _TO:
        who, after = after.first(Argument.PERSON)
    with_roles, text = _roles(after.rest)
    return GiveHandover(who=who.rstrip(",:;"), with_roles=with_roles, text=text)


def _taken(text: str) -> TakeHandover | None:
    """Return that a handover is acknowledged, with its number before or behind the word; None when it is not said."""
    plain = fold(text).rstrip(" .!").split() if len(text) <= _LONGEST else []
    numbers = [int(one) for one in plain if _NUMBER.fullmatch(one)]
    said = " ".join(one for one in plain if not _NUMBER.fullmatch(one))
    if said not in _RECEIVED or len(numbers) > 1:
        return None
    return TakeHandover(number=numbers[0] if numbers else None)


def _roles(rest: str) -> tuple[bool, str]:
    """Return whether roles pass too, and what is added."""
    begin = fold(rest[:_LONGEST])
    for word in _WITH_ROLES:
        if begin == word or begin.startswith((f"{word} ", f"{word}:", f"{word},")):
            return True, " ".join(rest.split(" ")[len(word.split()) :]).lstrip(" ,:")
    return False, rest
