"""The incident as a whole: severity, closing, resuming, and its record: sealed, witnessed, held, purged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.facts.base import Deed, Happened
from bot.core.facts.opening import Severity
from bot.core.names import UserId


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointPosted(Happened):
    """A checkpoint of the record stood in the room."""

    number: int
    """Counts from 1 within the incident."""
    size: int
    """How many entries it is over: the first ones of the record."""
    line: str
    """What was signed, with the key and the signature: see `bot.core.record.checkpoint`."""
    stamp: bytes | None = None
    """What a time-stamp authority answered (RFC 3161), if one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointWitnessed(Deed):
    """Somebody said that they saw a checkpoint, and keep it."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Deed):
    """The record is kept whole, closed or not, until two lift that."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted(Deed):
    """The record may be purged again, as any other."""

    confirmed_by: UserId


RecordFact = CheckpointPosted | CheckpointWitnessed | Held | HoldLifted

LifecycleFact = SeveritySet | Closed | Resumed | Purged | Relocated | RecordFact
