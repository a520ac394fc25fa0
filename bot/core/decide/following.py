"""Deciding on a clock of the law that the playbook does not watch: its duty was found out during the incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from difflib import get_close_matches

from bot.core.clocks.rules import Rule, in_force
from bot.core.commands import FollowRule
from bot.core.conditions import ALWAYS
from bot.core.decide.absent import nearest_row
from bot.core.errors import ClockNameTaken, ClockWaits, IncidentClosed, RuleFollowedAlready, RuleNotInForce, UnknownRule
from bot.core.facts import RuleFollowed
from bot.core.incident import Incident, Status
from bot.core.names import RuleId, UserId

_MOST = 6
_LIKE = 0.4
"""How much of a name has to be the same, from 0 to 1."""


def follow(
    incident: Incident, command: FollowRule, catalogue: Iterable[Rule], by: UserId, now: datetime
) -> RuleFollowed:
    """Watch a rule of *catalogue* from now on, and those that start with its filing, or whose filing starts it.

    Raises:
        RuleError: it is unknown, not in force, or watched already; nothing happens.
    """
    if incident.status is Status.CLOSED:
        raise IncidentClosed
    every, today = tuple(catalogue), now.astimezone(incident.zone).date()
    rows = {**in_force(every, today), **incident.rules}
    rule = rows.get(command.rule)
    if rule is None:
        raise _why_not(command.rule, every, today)
    if rule.is_business:
        raise ClockNameTaken(rule.id)
    if any(clock.rule.id == rule.id for clock in incident.clocks()):
        raise RuleFollowedAlready(rule.id)
    always = {one.rule for one in incident.playbook.clocks if one.when == ALWAYS} & incident.rules.keys()
    if rule.id in always and rule.after is not None:
        raise ClockWaits(rule.id, rule.after)
    chained = tuple(row for row in _duty(rule, rows) if row.id not in always | {rule.id})
    return RuleFollowed(at=now, by=by, rule=rule, chained=chained)


def _duty(rule: Rule, rows: Mapping[RuleId, Rule]) -> tuple[Rule, ...]:
    """Return *rule* with all that the filings of one another start: a first alert without its report is half a duty."""
    found = {rule.id}
    while more := {row.id for row in rows.values() if row.id not in found and _is_linked(row, found, rows)}:
        found |= more
    return tuple(row for row in rows.values() if row.id in found)


def _is_linked(row: Rule, found: AbstractSet[RuleId], rows: Mapping[RuleId, Rule]) -> bool:
    return row.after in found or any(rows[id].after == row.id for id in found)


def _why_not(id: RuleId, catalogue: Iterable[Rule], today: date) -> UnknownRule | RuleNotInForce:
    nearest = nearest_row(id, catalogue, today)
    if nearest is not None:
        state, rule = nearest
        return RuleNotInForce(id, state, rule.why_off, rule.source, rule.read_on)
    known = tuple(in_force(catalogue, today))
    return UnknownRule(id, tuple(map(RuleId, get_close_matches(id, known, _MOST, _LIKE))) or known)
