"""The record: when it was sealed, who witnessed that, and the legal hold that keeps it from being purged."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts.base import Deed, Happened
from bot.core.names import UserId


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
