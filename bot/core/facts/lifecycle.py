"""The incident as a whole: severity, closing, resuming, its findings; its record: sealed, witnessed, held, purged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingNoted(Deed):
    """Somebody noted what is to be learnt or done."""

    number: int
    """Counts from 1 within the incident."""
    text: str
    """Exactly as typed; empty once the incident was purged."""
    owner: UserId | None
    """Who does something about it; None when nobody said."""
    day: date | None
    """By when, in the incident's zone: it rings then. None: it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGiven(Deed):
    """Somebody said who does something about a finding, or by when. What is None stays as it was."""

    number: int
    owner: UserId | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDone(Deed):
    """Something was done about a finding."""

    number: int
    text: str
    """What; it may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDropped(Deed):
    """Nothing will be done about a finding."""

    number: int
    reason: str


FindingFact = FindingNoted | FindingGiven | FindingDone | FindingDropped
RecordFact = CheckpointPosted | CheckpointWitnessed | Held | HoldLifted

LifecycleFact = SeveritySet | Closed | Resumed | Purged | Relocated | FindingFact | RecordFact
