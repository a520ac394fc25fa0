"""From the text of a message to what it asks. Pure, and total: no text makes it raise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.commands.line import Line
from bot.commands.names import NO_NAMES, Names
from bot.commands.reasons import BadArgumentError, Reason, Why
from bot.commands.table import OPEN_ROW, ROWS, Place, Row
from bot.core.commands import Choose, Command
from bot.core.language import Language, fold
from bot.sentences import languages

MOST_BYTES = 48_000
"""The longest message that is read, in UTF-8."""
_LONGEST_WORD = 40
"""No command has a longer word, and nobody mistypes one by more."""

_DIRECTION_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# All but tab and newline; lone surrogates too, which no store can keep.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
_DIRECTION_MARK = re.compile(f"[{_DIRECTION_MARKS}]")
_CONTROL = re.compile(rf"(?!\r\n)[{_CONTROLS}]")  # some clients end a line with both
_UNSEEN = re.compile(f"[{_DIRECTION_MARKS}{_CONTROLS}]")
_UNSEEN_START = re.compile(rf"[\s{_DIRECTION_MARKS}{_CONTROLS}]*")
_COMMAND = re.compile(rf"!(?P<word>(?:{_UNSEEN.pattern})*\w\S*)\s*")
_SPACED = re.compile(r"!\s+(?P<word>\w+)\s*")
"""Who types a space after the mark means a command all the same, if it is one's word."""
_NUMBER = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A command is called; what stands after its word is not read yet."""

    row: Row
    body: str
    rest: str
    """What stands after the word."""
    number: int | None = None
    """A bare number, typed without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCommand:
    """A command, and the row it belongs to."""

    row: Row
    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class NotACommand:
    """Ordinary talk: nothing to do and nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownWord:
    """It begins like a command, but no row has this word."""

    word: str
    nearest: Row | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageError:
    """The command is known, but what was typed with it cannot be taken."""

    row: Row
    reason: Reason


Parsed = ParsedCommand | NotACommand | UnknownWord | UsageError


def recognise(body: str, *, language: Language) -> Called | NotACommand | UnknownWord:
    """Say which command *body* calls, by its word alone: it costs the same whatever stands after it.

    Words of all languages work everywhere; *language* only decides which one is guessed first for a misspelt word.
    """
    text = seen(body)
    if _NUMBER.fullmatch(text):
        return Called(row=OPEN_ROW, body=body, rest="", number=int(text))
    match = _COMMAND.match(text)
    if match is None and (spaced := _SPACED.match(text)) is not None and find_row(spaced["word"]) is not None:
        match = spaced
    if match is None:
        return NotACommand()
    word = _UNSEEN.sub("", match["word"])
    row = find_row(word)
    if row is None:
        return UnknownWord(word=word, nearest=_nearest_row(word, language))
    return Called(row=row, body=body, rest=text[match.end() :])


def addressed(body: str, names: Iterable[str]) -> tuple[str, bool]:
    """Return what *body* says after one of our *names* at its start, and whether it begins like a word to us.

    `cellule !next` is one, and so are `cellule: hello` and `@cellule hello`; *cellule de crise* is talk.
    """
    text = seen(body)
    name = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    found = re.match(rf"(?i)@?(?:{name})(?:(?:\s*[:,])?\s*(?=!)|[:,]\s*)|@(?:{name})(?!\w)\s*", text)
    return (text[found.end() :], True) if found else (body, False)


def without_mark(text: str) -> Row | None:
    """Return the row of the command that *text* begins with, typed without its mark."""
    words = text.split(maxsplit=1)
    return find_row(words[0].strip(":,.!?")) if words else None


def read(
    called: Called, *, place: Place, now: datetime, zone: ZoneInfo, names: Names = NO_NAMES
) -> ParsedCommand | UsageError:
    """Read what stands after the word, in a room of kind *place* where *names* stand for ids."""
    row = called.row
    if called.number is not None:
        return ParsedCommand(row=row, command=Choose(number=called.number))
    reason = _refused_place(row, place) or _refused_text(called)
    if reason is not None:
        return UsageError(row=row, reason=reason)
    return _read(row, Line(rest=called.rest, now=now, zone=zone, names=names))


def parse(
    body: str, *, place: Place, now: datetime, zone: ZoneInfo, language: Language, names: Names = NO_NAMES
) -> Parsed:
    """Say what *body* asks in a room of kind *place*: recognise its word, and read the rest at once."""
    called = recognise(body, language=language)
    return read(called, place=place, now=now, zone=zone, names=names) if isinstance(called, Called) else called


def find_row(word: str) -> Row | None:
    """Return the row that *word* names, whatever its case and accents; None when none has it."""
    if len(word) > _LONGEST_WORD:
        return None
    plain = unicodedata.normalize("NFC", word).casefold()
    return _ROWS.get(plain) or _ROWS_WITHOUT_ACCENTS.get(fold(plain))


def _nearest_row(word: str, language: Language) -> Row | None:
    typed = fold(word[:_LONGEST_WORD])
    for first in (language, *languages()):
        words = {fold(known): row for row in ROWS for known in row.words[first]}
        near = _swapped(typed, words) or get_close_matches(typed, words, n=1)
        if near:
            return words[near[0]]
    return None


def _swapped(typed: str, words: Iterable[str]) -> list[str]:
    """Return the words that *typed* is but for the order of its letters: `doen` is nearer to `done` than to `open`."""
    return [word for word in words if sorted(word) == sorted(typed)]


def _read(row: Row, line: Line) -> ParsedCommand | UsageError:
    try:
        return ParsedCommand(row=row, command=row.parse(line))
    except BadArgumentError as bad:
        return UsageError(row=row, reason=bad.reason)


def _refused_text(called: Called) -> Reason | None:
    if len(called.body.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return Reason(why=Why.TOO_LONG, details={"limit": str(MOST_BYTES)})
    if len(called.rest) > called.row.longest:
        return Reason(why=Why.ARGUMENTS_TOO_LONG, details={"limit": str(called.row.longest)})
    for pattern, why in ((_DIRECTION_MARK, Why.DIRECTION_MARK), (_CONTROL, Why.CONTROL_CHARACTER)):
        if found := pattern.search(called.body):
            return Reason(why=why, details={"code": f"U+{ord(found.group()):04X}"})
    return None


def _refused_place(row: Row, place: Place) -> Reason | None:
    if place in row.rooms:
        return None
    where = {Place.INCIDENT: Why.WRONG_ROOM, Place.CONTROL: Why.NOT_CONTROL, Place.DIRECT: Why.NOT_DIRECT}
    return Reason(why=next(why for room, why in where.items() if room in row.rooms), details={})


def seen(body: str) -> str:
    """Return *body* from the first character that is shown, outer whitespace trimmed."""
    match = _UNSEEN_START.match(body)
    return body[match.end() if match else 0 :].strip()


# `résumé` asks for the brief and `resume` resumes: what a word says with its accents goes first.
_ROWS = {word: row for row in ROWS for words in row.words.values() for word in words}
_ROWS_WITHOUT_ACCENTS = {
    fold(word): row for word, row in sorted(_ROWS.items(), key=lambda known: fold(known[0]) != known[0])
}
