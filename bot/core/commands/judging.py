"""What people ask for about decisions, and about what was known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDecisions:
    """Show all decisions, or one of them in full."""

    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDecision:
    """Keep a decision."""

    text: str
    options: tuple[str, ...] = ()
    reason: str = ""
    review_at: datetime | None = None
    known: int = 0
    """The number of the last fact before it: nobody types it, whoever has the facts says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendDecision:
    """Say more of a decision: what is left out stays."""

    number: int
    reason: str = ""
    options: tuple[str, ...] = ()
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecision:
    """Say what came of looking at a decision again."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowKnown:
    """Show what the room knew at an hour."""

    at: datetime
