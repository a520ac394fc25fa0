"""Readers of `!finding` and `!lessons`: the text alone is enough; owner and day may stand behind it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.commands.lessons.days import read_day_to_come
from bot.commands.line import Line
from bot.commands.reasons import Argument, missing
from bot.commands.words import any_of, words
from bot.core import commands
from bot.core.language import fold
from bot.sentences import languages
from bot.sentences.po import said

FindingCommand = (
    commands.ShowFindings | commands.NoteFinding | commands.GiveFinding | commands.FinishFinding | commands.DropFinding
)
_DONE, _DROPPED, _TO = words("finding.done"), words("finding.dropped"), words("finding.to")
_NUMBER = re.compile(r"(?:n°\s?|#)?(?P<number>[0-9]{1,4})(?:[.:]|(?=\s)|$)")
_LONGEST_DAY = 60
"""No day is written in more characters."""
_LONGEST_ID = 300
_OWNER = re.compile(r"(?:^|[\s,;])(?P<owner>@[^\s,;]*[^\s,;.]|https://matrix\.to/#/[^\s,;]*[^\s,;.])[\s,;.]*$")


def _by() -> re.Pattern[str]:
    typed = {word for language in languages() for word in said("typed.finding.by", language)}
    either = any_of(typed).replace("'", "['’]").replace(r"\ ", r"\s+")
    return re.compile(rf"(?:^|[\s,;|(]+)(?:{either})\s*:?\s+(?=\S)", re.IGNORECASE)


_BY = _by()


def read_lessons(line: Line) -> commands.MakeLessons:
    """Read `!lessons`, which takes nothing."""
    line.nothing()
    return commands.MakeLessons()


def read_finding(line: Line) -> FindingCommand:
    """Read a finding, more about one that has a number, or that they are to be shown."""
    if not line.rest:
        return commands.ShowFindings()
    found = _NUMBER.match(line.rest)
    if found is not None:
        of_one = _of_one(int(found["number"]), replace(line, rest=line.rest[found.end() :].strip()))
        if of_one is not None:
            return of_one
    text, owner, day = _parts(line)
    if not text:
        raise missing(Argument.TEXT)
    return commands.NoteFinding(text=text, owner=owner, day=day)


def _of_one(number: int, line: Line) -> FindingCommand | None:
    if not line.rest:
        return commands.ShowFindings(number=number)
    word, after = line.first(Argument.TEXT)
    if fold(word.rstrip(":,.")) in _DONE:
        return commands.FinishFinding(number=number, text=after.rest)
    if fold(word.rstrip(":,")) in _DROPPED:
        return commands.DropFinding(number=number, reason=after.whole(Argument.REASON))
    text, owner, day = _parts(line)
    first, _, rest = text.partition(" ")
    left = rest.strip() if fold(first) in _TO else text
    if " " in left or (left and owner):
        return None  # nobody is called that: it is a text that begins with a figure
    return commands.GiveFinding(number=number, owner=owner or left, day=day)


def _parts(line: Line) -> tuple[str, str, date | None]:
    """Take owner and day off the end of a text, in whichever order they stand."""
    text, owner = _without_owner(line.rest)
    text, day = _without_day(text, line)
    if not owner and day is not None:
        text, owner = _without_owner(text)
    return text.strip(" ,;|").strip(), owner, day


def _without_owner(text: str) -> tuple[str, str]:
    tail = max(0, len(text) - _LONGEST_ID)
    found = _OWNER.search(text, tail)
    return (text, "") if found is None else (text[: found.start()], found["owner"])


def _without_day(text: str, line: Line) -> tuple[str, date | None]:
    """Take `by DAY` off the end: the last such word behind which a day stands."""
    for found in reversed(list(_BY.finditer(text, max(0, len(text) - _LONGEST_DAY)))):
        day = read_day_to_come(text[found.end() :].strip(" ,;|)"), line)
        if day is not None:
            return text[: found.start()], day
    return text, None
