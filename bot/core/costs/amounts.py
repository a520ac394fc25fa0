"""What a cost is: an amount of money or hours, and its kind. Nothing here is ever a fraction of a computer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.people.roster import Role


class CostKind(StrEnum):
    """What a cost is for: the heads of loss that cyber policies name, and that DORA's rules on costs name too."""

    WORK = "work"
    """Hours of one's own people that nobody said more of."""
    RECONSTRUCTION = "reconstruction"
    EXPERTISE = "expertise"
    """Forensic experts, and whoever responds to the incident."""
    LEGAL = "legal"
    NOTIFICATION = "notification"
    """Telling authorities, persons, clients and the press."""
    EQUIPMENT = "equipment"
    """Machines, software, subscriptions, premises."""
    EXTRA = "extra"
    """What it costs more to go on working."""
    LOST_REVENUE = "lost-revenue"
    CLAIMS = "claims"
    """What clients and others are paid, and penalties of contracts."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of money."""

    units: int
    """In the smallest unit: cents."""
    digits: int
    """How many decimals its unit has, as it was known when the amount was given."""
    currency: str
    """ISO 4217."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Time that people worked."""

    minutes: int
    role: Role | None = None
    """Whose; None where nobody said."""


Amount = Money | Effort
MOST_UNITS = 10**15
"""What is more is a slip of the hand, and no number that every reader of JSON takes."""
MOST_MINUTES = 60 * 100_000
