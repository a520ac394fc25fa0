"""What cannot be undone is asked for by one person and confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts.base import Deed
from bot.core.names import RuleId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Close the incident though legal clocks run."""

    summary: str
    rules: tuple[RuleId, ...]
    """Those that fall silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Remove somebody who can lead."""

    user: UserId


Irreversible = Closing | Removal


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationAsked(Deed):
    """Somebody asked for an act that needs a second person; nothing is done yet."""

    number: int
    """Counts from 1 within the incident."""
    act: Irreversible


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationGiven(Deed):
    """A second person confirmed; the facts of the act follow, in the name of who asked."""

    number: int
    asked_by: UserId
    act: Irreversible
