"""The arithmetic of the legal clocks, against the vectors computed by hand for France."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clocks.lengths import HOUR, Elapsed, Length, WithoutDelay, WorkingDays, due_time, legal_limit
from bot.core.clocks.rules import LAST_MOMENT, Proof, Rule, Running, ladder, legal_time, limit_of, rung_name, wall_time
from bot.core.language import Language, Words
from bot.core.names import RuleId
from bot.core.people.roster import Role

PARIS = ZoneInfo("Europe/Paris")
ZONES = [ZoneInfo(key) for key in ("Europe/Paris", "Europe/London", "Indian/Reunion", "America/Guadeloupe", "UTC")]
HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in ("2023-12-25", "2024-01-01", "2025-12-25", "2026-01-01", "2026-05-01", "2026-05-08", "2026-05-14")
)
WORDS = Words(fr="un", en="one")
RULE = Rule(
    id=RuleId("GDPR-33-1"),
    title=WORDS,
    who=WORDS,
    to=WORDS,
    trigger=WORDS,
    late=WORDS,
    channel="",
    length=Elapsed(hours=72),
    owner=Role.DPO,
    source="RGPD art. 33(1)",
    source_url="https://example.org",
    read_on=date(2026, 11, 24),
    proof=Proof.PRIMARY,
    valid_from=date(2018, 5, 25),
    counts_in_full_hours=True,
)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


moments = st.datetimes(
    min_value=datetime.fromisoformat("2000-01-01"),
    max_value=datetime.fromisoformat("2099-01-01"),
    timezones=st.sampled_from(ZONES),
).map(lambda moment: moment.astimezone(UTC))
zones = st.sampled_from(ZONES)
lengths: st.SearchStrategy[Length] = st.one_of(
    st.builds(Elapsed, hours=st.integers(1, 800)), st.builds(WorkingDays, days=st.integers(1, 40))
)
calendars = st.frozensets(st.dates(date(2000, 1, 1), date(2100, 1, 1)), max_size=60)


@pytest.mark.parametrize(
    ("aware", "strict", "limit"),
    [
        pytest.param("2026-11-24T14:30", "2026-11-27T14:30+01:00", "2026-11-27T15:00+01:00", id="plain"),
        pytest.param("2020-12-22T12:17", "2020-12-25T12:17+01:00", "2020-12-25T13:00+01:00", id="published"),
        pytest.param("2027-03-27T10:00", "2027-03-30T11:00+02:00", "2027-03-30T12:00+02:00", id="spring"),
        pytest.param("2026-10-23T16:00", "2026-10-26T15:00+01:00", "2026-10-26T16:00+01:00", id="autumn"),
        pytest.param("2023-12-08T18:00", "2023-12-11T18:00+01:00", "2023-12-11T19:00+01:00", id="seed"),
    ],
)
def test_seventy_two_hours_run_through_nights_holidays_and_changes_of_time(aware: str, strict: str, limit: str) -> None:
    due = due_time(RULE.length, paris(aware), PARIS, HOLIDAYS)
    latest = legal_limit(RULE.length, paris(aware))

    assert due is not None
    assert latest is not None
    assert due.astimezone(PARIS).isoformat(timespec="minutes") == strict
    assert latest.astimezone(PARIS).isoformat(timespec="minutes") == limit


@pytest.mark.parametrize(
    ("days", "aware", "last"),
    [
        (5, "2023-12-08T18:00", "2023-12-15"),
        (5, "2025-12-24T09:00", "2026-01-02"),
        (5, "2026-04-30T23:59", "2026-05-11"),
        (2, "2023-12-08T18:00", "2023-12-12"),
        (2, "2025-12-24T09:00", "2025-12-29"),
        (2, "2026-04-30T00:00", "2026-05-05"),
    ],
)
def test_working_days_count_from_the_next_day_without_weekends_and_holidays(days: int, aware: str, last: str) -> None:
    due = due_time(WorkingDays(days=days), paris(aware), PARIS, HOLIDAYS)

    assert due == paris(f"{last}T23:59")


def test_working_days_are_those_of_the_zone_and_not_of_utc() -> None:
    just_after_midnight_in_paris = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert due_time(WorkingDays(days=1), just_after_midnight_in_paris, PARIS, frozenset()) == paris("2026-11-25T23:59")
    assert due_time(WorkingDays(days=1), just_after_midnight_in_paris, ZoneInfo("UTC"), frozenset()) == datetime(
        2026, 11, 24, 23, 59, tzinfo=UTC
    )


def test_a_duty_without_a_figure_has_neither_due_time_nor_limit() -> None:
    aware = paris("2026-11-24T14:30")

    assert due_time(WithoutDelay(), aware, PARIS, HOLIDAYS) is None
    assert legal_limit(WithoutDelay(), aware) is None
    assert legal_limit(WorkingDays(days=5), aware) is None
    assert limit_of(replace(RULE, length=WithoutDelay()), aware, PARIS, HOLIDAYS) is None


def test_only_a_rule_of_european_counting_has_a_later_reading() -> None:
    aware = paris("2026-11-24T14:30")

    assert limit_of(RULE, aware, PARIS, HOLIDAYS) == paris("2026-11-27T15:00")
    assert limit_of(replace(RULE, counts_in_full_hours=False), aware, PARIS, HOLIDAYS) == paris("2026-11-27T14:30")


def test_a_target_of_practice_is_not_a_legal_limit() -> None:
    assert limit_of(replace(RULE, soft=True), paris("2026-11-24T14:30"), PARIS, HOLIDAYS) is None


def test_the_ladder_names_every_rung_and_ends_at_the_due_time() -> None:
    due = datetime(2026, 11, 27, 13, 30, tzinfo=UTC)

    assert ladder(due) == tuple(
        (name, due - hours * HOUR)
        for name, hours in (("T-48", 48), ("T-24", 24), ("T-12", 12), ("T-6", 6), ("T-3", 3), ("T-1", 1), ("T", 0))
    )
    assert rung_name(-3 * HOUR) == "T+3"


def test_the_axis_of_a_drill_runs_faster_and_leads_back() -> None:
    start = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
    running = Running(aware=start, by=None, source="", recorded_at=start, due=None)

    assert legal_time(running, 3600.0, start + timedelta(seconds=2)) == start + 2 * HOUR
    assert wall_time(running, 3600.0, start + 2 * HOUR) == start + timedelta(seconds=2)
    assert legal_time(running, 1e9, start + timedelta(days=9999)) == LAST_MOMENT


def test_words_are_given_in_the_language_asked_for() -> None:
    assert WORDS.to(Language("fr")) == "un"
    assert WORDS.to(Language("en")) == "one"


@given(length=lengths, first=moments, second=moments, zone=zones, closed=calendars)
def test_being_aware_later_never_makes_a_clock_end_earlier(
    length: Length, first: datetime, second: datetime, zone: ZoneInfo, closed: frozenset[date]
) -> None:
    earlier, later = sorted((first, second))
    due, other = (due_time(length, aware, zone, closed) for aware in (earlier, later))

    assert due is not None
    assert other is not None
    assert due <= other
    assert due > earlier


@given(hours=st.integers(1, 800), aware=moments, zone=zones)
def test_a_change_of_civil_time_never_changes_elapsed_hours(hours: int, aware: datetime, zone: ZoneInfo) -> None:
    due = due_time(Elapsed(hours=hours), aware, zone, frozenset())

    assert due is not None
    assert due.tzinfo is UTC
    assert due - aware.astimezone(UTC) == timedelta(hours=hours)


@given(days=st.integers(1, 40), aware=moments, zone=zones, closed=calendars)
def test_a_clock_in_working_days_never_ends_on_a_weekend_or_a_holiday(
    days: int, aware: datetime, zone: ZoneInfo, closed: frozenset[date]
) -> None:
    due = due_time(WorkingDays(days=days), aware, zone, closed)

    assert due is not None
    last = due.astimezone(zone).date()
    assert last.weekday() < 5
    assert last not in closed
    between = (aware.astimezone(zone).date() + timedelta(days=day) for day in range(1, 400))
    assert [day for day in between if day <= last and day.weekday() < 5 and day not in closed][days - 1] == last


@given(hours=st.integers(1, 800), aware=moments, european=st.booleans())
def test_the_limit_is_never_before_the_due_time_and_at_most_an_hour_after(
    hours: int, aware: datetime, *, european: bool
) -> None:
    rule = replace(RULE, length=Elapsed(hours=hours), counts_in_full_hours=european)
    due, limit = due_time(rule.length, aware, PARIS, frozenset()), limit_of(rule, aware, PARIS, frozenset())

    assert due is not None
    assert limit is not None
    assert due <= limit <= due + HOUR
