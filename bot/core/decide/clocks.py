"""Deciding on clocks: start, stop, set aside, acknowledge, snooze, add."""

from __future__ import annotations

from datetime import datetime

from bot.core.clocks.business import business_rule
from bot.core.clocks.rules import Clock, EarlierOf, Filed, Running, SetAside, legal_time
from bot.core.commands import AddClock, Classify, File, SetAware, Snooze, Waive
from bot.core.decide.asking import ask
from bot.core.errors import (
    AwareAfterClassified,
    ClassifiedBeforeAware,
    ClockAlreadyFiled,
    ClockHasNoAwareness,
    ClockNameTaken,
    ClockNotRunning,
    ClockWithoutName,
    CorrectionNeedsReason,
    FiledBeforeAware,
    NotClassifiable,
    NothingToAcknowledge,
    SnoozePastDue,
    TimeInFuture,
    TimeInPast,
    UnknownClock,
)
from bot.core.facts import (
    Acknowledged,
    BulletinRead,
    ClockAdded,
    ClockClassified,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    ConfirmationAsked,
    Snoozed,
    Waiving,
)
from bot.core.incident import Incident
from bot.core.names import RuleId, UserId
from bot.core.people import find_person
from bot.core.roster import Role


def start(incident: Incident, command: SetAware, by: UserId, now: datetime) -> tuple[ClockStarted, ...]:
    """Start a clock at a confirmed awareness time, or correct it when a source says why."""
    clock = find_clock(incident, command.rule)
    aware = _past(command.when, now)
    if clock.rule.is_business:
        raise ClockHasNoAwareness(command.rule)
    match clock.state:
        case Filed(reference=reference):
            raise ClockAlreadyFiled(command.rule, reference)
        case Running(aware=known) if not command.source:
            raise CorrectionNeedsReason(command.rule, known)
        case Running(second=second) if second is not None and second < aware:
            raise AwareAfterClassified(command.rule, second)
        case state:
            before = state.aware if isinstance(state, Running) else None
            started = ClockStarted(
                at=now, rule=command.rule, aware=aware, by=by, source=command.source, previous=before
            )
            return (started,)


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


def set_aside(incident: Incident, command: Waive, by: UserId, now: datetime) -> ClockSetAside | ConfirmationAsked:
    """Record a person's decision that a clock does not apply, with the reason.

    While a clock of the law runs, it takes two: it would fall silent. Not in a drill.
    """
    clock = find_clock(incident, command.rule)
    if isinstance(clock.state, Filed):
        raise ClockAlreadyFiled(command.rule, clock.state.reference)
    if isinstance(clock.state, Running) and not (incident.drill or clock.rule.may_wait):
        waiving = Waiving(rule=command.rule, reason=command.reason, due=clock.state.due)
        return ask(incident, waiving, by, now)
    return ClockSetAside(at=now, by=by, rule=command.rule, reason=command.reason)


def acknowledge(incident: Incident, by: UserId, now: datetime) -> tuple[Acknowledged | BulletinRead, ...]:
    """Record that the reminders which rang were seen, and the bulletins that came.

    An overdue clock then rests until it is filed.
    """
    rules = tuple(
        clock.rule.id for clock in incident.clocks() if isinstance(clock.state, Running) and clock.state.unanswered
    )
    bulletins = tuple(bulletin.number for bulletin in incident.bulletins if bulletin.number not in incident.read)
    if not rules and not bulletins:
        raise NothingToAcknowledge
    clocks = (Acknowledged(at=now, by=by, rules=rules),) if rules else ()
    return (*clocks, *((BulletinRead(at=now, by=by, numbers=bulletins),) if bulletins else ()))


def snooze(incident: Incident, command: Snooze, by: UserId, now: datetime) -> Snoozed:
    """Let a running clock's reminders rest, never past its due time."""
    state = find_clock(incident, command.rule).state
    if not isinstance(state, Running) or state.due is None:
        raise ClockNotRunning(command.rule)
    legal_now = legal_time(state, incident.pace, now)
    if command.span >= state.due - legal_now:
        raise SnoozePastDue(command.rule, state.due)
    return Snoozed(at=now, by=by, rule=command.rule, until=legal_now + command.span)


def classify(incident: Incident, command: Classify, by: UserId, now: datetime) -> ClockClassified:
    """Give a running clock its second moment, which may end it earlier."""
    clock = find_clock(incident, command.rule)
    if not isinstance(clock.rule.length, EarlierOf):
        raise NotClassifiable(command.rule)
    if not isinstance(clock.state, Running):
        raise ClockNotRunning(command.rule)
    classified_at = _past(command.when, now)
    if classified_at < clock.state.aware:
        raise ClassifiedBeforeAware(command.rule, clock.state.aware)
    return ClockClassified(at=now, by=by, rule=command.rule, classified_at=classified_at)


def add(incident: Incident, command: AddClock, by: UserId, now: datetime) -> ClockAdded:
    """Add a business clock that runs until its due time; one that was set aside makes room for its namesake."""
    if command.due <= now:
        raise TimeInPast(command.due, now)
    role, person = Role.COORDINATOR, None
    if isinstance(command.owner, Role):
        role = command.owner
    elif command.owner is not None:
        person = find_person(command.owner, incident.roster)
    rule = business_rule(command.name, command.due, role, now)
    if not rule.id:
        raise ClockWithoutName(command.name)
    before = incident.rules.get(rule.id)
    is_free = before is None or (before.is_business and isinstance(incident.clock_states.get(rule.id), SetAside))
    if not is_free:
        raise ClockNameTaken(rule.id)
    return ClockAdded(at=now, by=by, rule=rule, person=person)


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
    return tuple(
        ClockStarted(at=now, rule=follower.id, aware=filed_at, by=None, source=rule)
        for follower in incident.followers(rule)
    )
