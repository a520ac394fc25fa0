"""Why a line could not be read as its command: a closed set, so that every reason has its sentence in `bot.voice`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """What is wrong with what was typed. Beside each: the details its sentence needs."""

    TOO_LONG = "too-long"
    """`limit`: bytes a message may have."""
    ARGUMENTS_TOO_LONG = "arguments-too-long"
    """`limit`: characters that may follow the word of this command."""
    TOO_MANY_LINES = "too-many-lines"
    """`limit`: how many facts are taken at once."""
    CONTROL_CHARACTER = "control-character"
    """`code`: the code point, `U+0007`."""
    DIRECTION_MARK = "direction-mark"
    """`code`: an invisible character that changes the order in which text is shown."""
    MISSING = "missing"
    """`argument`: the `Argument` that is not there."""
    TOO_MUCH = "too-much"
    """`given`: words after a command that takes none."""
    WRONG_ROOM = "wrong-room"
    """It belongs in an incident's room."""
    NOT_DIRECT = "not-direct"
    """It belongs in a direct room, where nobody else reads."""
    NOT_CONTROL = "not-control"
    """It belongs in the control room."""
    UNKNOWN_OPTION = "unknown-option"
    """`given`: the option as typed."""
    UNKNOWN_SEVERITY = "unknown-severity"
    UNKNOWN_LANGUAGE = "unknown-language"
    UNKNOWN_ROLE = "unknown-role"
    UNKNOWN_FACTOR = "unknown-factor"
    UNKNOWN_LEVEL = "unknown-level"
    NOT_ONE_OF = "not-one-of"
    """`given`, `accepted`: the words this command takes there; or `words`: their keys among the typed ones."""
    NOT_A_COUNT = "not-a-count"
    """`given`, `limit`: the largest count."""
    NOT_A_SPAN = "not-a-span"
    NOT_AN_AMOUNT = "not-an-amount"
    AMOUNT_WITHOUT_UNIT = "amount-without-unit"
    """`given`: the figures as typed."""
    NEGATIVE_AMOUNT = "negative-amount"
    UNKNOWN_CURRENCY = "unknown-currency"
    """`given`: what stands in its place."""
    NOT_A_TIME = "not-a-time"
    """`given`, `example`: a time written so that it is understood."""
    NOT_A_DAY = "not-a-day"
    """`given`, `example`: a day written so that it is understood."""
    TIME_WITHOUT_HOUR = "time-without-hour"
    """`given`, `example`."""
    AMBIGUOUS_HOUR = "ambiguous-hour"
    """`given`, `clock`, `ago`: `02:00` and `-2h`."""
    AMBIGUOUS_DATE = "ambiguous-date"
    """`given`, `first`, `second`: the two readings."""
    TIME_SKIPPED = "time-skipped"
    """`given`, `first`, `second`: civil clocks jumped over it; the readings on either side."""
    TIME_TWICE = "time-twice"
    """`given`, `first`, `second`: civil clocks showed it twice; both with their offset."""


class Argument(StrEnum):
    """What can be missing."""

    TITLE = "title"
    STEP = "step"
    REASON = "reason"
    PERSON = "person"
    ROLE = "role"
    QUESTION = "question"
    VALUE = "value"
    RULE = "rule"
    REFERENCE = "reference"
    SPAN = "span"
    TEXT = "text"
    SEVERITY = "severity"
    OPTION = "option"
    WHEN = "when"
    NAME = "name"
    LEVEL = "level"
    CODE = "code"
    TEST_CODE = "test-code"
    CLIENT = "client"
    CHANNEL = "channel"
    ORGANISATION = "organisation"
    ORGANISATIONS = "organisations"
    FIRM = "firm"
    NUMBER = "number"
    SOURCE = "source"
    AMOUNT = "amount"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What is wrong, with the details its sentence needs."""

    why: Why
    details: Mapping[str, str]


class BadArgumentError(Exception):
    """Raised by readers inside this package; `parse` turns it into a value."""

    def __init__(self, why: Why, **details: str) -> None:
        super().__init__(why)
        self.reason = Reason(why=why, details=details)


def missing(argument: Argument) -> BadArgumentError:
    """Return the error for an argument that is not there."""
    return BadArgumentError(Why.MISSING, argument=argument)
