"""Refusals about findings; see `bot.core.errors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.core.errors import RuleError


@dataclass(eq=False)
class UnknownFinding(RuleError):
    """No finding has that number here; *last* is the highest, 0 where there is none."""

    number: int
    last: int


@dataclass(eq=False)
class FindingEnded(RuleError):
    """It was done, or dropped, before."""

    number: int


@dataclass(eq=False)
class DayOver(RuleError):
    """The day by which it should be done lies behind."""

    day: date
    today: date
