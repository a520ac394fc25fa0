"""What people ask of the record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRecord:
    """Make a checkpoint of the record now, and post it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReport:
    """Hand the whole record out, as pages that people read and programs check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessCheckpoint:
    """Say that one saw the checkpoint of that number, and keeps it."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Keep the record whole until two lift that."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold:
    """Let the record be purged again, as any other."""
