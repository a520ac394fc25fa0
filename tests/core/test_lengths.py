"""Days, months, the earlier of two limits and the rest of a weekend, against dates worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clocks.lengths import (
    HOUR,
    CalendarDays,
    EarlierOf,
    Elapsed,
    Length,
    Months,
    WithoutDelay,
    WorkingDays,
    after_rest,
    due_time,
    end_of_day,
    is_working_day,
    legal_limit,
)
from bot.core.clocks.rules import Rule, limit_of
from tests.core.build import HOURS_72, rule
from tests.core.test_clocks import HOLIDAYS, PARIS, calendars, moments, paris, zones

DORA = EarlierOf(hours_after_aware=24, hours_after_second=4)
CHRISTMAS = frozenset({date(2026, 12, 25)})

lengths: st.SearchStrategy[Length] = st.one_of(
    st.builds(Elapsed, hours=st.integers(1, 800)),
    st.builds(WorkingDays, days=st.integers(1, 40)),
    st.builds(CalendarDays, days=st.integers(1, 400)),
    st.builds(Months, months=st.integers(1, 36)),
    st.builds(EarlierOf, hours_after_aware=st.integers(1, 100), hours_after_second=st.integers(1, 100)),
)


def resting(length: Length, **changes: object) -> Rule:
    return replace(rule(HOURS_72, length, rests_on_closed_days=True), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "start", "end"),
    [
        pytest.param(30, "2023-12-11T08:00", "2024-01-10T23:59+01:00", id="short-time work over two holidays"),
        pytest.param(14, "2026-10-01T09:00", "2026-10-15T23:59+02:00", id="the fix of a vulnerability"),
        pytest.param(15, "2024-01-08T10:00", "2024-01-23T23:59+01:00", id="silence of the prefect"),
        pytest.param(1, "2027-03-27T23:59", "2027-03-28T23:59+02:00", id="the clocks go forward"),
        pytest.param(14, "2028-02-20T00:00", "2028-03-05T23:59+01:00", id="a leap year"),
    ],
)
def test_days_count_from_the_next_one_to_the_end_of_the_last(days: int, start: str, end: str) -> None:
    due = due_time(CalendarDays(days=days), paris(start), PARIS, HOLIDAYS)

    assert due == datetime.fromisoformat(end)


def test_days_are_those_of_the_zone_and_not_of_utc() -> None:
    half_past_midnight_in_paris = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)

    assert due_time(CalendarDays(days=14), half_past_midnight_in_paris, PARIS, HOLIDAYS) == paris("2026-10-15T23:59")


@pytest.mark.parametrize(
    ("months", "start", "end"),
    [
        pytest.param(1, "2026-01-31T16:00", "2026-02-28T16:00+01:00", id="no such date"),
        pytest.param(1, "2028-01-31T16:00", "2028-02-29T16:00+01:00", id="a leap year"),
        pytest.param(1, "2026-02-28T16:00", "2026-03-28T16:00+01:00", id="the same date, not the last day"),
        pytest.param(2, "2024-01-08T10:00", "2024-03-08T10:00+01:00", id="two months"),
        pytest.param(1, "2026-12-15T23:30", "2027-01-15T23:30+01:00", id="over the year"),
        pytest.param(14, "2026-11-30T08:00", "2028-01-30T08:00+01:00", id="more than a year"),
        pytest.param(1, "2026-03-10T09:00", "2026-04-10T09:00+02:00", id="the hour of the wall is kept in spring"),
        pytest.param(1, "2026-10-10T09:00", "2026-11-10T09:00+01:00", id="and in autumn"),
        pytest.param(1, "2026-02-28T02:30", "2026-03-28T02:30+01:00", id="the night before the change"),
        pytest.param(1, "2027-02-28T02:30", "2027-03-28T03:30+02:00", id="an hour that does not exist"),
    ],
)
def test_a_month_ends_on_the_same_date_or_the_last_day(months: int, start: str, end: str) -> None:
    assert due_time(Months(months=months), paris(start), PARIS, HOLIDAYS) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("classified", "end"),
    [
        pytest.param(None, "2026-11-24T08:00", id="not classified: 24 h"),
        pytest.param("2026-11-23T09:00", "2026-11-23T13:00", id="at once: four hours from there"),
        pytest.param("2026-11-23T08:00", "2026-11-23T12:00", id="in the same moment"),
        pytest.param("2026-11-24T06:00", "2026-11-24T08:00", id="Tuesday 06:00: 08:00 and not 10:00"),
        pytest.param("2026-11-24T08:00", "2026-11-24T08:00", id="at the last moment"),
        pytest.param("2026-11-25T10:00", "2026-11-25T14:00", id="late: four hours from there"),
    ],
)
def test_the_earlier_of_two_limits_governs(classified: str | None, end: str) -> None:
    second = None if classified is None else paris(classified)

    assert due_time(DORA, paris("2026-11-23T08:00"), PARIS, HOLIDAYS, second) == paris(end)


def test_only_lengths_in_hours_have_a_later_reading_of_the_regulation() -> None:
    for length in (CalendarDays(days=14), Months(months=1), DORA, WithoutDelay()):
        assert legal_limit(length, paris("2026-11-24T14:30")) is None


@pytest.mark.parametrize(
    ("due", "rested"),
    [
        pytest.param("2026-11-28T06:00", "2026-11-30T12:00", id="Saturday"),
        pytest.param("2026-11-29T23:59", "2026-11-30T12:00", id="Sunday"),
        pytest.param("2026-12-25T08:00", "2026-12-28T12:00", id="a holiday before a weekend"),
        pytest.param("2026-11-27T23:59", "2026-11-27T23:59", id="Friday stays"),
        pytest.param("2026-11-30T00:00", "2026-11-30T00:00", id="Monday stays"),
    ],
)
def test_an_end_on_a_closed_day_rests_until_noon_of_the_next_working_day(due: str, rested: str) -> None:
    assert after_rest(paris(due), PARIS, CHRISTMAS) == paris(rested)


def test_a_rest_is_shown_as_the_limit_and_never_moves_the_due_time() -> None:
    submitted = paris("2026-11-25T15:00")
    sunday_after_72_h = paris("2026-11-28T15:00")

    assert due_time(Elapsed(hours=72), submitted, PARIS, CHRISTMAS) == sunday_after_72_h
    assert limit_of(resting(Elapsed(hours=72)), submitted, PARIS, CHRISTMAS) == paris("2026-11-30T12:00")
    assert limit_of(rule(HOURS_72, Elapsed(hours=72)), submitted, PARIS, CHRISTMAS) == sunday_after_72_h


def test_a_limit_in_months_is_the_end_of_its_day_or_its_rest() -> None:
    on_a_friday, on_a_sunday = paris("2026-10-27T19:00"), paris("2026-11-27T08:00")

    assert limit_of(rule(HOURS_72, Months(months=1)), on_a_friday, PARIS, CHRISTMAS) == paris("2026-11-27T23:59")
    assert limit_of(resting(Months(months=1)), on_a_friday, PARIS, CHRISTMAS) == paris("2026-11-27T23:59")
    assert limit_of(resting(Months(months=1)), on_a_sunday, PARIS, CHRISTMAS) == paris("2026-12-28T12:00")
    assert limit_of(resting(Months(months=1), soft=True), on_a_sunday, PARIS, CHRISTMAS) is None


def test_the_limit_of_two_limits_is_their_due_time() -> None:
    aware, classified = paris("2026-11-23T08:00"), paris("2026-11-23T09:00")

    assert limit_of(rule(HOURS_72, DORA), aware, PARIS, CHRISTMAS) == paris("2026-11-24T08:00")
    assert limit_of(rule(HOURS_72, DORA), aware, PARIS, CHRISTMAS, classified) == paris("2026-11-23T13:00")


def test_days_have_no_other_limit_than_their_end() -> None:
    for length in (CalendarDays(days=14), WorkingDays(days=5)):
        assert limit_of(rule(HOURS_72, length), paris("2026-11-24T14:30"), PARIS, CHRISTMAS) is None


def test_a_moment_in_the_last_minute_of_a_day_is_its_own_end() -> None:
    last = paris("2026-11-27T23:59").replace(second=30)

    assert end_of_day(last, PARIS) == last


@given(length=lengths, aware=moments, zone=zones, closed=calendars, after=st.none() | st.integers(0, 200))
def test_no_clock_ends_before_it_begins_and_every_end_is_in_utc(
    length: Length, aware: datetime, zone: ZoneInfo, closed: frozenset[date], after: int | None
) -> None:
    second = None if after is None else aware + after * HOUR
    due = due_time(length, aware, zone, closed, second)

    assert due is not None
    assert due > aware
    assert due.tzinfo is UTC
    assert due == due_time(length, aware.astimezone(zone), zone, closed, second)


@given(aware=moments, after=st.integers(0, 200), zone=zones)
def test_a_classification_never_leaves_more_time_than_either_limit_gives(
    aware: datetime, after: int, zone: ZoneInfo
) -> None:
    second = aware + after * HOUR
    due = due_time(DORA, aware, zone, frozenset(), second)

    assert due is not None
    assert due <= second + 4 * HOUR
    assert due <= aware + 24 * HOUR or second > aware + 24 * HOUR


@given(months=st.integers(1, 36), aware=moments, zone=zones)
def test_a_month_keeps_the_date_or_takes_the_last_day(months: int, aware: datetime, zone: ZoneInfo) -> None:
    due = due_time(Months(months=months), aware, zone, frozenset())

    assert due is not None
    start, end = aware.astimezone(zone), due.astimezone(zone)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(days=st.integers(1, 400), aware=moments, zone=zones)
def test_days_end_with_the_last_of_them(days: int, aware: datetime, zone: ZoneInfo) -> None:
    due = due_time(CalendarDays(days=days), aware, zone, frozenset())

    assert due is not None
    end = due.astimezone(zone)
    assert end.date() - aware.astimezone(zone).date() == timedelta(days=days)
    assert (end.hour, end.minute) == (23, 59)


@given(length=lengths, aware=moments, zone=zones, closed=calendars, rests=st.booleans(), european=st.booleans())
def test_a_limit_is_never_before_the_due_time_and_a_rest_ends_on_a_working_day(
    length: Length, aware: datetime, zone: ZoneInfo, closed: frozenset[date], *, rests: bool, european: bool
) -> None:
    row = rule(HOURS_72, length, rests_on_closed_days=rests, counts_in_full_hours=european)
    due, limit = due_time(length, aware, zone, closed), limit_of(row, aware, zone, closed)

    assert due is not None
    if limit is not None:
        assert due <= limit
        assert is_working_day(limit.astimezone(zone).date(), closed) or not rests or limit < due + 2 * HOUR
