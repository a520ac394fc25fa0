"""The risk to people: eight questions, a level and a reason for each, and the decision of a named person.

The questions are the factors of the EDPB (Guidelines 9/2022, section IV). Nothing computes a level from the answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.core.names import UserId

READ_ON = date(2026, 11, 24)
"""The day the guidelines, and what the CNIL says on its site, were read; both in a secondary source."""


class RiskLevel(StrEnum):
    """How likely the breach harms people."""

    NONE = "none"
    """A risk is unlikely: the one level of article 33(1) at which the authority need not be told."""
    RISK = "risk"
    HIGH = "high"
    """A high risk is likely: article 34, the people themselves."""
    UNKNOWN = "unknown"


class RiskFactor(StrEnum):
    """What to weigh."""

    BREACH = "breach"
    """Its type: confidentiality, integrity, availability."""
    DATA = "data"
    """Nature, sensitivity and volume."""
    IDENTITY = "identity"
    """How easily people are identified."""
    CONSEQUENCES = "consequences"
    """How severe they are for people."""
    PEOPLE = "people"
    """Whether they are vulnerable: children, patients."""
    ORGANISATION = "organisation"
    """What is special about the controller: health, payroll, finance."""
    NUMBER = "number"
    """How many people."""
    GENERAL = "general"
    """Severity and likelihood taken together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A level with its reason, and who gave it."""

    level: RiskLevel
    reason: str
    by: UserId
    at: datetime
    confirmed_by: UserId | None = None
    """The second person of a decision that needs one."""
