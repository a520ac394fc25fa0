"""Legal clocks: rules as rows, which of them count, the reminder ladder. How long they run: `lengths`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.clocks.lengths import (
    HOUR,
    CalendarDays,
    EarlierOf,
    Elapsed,
    Length,
    Months,
    Until,
    WithoutDelay,
    WorkingDays,
    after_rest,
    due_time,
    end_of_day,
    legal_limit,
)
from bot.core.language import Words
from bot.core.names import Called, RuleId, UserId
from bot.core.people.roster import Role

BUSINESS = "business"
"""The regime of a due time of the firm: no law stands behind it."""
CALENDAR = "calendar"
"""The regime of a date that comes back, of taxes or payroll: a due time of the firm that a text sets."""
CONTRACT = "contract"
"""The regime of an hour that a contract of the firm sets: owed like one of the law, and not to be taken for one."""
CONTRACT_ID = "C-"
"""How the ids of contracts begin; no row of the catalogue is called so."""
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
LADDER = tuple(timedelta(hours=hours) for hours in (48, 24, 12, 6, 3, 1, 0))
"""How long before the due time a reminder rings, earliest first."""


class Proof(StrEnum):
    """How the text of a rule was checked."""

    PRIMARY = "P"
    SECONDARY = "S"
    MEMORY = "M"
    COMPUTED = "C"


class Standing(StrEnum):
    """Whether a rule counts on a given day."""

    IN_FORCE = "in force"
    OFF = "off"
    """Valid, and not switched on here: the row says why."""
    PENDING = "pending"
    """A proposal: no day is known from which it would be valid."""
    FUTURE = "not yet valid"
    ENDED = "no longer valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the catalogue of clocks: who owes what to whom, until when, and which text says so."""

    id: RuleId
    title: Words
    who: Words
    to: Words
    trigger: Words
    late: Words
    """What a late filing needs, in words."""
    channel: str
    """Where it is filed: an address or a short description; empty when the contract decides."""
    length: Length
    owner: Role
    """Whose holders are reminded."""
    source: str
    """The legal text, as lawyers cite it."""
    source_url: str
    read_on: date
    """The day the source was read."""
    proof: Proof
    valid_from: date | None
    """None while the text is only proposed: nobody knows the day yet."""
    valid_to: date | None = None
    after: RuleId | None = None
    """The rule whose filing starts this one; None when awareness does."""
    soft: bool = False
    """A target of practice and not a legal limit: it never blocks a closing."""
    counts_in_full_hours: bool = False
    """Regulation 1182/71 governs how its hours are counted, so a later reading of the limit exists; see `limit_of`."""
    rests_on_closed_days: bool = False
    """For some of those it binds, an end on a weekend or a holiday moves to noon of the next working day."""
    regime: str = ""
    """The body of law: `gdpr`, `nis2`. Empty in incidents opened before rules said so."""
    role: str = ""
    """In which quality it binds: `controller`, `insured`. Empty in incidents opened before rules said so."""
    aim: timedelta | None = None
    """The soft line: how long after awareness it should be filed; None when the row names none."""
    needs: Words | None = None
    """The documents to have ready."""
    duty: str = ""
    """The duty it is a part of, where several rows keep one: `CRA-24/72/14`. Empty when it is the whole duty."""
    version: str = ""
    """Tells rows of one id apart; empty for the only one."""
    why_off: Words | None = None
    """Why no incident watches it unless the configuration says so; None when it is on."""
    by_contract: bool = False
    """The organisation's own contract set its length."""
    called: Called = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the configuration and the console call this row: its id, with its version if it has one."""
        return f"{self.id}@{self.version}" if self.version else self.id

    @property
    def is_business(self) -> bool:
        """A due time of the firm, and no duty that an incident brings."""
        return self.regime in (BUSINESS, CALENDAR)

    @property
    def is_recurring(self) -> bool:
        """A date of the firm's calendar of taxes and payroll, which comes with or without an incident."""
        return self.regime == CALENDAR

    @property
    def is_contract(self) -> bool:
        """A duty towards somebody of a contract, and none of the law."""
        return self.regime == CONTRACT

    @property
    def is_private(self) -> bool:
        """Its id and its names are words of the firm, or were typed in the room: content, as messages are."""
        return self.regime in (BUSINESS, CONTRACT)

    @property
    def may_wait(self) -> bool:
        """Its reminders keep quiet hours, since no limit of the law is near."""
        return self.soft or self.is_business


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """Watched, not started: nobody has confirmed an awareness time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Started by a named person at an awareness time, which may be provisional: see *proposed*."""

    aware: datetime
    by: UserId | None
    """Who confirmed it; None when the filing of another clock started it."""
    source: str
    recorded_at: datetime
    due: datetime | None
    """The strict due time; None when the law gives no figure."""
    rung: tuple[str, ...] = ()
    """Names of the reminders that rang, oldest first."""
    acknowledged_at: datetime | None = None
    acknowledged_rungs: int = 0
    """How many of *rung* had rung when somebody last acknowledged."""
    snoozed_at: datetime | None = None
    snoozed_until: datetime | None = None
    second: datetime | None = None
    """The other moment of an `EarlierOf`, once it is known."""
    rang_at: datetime | None = None
    """When the last reminder rang, on the wall."""
    level: int = 0
    """How wide the circle of the last reminder was; see `incident.circle`."""
    proposed: bool = False
    """Whoever coordinates proposed the awareness time: *by* did, and nobody of the organisation has confirmed it."""

    @property
    def unanswered(self) -> bool:
        """Say whether a reminder rang that nobody acknowledged."""
        return self.acknowledged_rungs < len(self.rung)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A person decided that it does not apply, and why."""

    at: datetime
    by: UserId
    reason: str
    confirmed_by: UserId | None = None
    running: Running | None = None
    """What ran before; None when it was set aside without having been started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Stopped with proof."""

    running: Running | None
    """What ran before; None when it was filed without having been started."""
    at: datetime
    """When it was filed, as the person says."""
    by: UserId
    reference: str


ClockState = Suspected | Running | SetAside | Filed


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One rule in one incident."""

    rule: Rule
    state: ClockState


def in_force(rules: Iterable[Rule], day: date) -> Mapping[RuleId, Rule]:
    """Return the rules that an incident of *day* may watch, by id: valid that day and switched on."""
    return {rule.id: rule for rule in rules if standing(rule, day) is Standing.IN_FORCE}


def standing(rule: Rule, day: date) -> Standing:
    """Say how *rule* stands on *day*."""
    if rule.valid_from is None:
        return Standing.PENDING
    if rule.valid_to is not None and rule.valid_to < day:
        return Standing.ENDED
    if rule.valid_from > day:
        return Standing.FUTURE
    return Standing.IN_FORCE if rule.why_off is None else Standing.OFF


def proposed(rules: Iterable[Rule], id: RuleId) -> tuple[Rule, ...]:
    """Return the proposals that would change what the row of *id* asks for: shown beside it, they never count."""
    return tuple(rule for rule in rules if rule.id == id and rule.valid_from is None)


def switch_on(rules: Iterable[Rule], names: AbstractSet[str]) -> tuple[Rule, ...]:
    """Return *rules* with those called one of *names* switched on.

    A pending row never takes the place of another row of its id: until the text is law, the law in force counts. One
    that has its id for itself runs beside the law, from the first day.
    """
    rows = tuple(rules)
    return tuple(_on(rule) if rule.name in names and not _is_only_proposed(rule, rows) else rule for rule in rows)


def _on(rule: Rule) -> Rule:
    return replace(rule, why_off=None, valid_from=rule.valid_from or date.min)


def _is_only_proposed(rule: Rule, rows: Iterable[Rule]) -> bool:
    return rule.valid_from is None and any(row.id == rule.id and row.name != rule.name for row in rows)


def limit_of(
    rule: Rule, aware: datetime, zone: ZoneInfo, closed_days: AbstractSet[date], second: datetime | None = None
) -> datetime | None:
    """Return the last moment *rule* allows in UTC, or None when the law gives no figure, or counts in days.

    Never before the due time. It is later where Regulation 1182/71 governs the hours, where a month ends with its
    day, and where a text lets a weekend rest: all readings that are shown, and never used for a reminder.
    """
    due = due_time(rule.length, aware, zone, closed_days, second)
    if rule.soft or due is None:
        return None
    rested = after_rest(due, zone, closed_days) if rule.rests_on_closed_days else due
    if rested > due:
        return rested
    match rule.length:
        case Elapsed() if rule.counts_in_full_hours:
            return legal_limit(rule.length, aware)
        case Months():
            return end_of_day(due, zone)
        case Elapsed() | EarlierOf():
            return due
        case WorkingDays() | CalendarDays() | WithoutDelay() | Until():
            return None
        case _:
            assert_never(rule.length)


def soft_line(rule: Rule, aware: datetime, due: datetime | None) -> datetime | None:
    """Return when *rule* should be filed by our own target; None where it names none, or none before its due time."""
    if rule.aim is None:
        return None
    aim = aware.astimezone(UTC) + rule.aim
    return aim if due is None or aim < due else None


def rung_name(before: timedelta) -> str:
    """Name a rung by its distance to the due time: `T-48`, `T`, `T+3`."""
    hours = int(before / HOUR)
    return "T" if hours == 0 else f"T{-hours:+d}"


def ladder(due: datetime) -> tuple[tuple[str, datetime], ...]:
    """Return every rung up to the due time with the moment it rings, earliest first."""
    return tuple((rung_name(before), due - before) for before in LADDER)


def legal_time(running: Running, pace: float, now: datetime) -> datetime:
    """Return where *now* lies on the clock's own axis: *now* itself outside a drill, never past the calendar's end."""
    try:
        return running.recorded_at + (now - running.recorded_at) * pace
    except OverflowError:
        return LAST_MOMENT


def wall_time(running: Running, pace: float, moment: datetime) -> datetime:
    """Return when *moment* of the clock's own axis comes on the wall; the inverse of `legal_time`."""
    return running.recorded_at + (moment - running.recorded_at) / pace
