"""What people ask for about costs and outages, in an incident room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.costs.amounts import Amount, CostKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCosts:
    """Show the sums and the latest costs, or one with all that was said of it."""

    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCosts:
    """Hand all costs out as a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCost:
    """Note a cost."""

    amount: Amount
    kind: CostKind
    text: str = ""
    evidence: tuple[int, ...] = ()
    estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectCost:
    """Say a cost anew: what is left out stays."""

    number: int
    amount: Amount | None = None
    estimated: bool = False
    """Of the new amount; without one it stays too."""
    kind: CostKind | None = None
    text: str = ""
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCost:
    """Take a cost out of the sums."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOutages:
    """Show all outages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOutage:
    """Note that a system is, or was, out of reach."""

    system: str
    begin: datetime | None = None
    """None: now."""
    end: datetime | None = None
    """None: it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOutage:
    """Say when an outage ended."""

    number: int
    end: datetime | None = None
    """None: now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimeOutage:
    """Say anew when an outage began and, if it has, ended."""

    number: int
    begin: datetime
    end: datetime | None = None
    """None: as it was said before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOutage:
    """Take an outage out of what counts."""

    number: int
    reason: str
