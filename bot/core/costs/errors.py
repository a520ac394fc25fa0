"""Refusals about costs and outages: see `bot.core.errors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import RuleError


@dataclass(eq=False)
class UnknownCost(RuleError):
    """No cost of the incident has that number; *last* is the highest, 0 where there is none."""

    number: int
    last: int


@dataclass(eq=False)
class CostGone(RuleError):
    """That cost was cancelled: it is noted anew."""

    number: int


@dataclass(eq=False)
class UnknownOutage(RuleError):
    """No outage of the incident has that number; *last* is the highest, 0 where there is none."""

    number: int
    last: int


@dataclass(eq=False)
class OutageGone(RuleError):
    """That outage was cancelled: it is noted anew."""

    number: int


@dataclass(eq=False)
class EndsBeforeItBegins(RuleError):
    """An outage cannot end before, or as, it begins."""

    given: datetime
    began: datetime
