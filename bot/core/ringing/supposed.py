"""Clocks of the law that nobody started: until when they would run, counted from the first information.

A person decides from when a clock counts. Until one does, it is shown and rings as if it were from the first hour at
which anybody can have known; the hour that is confirmed then takes the place of that one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.clocks.lengths import due_time
from bot.core.clocks.rules import Clock, Filed, Rule, Running, Suspected
from bot.core.details import DISCOVERED, moment_of
from bot.core.facts import ClockStarted, NotDelivered, Rang
from bot.core.incident import Incident
from bot.core.names import RuleId


def suppose(incident: Incident, at: datetime) -> Incident:
    """Return *incident* with the clocks that are supposed to run since what happened at *at*.

    One that counts from another hour than before begins anew, like a correction: what lies behind does not ring.
    """
    waits = [clock.rule for clock in incident.clocks() if isinstance(clock.state, Suspected)]
    supposed = {rule.id: _as_it_would_run(incident, rule, at) for rule in waits if not rule.may_wait}
    if supposed == incident.supposed:
        return incident
    changed = replace(incident, supposed=supposed)
    return replace(changed, undelivered=tuple(fact for fact in incident.undelivered if not _is_over(changed, fact)))


def ringing_clocks(incident: Incident) -> tuple[Clock, ...]:
    """Return the clocks that ring: those that run, and those that are supposed to."""
    clocks = (replace(clock, state=incident.supposed.get(clock.rule.id, clock.state)) for clock in incident.clocks())
    return tuple(clock for clock in clocks if isinstance(clock.state, Running))


def ringing_clock(incident: Incident, rule: RuleId) -> Running | None:
    """Return the clock of *rule* as it runs, or is supposed to."""
    state = incident.clock_states.get(rule, incident.supposed.get(rule))
    return state if isinstance(state, Running) else None


def with_ringing(incident: Incident, rule: RuleId, state: Running) -> Incident:
    """Return *incident* with the clock of *rule*, which runs or is supposed to, as *state*."""
    if rule in incident.supposed:
        return replace(incident, supposed={**incident.supposed, rule: state})
    return replace(incident, clock_states={**incident.clock_states, rule: state})


def started_as_supposed(incident: Incident, fact: ClockStarted, started: Running) -> Running:
    """Keep what rang of a clock as it was supposed to run, if from the same hour: whoever started it answered that.

    One whose hour was proposed and is confirmed goes on as it ran: only who answers for it is another.
    """
    before, supposed = incident.clock_states.get(fact.rule), incident.supposed.get(fact.rule)
    if fact.confirms and isinstance(before, Running):
        return replace(before, by=fact.by, proposed=False)
    started = replace(started, proposed=fact.proposed)
    if supposed is None or supposed.aware != started.aware:
        return started
    return replace(started, rung=supposed.rung, rang_at=supposed.rang_at, acknowledged_rungs=len(supposed.rung))


def _as_it_would_run(incident: Incident, rule: Rule, at: datetime) -> Running:
    aware, known = _first_information(incident, rule), incident.supposed.get(rule.id)
    if known is not None and known.aware == aware:
        return known
    due = due_time(rule.length, aware, incident.zone, incident.closed_days)
    return Running(aware=aware, by=None, source="", recorded_at=at, due=due)


def _first_information(incident: Incident, rule: Rule) -> datetime:
    """Return the earliest hour: of the discovery, if it was given, or of the opening; or the filing that it follows."""
    before = incident.clock_states.get(rule.after) if rule.after else None
    if isinstance(before, Filed):
        return before.at
    discovered = moment_of(incident.answers, DISCOVERED)
    return min(incident.opened_at, discovered or incident.opened_at)


def _is_over(incident: Incident, fact: NotDelivered) -> bool:
    """Say whether what could not be said is of a clock that is not supposed to run any more, or until then."""
    reminder = fact.reminder
    if not isinstance(reminder, Rang) or reminder.rule in incident.clock_states:
        return False
    supposed = incident.supposed.get(reminder.rule)
    return supposed is None or not reminder.is_of(supposed)
