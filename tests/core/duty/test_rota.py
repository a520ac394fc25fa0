"""Whose week it is, by the house's clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from bot.core.duty.rota import WEEK, Rota
from bot.core.names import UserId
from tests.core.build import ALICE, BOB

PARIS = ZoneInfo("Europe/Paris")
ROTA = Rota(weeks=(ALICE, BOB, None), since=date(2026, 3, 23), hour=time(9))

ROTAS = st.builds(
    Rota,
    weeks=st.lists(st.sampled_from([ALICE, BOB, None]), min_size=1, max_size=9).map(tuple),
    since=st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    hour=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from([ZoneInfo(name) for name in sorted(available_timezones()) if "/" in name])


def local(day: int, hour: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=PARIS).astimezone(UTC)


def test_duty_passes_on_at_nine_on_monday_on_both_sides_of_the_night_the_clocks_go_forward() -> None:
    assert ROTA.begins(0, PARIS) == datetime(2026, 3, 23, 8, tzinfo=UTC)
    assert ROTA.begins(1, PARIS) == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert ROTA.whose(local(30, 9) - timedelta(seconds=1), PARIS) == ALICE
    assert ROTA.whose(local(30, 9), PARIS) == BOB


def test_the_weeks_come_again_and_one_may_be_nobodys() -> None:
    assert [ROTA.whose(ROTA.begins(number, PARIS), PARIS) for number in range(5)] == [ALICE, BOB, None, ALICE, BOB]


def test_before_the_first_week_it_is_nobodys() -> None:
    assert ROTA.whose(local(23, 8), PARIS) is None
    assert ROTA.number(local(23, 8), PARIS) == -1


@given(ROTAS, MOMENTS, ZONES)
def test_every_moment_lies_in_one_week(rota: Rota, at: datetime, zone: ZoneInfo) -> None:
    number = rota.number(at, zone)
    assert rota.begins(number, zone) <= at < rota.begins(number + 1, zone)


@given(ROTAS, MOMENTS, ZONES)
def test_a_week_is_seven_days_long_but_for_what_clocks_are_moved_by(rota: Rota, at: datetime, zone: ZoneInfo) -> None:
    number = rota.number(at, zone)
    length = rota.begins(number + 1, zone) - rota.begins(number, zone)
    assert abs(length - WEEK) <= timedelta(days=1)  # a zone may cross the date line


@given(ROTAS, st.integers(0, 500), ZONES)
def test_the_same_person_comes_again_after_as_many_weeks_as_there_are(rota: Rota, number: int, zone: ZoneInfo) -> None:
    found: list[UserId | None] = [
        rota.whose(rota.begins(one, zone), zone) for one in (number, number + len(rota.weeks))
    ]
    assert found == [rota.weeks[number % len(rota.weeks)]] * 2
