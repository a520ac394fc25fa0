"""The words of a step's definition list, in each language, and how a time target is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto

from bot.core.playbook import Language


class Label(Enum):
    """What a line of the definition list says."""

    WHO = auto()
    BY = auto()
    KEEP = auto()
    WHEN = auto()
    CLOCK = auto()
    MANDATORY = auto()
    SOURCE = auto()


LABELS: Mapping[Language, Mapping[str, Label]] = {
    Language.ENGLISH: {
        "Who": Label.WHO,
        "By": Label.BY,
        "Keep": Label.KEEP,
        "When": Label.WHEN,
        "Clock": Label.CLOCK,
        "Mandatory": Label.MANDATORY,
        "Source": Label.SOURCE,
    },
    Language.FRENCH: {
        "Qui": Label.WHO,
        "Pour": Label.BY,
        "Garder": Label.KEEP,
        "Quand": Label.WHEN,
        "Délai": Label.CLOCK,
        "Obligatoire": Label.MANDATORY,
        "Source": Label.SOURCE,
    },
}

_UNITS: Mapping[str, timedelta] = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "day": timedelta(days=1),
    "days": timedelta(days=1),
    "jour": timedelta(days=1),
    "jours": timedelta(days=1),
}
_TARGET = re.compile(r"(?P<number>[1-9][0-9]{0,3})\s(?P<unit>[a-z]+)\s*(;\s*\S.*)?")


def read_target(text: str) -> timedelta | None:
    """Return the duration *text* begins with, or None for a target in words (`before each reconnection`).

    Raises:
        ValueError: it begins with a figure that is no duration.
    """
    if not text[0].isdigit():
        return None
    found = _TARGET.fullmatch(text)
    unit = None if found is None else _UNITS.get(found["unit"])
    if found is None or unit is None:
        message = f"bad time target `{text}`; write `60 min`, `2 h` or `3 days`, then what you like after `;`"
        raise ValueError(message)
    return int(found["number"]) * unit
