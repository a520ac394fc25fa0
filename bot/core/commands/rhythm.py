"""What people ask of the rhythm of an incident, in its room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePoint:
    """Say where things stand."""

    text: str = ""
    """Empty: nothing is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCadence:
    """Choose after how long a situation point follows the one before."""

    every: timedelta | None
    """None: none rings any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHandovers:
    """Show who is on since when, and which handovers wait to be acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveHandover:
    """Hand over to somebody of the roster (as typed)."""

    who: str
    with_roles: bool = False
    """The giver's roles pass too, beside their steps."""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHandover:
    """Acknowledge a handover."""

    number: int | None = None
    """None: the one that waits for whoever says so."""
