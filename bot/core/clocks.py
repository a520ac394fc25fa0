"""Legal clocks: rules as rows, due times, the reminder ladder.

All arithmetic is on aware datetimes and elapsed time in UTC, so a change of civil time never moves a due time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.names import RuleId, UserId
from bot.core.playbook import Language
from bot.core.roster import Role

HOUR = timedelta(hours=1)
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
LADDER = tuple(timedelta(hours=hours) for hours in (48, 24, 12, 6, 3, 1, 0))
"""How long before the due time a reminder rings, earliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One text in every language of the product."""

    fr: str
    en: str

    def to(self, language: Language) -> str:
        """Return the text in *language*."""
        return self.fr if language is Language.FRENCH else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Elapsed:
    """Running hours: nights, weekends and holidays count."""

    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """Working days (Monday to Friday, less public holidays), counted from the day after."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutDelay:
    """`Without undue delay`: the law gives no figure, so there is no due time."""


Length = Elapsed | WorkingDays | WithoutDelay


class Proof(StrEnum):
    """How the text of a rule was checked."""

    PRIMARY = "P"
    SECONDARY = "S"
    MEMORY = "M"
    COMPUTED = "C"


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
    valid_from: date
    valid_to: date | None = None
    after: RuleId | None = None
    """The rule whose filing starts this one; None when awareness does."""
    soft: bool = False
    """A target of practice and not a legal limit: it never blocks a closing."""
    counts_in_full_hours: bool = False
    """Regulation 1182/71 governs how its hours are counted, so a later reading of the limit exists; see `limit_of`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """Watched, not started: nobody has confirmed an awareness time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Started by a named person at an awareness time."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A person decided that it does not apply, and why."""

    at: datetime
    by: UserId
    reason: str


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
    """Return the rules that are valid on *day*, by id."""
    return {
        rule.id: rule for rule in rules if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
    }


def due_time(length: Length, aware: datetime, zone: ZoneInfo, closed_days: AbstractSet[date]) -> datetime | None:
    """Return the strict due time in UTC, or None when the law gives no figure.

    Working days end at 23:59 of the last one in *zone*; *closed_days* are its public holidays.
    """
    match length:
        case Elapsed(hours=hours):
            return aware.astimezone(UTC) + hours * HOUR
        case WorkingDays(days=days):
            last = _add_working_days(aware.astimezone(zone).date(), days, closed_days)
            return datetime.combine(last, time(23, 59), zone).astimezone(UTC)
        case WithoutDelay():
            return None
        case _:
            assert_never(length)


def legal_limit(length: Length, aware: datetime) -> datetime | None:
    """Return the later reading of Regulation 1182/71 art. 3(1) in UTC, or None for lengths not in hours.

    The hour in which the event falls is not counted. Shown beside the strict time, never used for a reminder.
    """
    if not isinstance(length, Elapsed):
        return None
    hour = aware.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour + (length.hours + 1) * HOUR


def limit_of(rule: Rule, aware: datetime) -> datetime | None:
    """Return the last moment *rule* allows in UTC, or None when the law gives no figure in hours.

    Only a rule that Regulation 1182/71 governs has a later reading; the hours of every other end at the strict time.
    """
    if rule.soft or not isinstance(rule.length, Elapsed):
        return None
    if rule.counts_in_full_hours:
        return legal_limit(rule.length, aware)
    return aware.astimezone(UTC) + rule.length.hours * HOUR


def _add_working_days(start: date, days: int, closed_days: AbstractSet[date]) -> date:
    day = start
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in closed_days:
            days -= 1
    return day


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
