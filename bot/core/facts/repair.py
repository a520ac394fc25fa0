"""What whoever coordinates mends in the rooms of organisations, from the parent's."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts.base import Deed, Happened
from bot.core.names import RuleId, UserId

# --- in the parent's stream ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmsMerged(Deed):
    """Two organisations of the list are one: the second is part of the first from now on."""

    number: int
    """Counts from 1 within the parent, among all that is mended."""
    into: str
    """The key of the first: see `CascadeRow`."""
    merged: str
    """The key of the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedBelow(Deed):
    """Somebody is taken out of the room of an organisation, and perhaps another one invited in their place."""

    number: int
    """As above."""
    key: str
    user: UserId
    new: UserId | None = None
    """Who takes their place, with their roles."""


# --- in a child's stream ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairDone(Happened):
    """What the parent mended under this number is done here; the facts after it say what it was."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmTookIn(Deed):
    """Another room of the same organisation is part of this one; the facts after it say what came of it here."""

    number: int
    organisation: str
    """What the other was called."""
    codename: str
    """Of the other room; empty where it was never made."""
    filed: tuple[RuleId, ...] = ()
    """Clocks that were filed there and are not filed here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmMoved(Deed):
    """This room goes on in another one of the same organisation."""

    number: int
    organisation: str
    codename: str
    """Of the room where it goes on."""
    waits: tuple[RuleId, ...] = ()
    """Clocks of the law for which this room stays open until its people are there."""


ParentRepair = FirmsMerged | RemovedBelow
RepairFact = ParentRepair | RepairDone | FirmTookIn | FirmMoved
