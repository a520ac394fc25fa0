"""Refusals about decisions and how sure an answer is; see `bot.core.errors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import RuleError
from bot.core.names import RuleId


@dataclass(eq=False)
class UnknownDecision(RuleError):
    """No decision has that number here."""

    number: int


@dataclass(eq=False)
class NothingToRuleOut(RuleError):
    """A yes that is ruled out is a no: it is answered, and so is what is unknown."""

    question: str
    value: str


@dataclass(eq=False)
class DutyOnSupposition(RuleError):
    """A duty of the law does not leave with what is not established."""

    question: str
    rules: tuple[RuleId, ...]


@dataclass(eq=False)
class BeforeTheOpening(RuleError):
    """Nothing was known here yet at that hour."""

    given: datetime
    opened: datetime
