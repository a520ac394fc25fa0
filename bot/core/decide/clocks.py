"""Deciding on legal clocks: start, stop, set aside, acknowledge, snooze, ring."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.alarms import Ring, alarms
from bot.core.clocks import Clock, Filed, Running, legal_time
from bot.core.commands import File, SetAware, Snooze, Waive
from bot.core.errors import (
    ClockAlreadyFiled,
    ClockNotRunning,
    CorrectionNeedsReason,
    FiledBeforeAware,
    NothingToAcknowledge,
    SnoozePastDue,
    TimeInFuture,
    UnknownClock,
)
from bot.core.facts import Acknowledged, ClockFiled, ClockSetAside, ClockStarted, Rang, Snoozed
from bot.core.incident import Incident
from bot.core.names import RuleId, UserId

ON_TIME = timedelta(seconds=60)
"""A reminder that rings within this of its time is not called late."""
ON_TIME_IN_DRILL = timedelta(seconds=2)


def start(incident: Incident, command: SetAware, by: UserId, now: datetime) -> tuple[ClockStarted, ...]:
    """Start a clock at a confirmed awareness time, or correct it when a source says why."""
    clock = find_clock(incident, command.rule)
    aware = _past(command.when, now)
    match clock.state:
        case Filed(reference=reference):
            raise ClockAlreadyFiled(command.rule, reference)
        case Running(aware=known) if not command.source:
            raise CorrectionNeedsReason(command.rule, known)
        case _:
            return (ClockStarted(at=now, rule=command.rule, aware=aware, by=by, source=command.source),)


def file(incident: Incident, command: File, by: UserId, now: datetime) -> tuple[ClockFiled | ClockStarted, ...]:
    """Stop a clock with the reference of its filing, and start those that chain from it."""
    clock = find_clock(incident, command.rule)
    filed_at = _past(command.when, now)
    if isinstance(clock.state, Filed):
        raise ClockAlreadyFiled(command.rule, clock.state.reference)
    if isinstance(clock.state, Running) and filed_at < clock.state.aware:
        raise FiledBeforeAware(command.rule, clock.state.aware)
    filed = ClockFiled(at=now, by=by, rule=command.rule, reference=command.reference, filed_at=filed_at)
    return (filed, *_chained(incident, command.rule, filed_at, now))


def set_aside(incident: Incident, command: Waive, by: UserId, now: datetime) -> ClockSetAside:
    """Record a person's decision that a clock does not apply, with the reason."""
    clock = find_clock(incident, command.rule)
    if isinstance(clock.state, Filed):
        raise ClockAlreadyFiled(command.rule, clock.state.reference)
    return ClockSetAside(at=now, by=by, rule=command.rule, reason=command.reason)


def acknowledge(incident: Incident, by: UserId, now: datetime) -> Acknowledged:
    """Record that the reminders which rang were seen; an overdue clock then rests until it is filed."""
    rules = tuple(clock.rule.id for clock in incident.clocks() if _waits_for_acknowledgement(clock.state))
    if not rules:
        raise NothingToAcknowledge
    return Acknowledged(at=now, by=by, rules=rules)


def snooze(incident: Incident, command: Snooze, by: UserId, now: datetime) -> Snoozed:
    """Let a running clock's reminders rest, never past its due time."""
    state = find_clock(incident, command.rule).state
    if not isinstance(state, Running) or state.due is None:
        raise ClockNotRunning(command.rule)
    legal_now = legal_time(state, incident.pace, now)
    if command.span >= state.due - legal_now:
        raise SnoozePastDue(command.rule, state.due)
    return Snoozed(at=now, by=by, rule=command.rule, until=legal_now + command.span)


def ring(incident: Incident, now: datetime) -> tuple[Rang, ...]:
    """Return a fact for every reminder whose time has come, oldest first."""
    return tuple(
        Rang(at=now, rule=alarm.rule, rung=alarm.rung, due=alarm.due, late_by=_lateness(incident, alarm, now))
        for alarm in alarms(incident, now)
        if isinstance(alarm, Ring) and alarm.at <= now
    )


def find_clock(incident: Incident, rule: RuleId) -> Clock:
    """Return the clock of *rule*, or raise UnknownClock with those of the incident."""
    clock = incident.clock(rule)
    if clock is None:
        raise UnknownClock(rule, tuple(clock.rule.id for clock in incident.clocks()))
    return clock


def _past(when: datetime | None, now: datetime) -> datetime:
    if when is not None and when > now:
        raise TimeInFuture(when, now)
    return when or now


def _chained(incident: Incident, rule: RuleId, filed_at: datetime, now: datetime) -> tuple[ClockStarted, ...]:
    watched = {watched.rule for watched in incident.playbook.clocks}
    return tuple(
        ClockStarted(at=now, rule=other.id, aware=filed_at, by=None, source=rule)
        for other in incident.rules.values()
        if other.after == rule and other.id in watched and other.id not in incident.clock_states
    )


def _waits_for_acknowledgement(state: object) -> bool:
    return isinstance(state, Running) and bool(state.rung) and state.acknowledged_rungs < len(state.rung)


def _lateness(incident: Incident, alarm: Ring, now: datetime) -> timedelta:
    late = now - alarm.at
    tolerated = ON_TIME_IN_DRILL if incident.drill else ON_TIME
    return late if late > tolerated else timedelta(0)
