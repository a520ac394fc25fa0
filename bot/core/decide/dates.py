"""Deciding on the firm's calendar of taxes and payroll: which of its dates run in an incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.clocks.dates import Recurring, upcoming
from bot.core.clocks.rules import Rule, Running
from bot.core.commands import AddDates
from bot.core.errors import IncidentClosed, RuleError
from bot.core.facts import DatesAdded
from bot.core.incident import Incident, Status
from bot.core.names import RuleId, UserId, meant


@dataclass(eq=False)
class NoDates(RuleError):
    """The firm's calendar has no date to come that does not run, or there is no calendar."""


@dataclass(eq=False)
class UnknownDate(RuleError):
    """No date to come of the firm's calendar is called so."""

    name: str
    known: tuple[RuleId, ...]


def to_add(incident: Incident, calendar: Iterable[Recurring], now: datetime) -> tuple[Rule, ...]:
    """Return the clocks of the dates to come that *incident* has not. Raises NoDates when there are none."""
    found = tuple(rule for rule in upcoming(calendar, incident.zone, now) if _is_new(incident, rule))
    if not found:
        raise NoDates
    return found


def add_dates(
    incident: Incident, command: AddDates, calendar: Iterable[Recurring], by: UserId, now: datetime
) -> DatesAdded:
    """Let the dates that were named run, or all that are near. Raises RuleError."""
    if incident.status is Status.CLOSED:
        raise IncidentClosed
    near = to_add(incident, calendar, now)
    if not command.dates:
        return DatesAdded(at=now, by=by, dates=near)
    by_id = {rule.id: rule for rule in near}
    known = [(rule.id, rule.called) for rule in near]
    wanted = {typed: meant(typed, known) for typed in command.dates}
    for typed, id in wanted.items():
        if id is None:
            raise UnknownDate(typed, tuple(by_id))
    return DatesAdded(at=now, by=by, dates=tuple(rule for id, rule in by_id.items() if id in wanted.values()))


def _is_new(incident: Incident, rule: Rule) -> bool:
    """Say whether *incident* has no clock of that date; one of the year before that is over makes room."""
    known = incident.rules.get(rule.id)
    runs = isinstance(incident.clock_states.get(rule.id), Running)
    return known is None or (known.regime == rule.regime and known.length != rule.length and not runs)
