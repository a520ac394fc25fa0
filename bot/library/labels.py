"""The words of a step's definition list, in each language, and how a time target is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum, auto

from bot.core.language import Language
from bot.sentences import languages
from bot.sentences.po import sentences


class Label(StrEnum):
    """What a line of the definition list says."""

    WHO = auto()
    BY = auto()
    AGAIN = auto()
    KEEP = auto()
    WHEN = auto()
    CLOCK = auto()
    MANDATORY = auto()
    SOURCE = auto()


LABELS: Mapping[Language, Mapping[str, Label]] = {
    language: {sentences(language)[f"label.{label.value}"]: label for label in Label} for language in languages()
}
_LENGTHS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_UNITS: Mapping[str, timedelta] = {
    word.strip(): length
    for name, length in _LENGTHS.items()
    for language in languages()
    for word in sentences(language)[f"unit.{name}"].split(",")
}
_LENGTH = re.compile(r"(?P<number>[1-9][0-9]{0,3})\s(?P<unit>[a-z]+)")


def read_target(text: str) -> timedelta | None:
    """Return the duration *text* begins with, or None for a target in words (`before each reconnection`).

    Raises:
        ValueError: it begins with a figure that is no duration.
    """
    if not text[0].isdigit():
        return None
    length = read_length(text.partition(";")[0].rstrip())
    if length is None:
        message = f"bad time target `{text}`; write `60 min`, `2 h` or `3 days`, then what you like after `;`"
        raise ValueError(message)
    return length


def read_length(text: str) -> timedelta | None:
    """Return the duration that *text* is, or None where it is none."""
    found = _LENGTH.fullmatch(text)
    unit = None if found is None else _UNITS.get(found["unit"])
    return None if found is None or unit is None else int(found["number"]) * unit
