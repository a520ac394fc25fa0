"""Deciding on clocks: start, stop, set aside, acknowledge, snooze, add."""

from __future__ import annotations

from datetime import datetime

from bot.core import errors, facts
from bot.core.clocks.business import business_rule
from bot.core.clocks.lengths import EarlierOf
from bot.core.clocks.rules import Clock, Filed, Running, SetAside, legal_time
from bot.core.commands import Acknowledge, AddClock, Classify, File, SetAware, Snooze, Waive
from bot.core.decide.asking import ask
from bot.core.incident import Incident
from bot.core.names import RuleId, UserId, meant
from bot.core.organisations.errors import NothingProposed, NotTheirsToConfirm
from bot.core.people.naming import find_person
from bot.core.people.roster import Role
from bot.core.ringing.rungs import unanswered


def start(incident: Incident, command: SetAware, by: UserId, now: datetime) -> tuple[facts.ClockStarted, ...]:
    """Start a clock at a confirmed awareness time, or correct it when a source says why.

    A time that was only proposed is confirmed, or corrected without more words, by the organisation it is about.
    """
    clock = find_clock(incident, command.rule)
    if command.confirms:
        return (_confirmed(incident, clock, by, now),)
    aware = _past(command.when, now)
    if clock.rule.is_business:
        raise errors.ClockHasNoAwareness(command.rule)
    match clock.state:
        case Filed(reference=reference):
            raise errors.ClockAlreadyFiled(command.rule, reference)
        case Running(aware=known, proposed=waits) if not command.source and not (waits and _is_own(incident, by)):
            raise errors.CorrectionNeedsReason(command.rule, known)
        case Running(aware=known, proposed=True) if known == aware and _is_own(incident, by):
            return (_confirmed(incident, clock, by, now),)
        case Running(second=second) if second is not None and second < aware:
            raise errors.AwareAfterClassified(command.rule, second)
        case state:
            before = state if isinstance(state, Running) else None
            started = facts.ClockStarted(
                at=now,
                rule=command.rule,
                aware=aware,
                by=by,
                source=command.source,
                previous=before.aware if before else None,
                proposed=before is not None and before.proposed and not _is_own(incident, by),
            )
            return (started,)


def _confirmed(incident: Incident, clock: Clock, by: UserId, now: datetime) -> facts.ClockStarted:
    """Take the awareness time that was proposed: its own people alone can say since when an organisation knows."""
    rule, state = clock.rule.id, clock.state
    if not isinstance(state, Running) or not state.proposed:
        raise NothingProposed(rule)
    if not _is_own(incident, by):
        raise NotTheirsToConfirm(rule)
    source, aware = state.source, state.aware
    return facts.ClockStarted(at=now, rule=rule, aware=aware, by=by, source=source, previous=aware, confirms=True)


def _is_own(incident: Incident, user: UserId) -> bool:
    """Say whether *user* is of the organisation itself, and not of who had its room opened."""
    return incident.caller is None or user not in incident.caller.people


def file(
    incident: Incident, command: File, by: UserId, now: datetime
) -> tuple[facts.ClockFiled | facts.ClockStarted, ...]:
    """Stop a clock with the reference of its filing, and start those that chain from it."""
    clock = find_clock(incident, command.rule)
    filed_at = _past(command.when, now)
    if isinstance(clock.state, Filed):
        raise errors.ClockAlreadyFiled(command.rule, clock.state.reference)
    if isinstance(clock.state, Running) and filed_at < clock.state.aware:
        raise errors.FiledBeforeAware(command.rule, clock.state.aware)
    filed = facts.ClockFiled(at=now, by=by, rule=command.rule, reference=command.reference, filed_at=filed_at)
    return (filed, *_chained(incident, command.rule, filed_at, now))


def set_aside(
    incident: Incident, command: Waive, by: UserId, now: datetime
) -> facts.ClockSetAside | facts.ConfirmationAsked:
    """Record a person's decision that a clock does not apply, with the reason.

    For a clock of the law it takes two, one of whom decides for the organisation. Not in a drill.
    What a contract asks is the firm's own to weigh.
    """
    clock = find_clock(incident, command.rule)
    if isinstance(clock.state, Filed):
        raise errors.ClockAlreadyFiled(command.rule, clock.state.reference)
    if not (incident.drill or clock.rule.may_wait or clock.rule.is_contract):
        due, runs = (clock.state.due, True) if isinstance(clock.state, Running) else (None, False)
        waiving = facts.Waiving(rule=command.rule, reason=command.reason, due=due, runs=runs)
        return ask(incident, waiving, by, now)
    return facts.ClockSetAside(at=now, by=by, rule=command.rule, reason=command.reason)


def acknowledge(
    incident: Incident, command: Acknowledge, by: UserId, now: datetime
) -> tuple[facts.Acknowledged | facts.BulletinRead, ...]:
    """Record that reminders which rang were seen by somebody whose answer counts, and the bulletins that came.

    An overdue clock then rests for a day at most.
    """
    waiting = unanswered(incident)
    if command.rules:
        wanted = {find_clock(incident, rule).rule.id for rule in command.rules}
        waiting = tuple(clock for clock in waiting if clock.rule.id in wanted)
    theirs = tuple(clock.rule.id for clock in waiting if by in (incident.answerers(clock.rule) or (by,)))
    unread = tuple(bulletin.number for bulletin in incident.bulletins if bulletin.number not in incident.read)
    read = () if command.rules else unread
    if not theirs and not read and waiting:
        raise errors.NotTheirsToAcknowledge(tuple((clock.rule.id, incident.answerers(clock.rule)) for clock in waiting))
    if not theirs and not read:
        raise errors.NothingToAcknowledge
    clocks = (facts.Acknowledged(at=now, by=by, rules=theirs),) if theirs else ()
    return (*clocks, *((facts.BulletinRead(at=now, by=by, numbers=read),) if read else ()))


def snooze(incident: Incident, command: Snooze, by: UserId, now: datetime) -> facts.Snoozed:
    """Let a running clock's reminders rest, never past its due time."""
    state = find_clock(incident, command.rule).state
    if not isinstance(state, Running) or state.due is None:
        raise errors.ClockNotRunning(command.rule)
    legal_now = legal_time(state, incident.pace, now)
    if command.span >= state.due - legal_now:
        raise errors.SnoozePastDue(command.rule, state.due)
    return facts.Snoozed(at=now, by=by, rule=command.rule, until=legal_now + command.span)


def classify(incident: Incident, command: Classify, by: UserId, now: datetime) -> facts.ClockClassified:
    """Give a running clock its second moment, which may end it earlier."""
    clock = find_clock(incident, command.rule)
    if not isinstance(clock.rule.length, EarlierOf):
        raise errors.NotClassifiable(command.rule)
    if not isinstance(clock.state, Running):
        raise errors.ClockNotRunning(command.rule)
    classified_at = _past(command.when, now)
    if classified_at < clock.state.aware:
        raise errors.ClassifiedBeforeAware(command.rule, clock.state.aware)
    return facts.ClockClassified(at=now, by=by, rule=command.rule, classified_at=classified_at)


def add(incident: Incident, command: AddClock, by: UserId, now: datetime) -> facts.ClockAdded:
    """Add a business clock that runs until its due time; one that was set aside makes room for its namesake."""
    if command.due <= now:
        raise errors.TimeInPast(command.due, now)
    role, person = Role.COORDINATOR, None
    if isinstance(command.owner, Role):
        role = command.owner
    elif command.owner is not None:
        person = find_person(command.owner, incident.roster)
    rule = business_rule(command.name, command.due, role, now)
    if not rule.id:
        raise errors.ClockWithoutName(command.name)
    before = incident.rules.get(rule.id)
    is_free = before is None or (before.is_business and isinstance(incident.clock_states.get(rule.id), SetAside))
    others = ((known.id, known.called) for known in incident.rules.values() if known.id != rule.id)
    if not is_free or meant(rule.id, others):
        raise errors.ClockNameTaken(rule.id)
    return facts.ClockAdded(at=now, by=by, rule=rule, person=person)


def find_clock(incident: Incident, rule: RuleId) -> Clock:
    """Return the clock of *rule*, or raise UnknownClock with those of the incident."""
    clock = incident.clock(rule)
    if clock is None:
        raise errors.UnknownClock(rule, tuple(clock.rule.id for clock in incident.clocks()))
    return clock


def _past(when: datetime | None, now: datetime) -> datetime:
    if when is not None and when > now:
        raise errors.TimeInFuture(when, now)
    return when or now


def _chained(incident: Incident, rule: RuleId, filed_at: datetime, now: datetime) -> tuple[facts.ClockStarted, ...]:
    return tuple(
        facts.ClockStarted(at=now, rule=follower.id, aware=filed_at, by=None, source=rule)
        for follower in incident.followers(rule)
    )
