"""The incident as a whole: severity, closing, resuming."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts.base import Deed
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
