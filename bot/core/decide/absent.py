"""Why an incident does not have a clock that people asked for by name."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.clocks.rules import Rule, Standing, standing
from bot.core.errors import ClockNotWatched, ClockWaits, RuleError, UnknownClock
from bot.core.incident import Incident

NEAREST = (Standing.IN_FORCE, Standing.OFF, Standing.FUTURE, Standing.PENDING, Standing.ENDED)
"""Which of several rows of one id says most about it."""


def why_absent(unknown: UnknownClock, incident: Incident, catalogue: Iterable[Rule]) -> RuleError:
    """Return a refusal that says why, where *catalogue* or the incident knows the clock; else *unknown* itself."""
    waiting = incident.rules.get(unknown.rule)
    if waiting is not None and waiting.after is not None:
        return ClockWaits(waiting.id, waiting.after)
    day = incident.opened_at.astimezone(incident.zone).date()
    rows = [(standing(rule, day), rule) for rule in catalogue if rule.id == unknown.rule]
    if not rows:
        return unknown
    state, rule = min(rows, key=lambda row: NEAREST.index(row[0]))
    return ClockNotWatched(rule.id, state, rule.why_off)
