"""Why an incident does not have a clock that people asked for by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.core.clocks.rules import Rule, Standing, standing
from bot.core.errors import ClockNotWatched, ClockWaits, RuleError, UnknownClock
from bot.core.incident import Incident
from bot.core.names import RuleId

_NEAREST = (Standing.IN_FORCE, Standing.OFF, Standing.FUTURE, Standing.PENDING, Standing.ENDED)
"""Which of several rows of one id says most about it."""


def why_absent(unknown: UnknownClock, incident: Incident, catalogue: Iterable[Rule]) -> RuleError:
    """Return a refusal that says why, where *catalogue* or the incident knows the clock; else *unknown* itself."""
    waiting = incident.rules.get(unknown.rule)
    if waiting is not None and waiting.after is not None:
        return ClockWaits(waiting.id, waiting.after)
    day = incident.opened_at.astimezone(incident.zone).date()
    nearest = nearest_row(unknown.rule, catalogue, day)
    if nearest is None:
        return unknown
    state, rule = nearest
    return ClockNotWatched(rule.id, state, rule.why_off)


def nearest_row(id: RuleId, catalogue: Iterable[Rule], day: date) -> tuple[Standing, Rule] | None:
    """Return the row of *id* that says most about it, and how it stands on *day*; None when there is none."""
    rows = [(standing(rule, day), rule) for rule in catalogue if rule.id == id]
    return min(rows, key=lambda row: _NEAREST.index(row[0]), default=None)
