"""Quiet hours: by day or over midnight, in the zone of the incident, whatever its clocks do that night."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people.quiet import QuietHours

PARIS = ZoneInfo("Europe/Paris")
NIGHT = QuietHours.between("21:00", "07:00")
HOURS = st.times().map(lambda hour: hour.replace(microsecond=0, second=0))


def awake(moment: str, hours: QuietHours = NIGHT) -> str:
    """Return when somebody in Paris is awake, both in local time."""
    local = datetime.fromisoformat(moment).replace(tzinfo=PARIS)
    return f"{hours.awake(local.astimezone(UTC), PARIS).astimezone(PARIS):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("moment", "rings"),
    [
        ("2026-11-24 20:59", "2026-11-24 20:59"),
        ("2026-11-24 21:00", "2026-11-25 07:00"),
        ("2026-11-25 06:59", "2026-11-25 07:00"),
        ("2026-11-25 07:00", "2026-11-25 07:00"),
        ("2026-10-24 23:00", "2026-10-25 07:00"),  # clocks go back that night
        ("2027-03-27 23:00", "2027-03-28 07:00"),  # and forward that one
    ],
)
def test_a_night_ends_in_the_morning(moment: str, rings: str) -> None:
    assert awake(moment) == rings


def test_quiet_hours_by_day_end_the_same_day() -> None:
    lunch = QuietHours(start=time(12), end=time(14))
    assert [awake(f"2026-11-24 {hour}", lunch) for hour in ("11:59", "12:00", "13:59", "14:00")] == [
        "2026-11-24 11:59",
        "2026-11-24 14:00",
        "2026-11-24 14:00",
        "2026-11-24 14:00",
    ]


def test_no_hours_at_all_are_quiet_when_both_ends_are_one() -> None:
    assert awake("2026-11-24 12:00", QuietHours(start=time(12), end=time(12))) == "2026-11-24 12:00"


def test_an_end_that_clocks_show_twice_is_never_before_its_night() -> None:
    second = datetime(2026, 10, 25, 2, 10, tzinfo=PARIS, fold=1).astimezone(UTC)
    assert QuietHours.between("21:00", "02:30").awake(second, PARIS) == second


@given(
    HOURS,
    HOURS,
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([PARIS, ZoneInfo("America/Guadeloupe"), ZoneInfo("Pacific/Noumea"), ZoneInfo("UTC")]),
)
def test_nobody_is_woken_and_nobody_waits_for_more_than_a_day(
    start: time, end: time, moment: datetime, zone: ZoneInfo
) -> None:
    hours = QuietHours(start=start, end=end)
    rings = hours.awake(moment, zone)
    assert moment <= rings
    assert (rings - moment).total_seconds() <= 25 * 3600
    assert rings in (moment, hours.awake(rings, zone))
