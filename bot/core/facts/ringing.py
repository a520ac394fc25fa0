"""What rang."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.facts.base import Happened
from bot.core.names import RuleId, StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Happened):
    """A reminder rang."""

    rule: RuleId
    rung: str
    due: datetime | None
    """None for a clock to which the law gives no figure."""
    late_by: timedelta
    """How late it rang; zero when on time."""
    level: int = 0
    """How wide its circle was: see `incident.circle`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsRang(Happened):
    """The time aimed at for these steps came, and they were open."""

    steps: tuple[StepId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRang(Happened):
    """A promised bulletin is near."""

    promised: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatRang(Happened):
    """A closed checklist is to be run again."""
