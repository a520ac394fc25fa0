"""Dates that come back: which are near, and when they fall, worked by hand in Paris time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.core.clocks.dates import upcoming
from bot.core.clocks.lengths import Until
from bot.core.clocks.rules import Rule
from bot.core.people.roster import Role
from tests.core.dates import PAYROLL, TAX, VAT

PARIS = ZoneInfo("Europe/Paris")


def near(now: datetime) -> dict[str, datetime]:
    found = upcoming((VAT, TAX, PAYROLL), PARIS, now)
    return {rule.id: due_of(rule) for rule in found}


def due_of(rule: Rule) -> datetime:
    assert isinstance(rule.length, Until)
    return rule.length.at


def test_what_falls_due_within_forty_five_days_is_near_and_the_earliest_comes_first() -> None:
    """From Tuesday 24 November 10:00 to Friday 8 January 10:00: not the DSN of 15 January, a week later.

    In winter noon in Paris is 11:00 UTC, and 23:59 is 22:59.
    """
    found = near(datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert list(found.items()) == [
        ("DSN-12-15", datetime(2026, 12, 15, 11, tzinfo=UTC)),
        ("IS-12-15", datetime(2026, 12, 15, 22, 59, tzinfo=UTC)),
        ("VAT-12-19", datetime(2026, 12, 19, 22, 59, tzinfo=UTC)),
    ]


def test_the_year_turns_and_so_does_civil_time() -> None:
    """20 December + 45 days is 3 February; 20 March + 45 days is 4 May, and from 29 March noon is 10:00 UTC."""
    assert list(near(datetime(2026, 12, 20, 9, tzinfo=UTC))) == ["DSN-01-15", "VAT-01-19"]
    spring = near(datetime(2027, 3, 20, 9, tzinfo=UTC))
    assert spring == {
        "DSN-04-15": datetime(2027, 4, 15, 10, tzinfo=UTC),
        "VAT-04-19": datetime(2027, 4, 19, 21, 59, tzinfo=UTC),
    }


def test_a_date_that_has_come_is_past_and_one_on_a_saturday_stays_there() -> None:
    """15 December 12:00 is gone at 12:00; 19 December 2026 is a Saturday."""
    noon = datetime(2026, 12, 15, 11, tzinfo=UTC)
    assert "DSN-12-15" not in near(noon)
    assert "DSN-12-15" in near(noon.replace(hour=10, minute=59))
    assert near(noon)["VAT-12-19"].astimezone(PARIS).weekday() == 5


def test_a_clock_of_the_calendar_may_wait_for_the_morning_and_names_its_source() -> None:
    payroll, _, vat = upcoming((VAT, TAX, PAYROLL), PARIS, datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert (payroll.owner, payroll.source, payroll.source_url) == (Role.HR, "art. 1", "https://example.org/tax")
    assert vat.called == {"fr": "tva-12-19"}
    assert payroll.is_business
    assert payroll.is_recurring
    assert payroll.may_wait
