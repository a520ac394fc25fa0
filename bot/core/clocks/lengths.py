"""How long a legal clock runs, and when it ends.

Hours are elapsed time in UTC, so a change of civil time never moves their end. Days and months are those of the
calendar where the incident is.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
END_OF_DAY = time(23, 59)
NOON = time(12)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elapsed:
    """Running hours: nights, weekends and holidays count."""

    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """Working days (Monday to Friday, less public holidays), counted from the day after."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDays:
    """Days, counted from the day after to the end of the last one: weekends and holidays count."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """The same date and hour some months later; where a month has no such date, its last day."""

    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierOf:
    """Hours after awareness and hours after a second moment, such as a classification: the earlier end governs.

    While the second moment is unknown, the first limit runs alone. When it comes only after the first limit has
    passed, its own hours govern: DORA gives an incident that is classified late four hours from there.
    """

    hours_after_aware: int
    hours_after_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutDelay:
    """`Without undue delay`: the law gives no figure, so there is no due time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """A date that somebody set: a due time of the firm, not of the law."""

    at: datetime


Length = Elapsed | WorkingDays | CalendarDays | Months | EarlierOf | WithoutDelay | Until


def due_time(  # noqa: PLR0911 - a table
    length: Length, aware: datetime, zone: ZoneInfo, closed_days: AbstractSet[date], second: datetime | None = None
) -> datetime | None:
    """Return the strict due time in UTC, or None when the law gives no figure.

    Days end at 23:59 of the last one in *zone*; *closed_days* are its public holidays. *second* is the other moment
    of an `EarlierOf`, never before *aware*; no other length looks at it.
    """
    match length:
        case Elapsed(hours=hours):
            return aware.astimezone(UTC) + hours * HOUR
        case WorkingDays(days=days):
            return _at(_add_working_days(aware.astimezone(zone).date(), days, closed_days), END_OF_DAY, zone)
        case CalendarDays(days=days):
            return _at(aware.astimezone(zone).date() + days * _DAY, END_OF_DAY, zone)
        case Months(months=months):
            local = aware.astimezone(zone)
            return _at(_add_months(local.date(), months), local.time(), zone)
        case EarlierOf():
            return _earlier(length, aware.astimezone(UTC), second)
        case WithoutDelay():
            return None
        case Until(at=at):
            return at
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


def end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return 23:59 of the day of *moment* in *zone*, or *moment* itself when it is later still."""
    return max(moment, _at(moment.astimezone(zone).date(), END_OF_DAY, zone))


def after_rest(moment: datetime, zone: ZoneInfo, closed_days: AbstractSet[date]) -> datetime:
    """Return noon of the next working day when *moment* falls on a weekend or a holiday, else *moment* itself."""
    day = moment.astimezone(zone).date()
    if is_working_day(day, closed_days):
        return moment
    return _at(_add_working_days(day, 1, closed_days), NOON, zone)


def is_working_day(day: date, closed_days: AbstractSet[date]) -> bool:
    """Say whether *day* is neither at a weekend nor a holiday."""
    return day.weekday() < 5 and day not in closed_days


def _earlier(length: EarlierOf, aware: datetime, second: datetime | None) -> datetime:
    first_limit = aware + length.hours_after_aware * HOUR
    if second is None:
        return first_limit
    second_limit = second.astimezone(UTC) + length.hours_after_second * HOUR
    return second_limit if second > first_limit else min(first_limit, second_limit)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)


def _add_working_days(start: date, days: int, closed_days: AbstractSet[date]) -> date:
    day = start
    while days:
        day += _DAY
        if is_working_day(day, closed_days):
            days -= 1
    return day


def _add_months(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    last = (first + 31 * _DAY).replace(day=1) - _DAY
    return min(first + (start.day - 1) * _DAY, last)
