"""The incident as a whole: severity, closing, resuming."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.facts.base import Deed, Happened
from bot.core.facts.opening import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveritySet(Deed):
    """The severity was changed."""

    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Deed):
    """The incident ended; the room stays silent until it is resumed."""

    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Deed):
    """A closed incident is open again."""


class PurgeCause(StrEnum):
    """Who wanted an incident purged."""

    OPERATOR = "operator"
    """Somebody at the console."""
    RETENTION = "retention"
    """The configuration, some time after the closing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged(Happened):
    """All that the register does not need was erased. What stands before this fact was chained anew."""

    cause: PurgeCause
    entries: int
    """How many facts there were."""
    head: str
    """The digest of the last of them, as timelines showed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocated(Happened):
    """Its homeserver is gone, and it goes on on another one, where nobody of its roster has an account."""


LifecycleFact = SeveritySet | Closed | Resumed | Purged | Relocated
