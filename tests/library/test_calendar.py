"""Public holidays of the place, and what is said of a place that has none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.config import ConfigError
from bot.config.organisation import LegalRole, Organisation
from bot.core.clocks.lengths import WorkingDays, due_time
from bot.library.calendar import CalendarError, closed_days, days_of, public_holidays

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)
GOOD_FRIDAY, SAINT_STEPHEN, SWISS_DAY = date(2026, 4, 3), date(2026, 12, 26), date(2026, 8, 1)


def firm(country: str = "FR", region: str | None = None) -> Organisation:
    return Organisation(roles=frozenset({LegalRole.CONTROLLER}), country=country, region=region)


@pytest.mark.parametrize("region", ["Alsace", "alsace", "6AE", "Moselle", "57", "Alsace-Moselle", "alsace-moselle"])
def test_alsace_and_moselle_keep_two_holidays_more(region: str) -> None:
    more = public_holidays([2026], "FR", region) - public_holidays([2026])
    assert more == {GOOD_FRIDAY, SAINT_STEPHEN}


@pytest.mark.parametrize(
    ("country", "region", "day", "is_holiday"),
    [
        ("FR", None, date(2026, 7, 14), True),
        ("FR", "Guadeloupe", date(2026, 5, 27), True),
        ("FR", None, date(2026, 5, 27), False),
        ("FR", "La Réunion", date(2026, 12, 20), True),
        ("CH", None, SWISS_DAY, True),
        ("CH", "GE", date(2026, 9, 10), True),
        ("CH", "Genève", date(2026, 9, 10), True),
        ("CH", "ZH", date(2026, 9, 10), False),
        ("UK", "SCT", date(2026, 1, 2), True),
        ("GB", "England", date(2026, 1, 2), False),
        ("BE", None, date(2026, 7, 21), True),
        ("LU", None, date(2026, 6, 23), True),
    ],
)
def test_every_place_keeps_its_own(country: str, region: str | None, day: date, is_holiday: bool) -> None:
    assert (day in public_holidays([2026], country, region)) is is_holiday


def test_the_region_moves_the_end_of_working_days() -> None:
    """By hand: told on Monday 30 March 2026, five working days, Good Friday 3 April and Easter Monday 6 April."""
    told = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
    elsewhere = due_time(WorkingDays(days=5), told, PARIS, closed_days(told, PARIS))
    alsace = due_time(WorkingDays(days=5), told, PARIS, closed_days(told, PARIS, "FR", "Alsace"))
    assert elsewhere is not None
    assert alsace is not None
    assert (elsewhere.date(), alsace.date()) == (date(2026, 4, 7), date(2026, 4, 8))


@pytest.mark.parametrize(
    ("country", "region", "key", "words"),
    [
        (
            "FRA-X",
            None,
            "country",
            'no holidays are known of "FRA-X"; write the two letters of ISO 3166, like FR; near',
        ),
        (
            "Atlantis",
            None,
            "country",
            'no holidays are known of "Atlantis"; write the two letters of ISO 3166, like FR',
        ),
        ("FR", "Alsac", "region", '"Alsac" is no region of FR with holidays of its own; near are 6AE (Alsace)'),
        ("FR", "Bretagne", "region", '"Bretagne" is no region of FR'),
        ("FR", "@", "region", "known are 57 (Moselle), 6AE (Alsace), 971 (Guadeloupe), 972 (Martinique)"),
        ("IT", "@", "region", ", ..."),
        ("LU", "Diekirch", "region", "LU has no regions with holidays of their own; leave it out"),
    ],
)
def test_an_unknown_place_is_refused_with_what_is_known_near(
    country: str, region: str | None, key: str, words: str
) -> None:
    with pytest.raises(CalendarError) as refused:
        public_holidays([2026], country, region)
    assert refused.value.key == key
    assert words in str(refused.value)


def test_the_days_of_an_organisation_are_those_of_its_place() -> None:
    assert SAINT_STEPHEN in days_of(firm(region="Alsace"), NOW, PARIS)
    assert SAINT_STEPHEN not in days_of(firm(), NOW, PARIS)
    assert days_of(None, NOW, PARIS) == days_of(firm(), NOW, PARIS)


@pytest.mark.parametrize(("organisation", "key"), [(firm("QQ"), "country"), (firm(region="Alsac"), "region")])
def test_a_configuration_with_an_unknown_calendar_is_refused_with_its_key(organisation: Organisation, key: str) -> None:
    with pytest.raises(ConfigError, match=rf"^organisation\.{key}: ") as refused:
        days_of(organisation, NOW, PARIS)
    assert len(refused.value.problems) == 1
