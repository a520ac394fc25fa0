"""The risk to people: eight questions, a level and a reason for each, and the decision of a named person.

The questions are the factors of the EDPB (Guidelines 9/2022, section IV). Nothing computes a level from the answers.
Beside them stands a score that somebody may work out.
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


# --- a scored aid: ENISA's method of 2013, SE = DPC x EI + CB -----------------------------------------------------
# It shows a calculation with its inputs, and decides nothing: no clock hangs on it. Numbers are hundredths, 75 is 0.75.

SCORE_READ_ON = date(2026, 11, 28)
"""The day a copy of the paper's title and secondary sources on its numbers were read."""

CONTEXTS = (100, 200, 300, 400)
"""DPC, the context of the processing: simple, behavioural, financial, sensitive data, moved by the context."""
EASE = (25, 50, 75, 100)
"""EI, the ease of identification: negligible, limited, significant, maximum."""
LOSSES = (0, 25, 50)
"""What the loss of confidentiality, of integrity or of availability adds to CB, the circumstances."""
MALICE = (0, 50)
"""What malicious intent adds to CB."""


class Band(StrEnum):
    """What ENISA calls a range of scores."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very-high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What somebody put in."""

    context: int
    identification: int
    confidentiality: int
    integrity: int
    availability: int
    malice: int

    @property
    def circumstances(self) -> int:
        """CB: the sum of what was lost and of the intent."""
        return self.confidentiality + self.integrity + self.availability + self.malice

    @property
    def total(self) -> int:
        """SE: every product of a context and an ease is a whole number of hundredths."""
        return self.context * self.identification // 100 + self.circumstances

    @property
    def band(self) -> Band:
        """ENISA's name for the range that the total lies in."""
        if self.total < 200:
            return Band.LOW
        if self.total < 300:
            return Band.MEDIUM
        return Band.HIGH if self.total < 400 else Band.VERY_HIGH
