"""Amounts as tired people type them, and those of which nobody can say what is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.costs.amounts import begins_with_amount
from bot.commands.reasons import Why
from bot.core.commands import NoteCost
from bot.core.costs.amounts import Amount, Effort, Money
from tests.commands.lines import command, read, refused


def amount(typed: str) -> Amount:
    noted = command(f"!cost {typed}")
    assert isinstance(noted, NoteCost)
    return noted.amount


@pytest.mark.parametrize(
    ("typed", "units", "digits", "currency"),
    [
        ("4200 EUR", 420000, 2, "EUR"),
        ("4200eur", 420000, 2, "EUR"),
        ("4 200,50 €", 420050, 2, "EUR"),
        ("4\u202f200,50\u00a0€", 420050, 2, "EUR"),
        ("4,200.50 EUR", 420050, 2, "EUR"),
        ("4.200,50 euros", 420050, 2, "EUR"),
        ("4,200 EUR", 420000, 2, "EUR"),
        ("1,234,567.8 EUR", 123456780, 2, "EUR"),
        ("0,50 EUR", 50, 2, "EUR"),
        ("€4,200.50", 420050, 2, "EUR"),
        ("EUR 12", 1200, 2, "EUR"),
        ("CHF 4'200", 420000, 2, "CHF"),
        ("£30", 3000, 2, "GBP"),
        ("100 JPY", 100, 0, "JPY"),
        ("1000000000000000 JPY", 10**15, 0, "JPY"),
        ("1.5 TND", 1500, 3, "TND"),
        ("99 999 999 999 EUR", 9_999_999_999_900, 2, "EUR"),
    ],
)
def test_money_is_read_as_it_is_written_in_either_country(typed: str, units: int, digits: int, currency: str) -> None:
    assert amount(typed) == Money(units=units, digits=digits, currency=currency)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("12h", 720),
        ("12 h", 720),
        ("12 heures", 720),
        ("12h30", 750),
        ("12 h 30", 750),
        ("1h30min", 90),
        ("1h 5 min", 65),
        ("90min", 90),
        ("90 minutes", 90),
        ("1.5 h", 90),
        ("0,25h", 15),
        ("1 000 h", 60_000),
    ],
)
def test_hours_are_read_to_the_minute(typed: str, minutes: int) -> None:
    assert amount(typed) == Effort(minutes=minutes)


@pytest.mark.parametrize("typed", ["~4200 EUR", "≈ 4200 EUR", "about 4200 EUR", "environ 4200 EUR", "env. 4200 EUR"])
def test_an_estimate_says_that_it_is_one(typed: str) -> None:
    noted = command(f"!cost {typed}")
    assert isinstance(noted, NoteCost)
    assert noted.estimated
    assert noted.amount == Money(units=420000, digits=2, currency="EUR")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("four thousand euros", Why.NOT_AN_AMOUNT),
        ("quatre mille euros", Why.NOT_AN_AMOUNT),
        ("lots", Why.NOT_AN_AMOUNT),
        ("~", Why.NOT_AN_AMOUNT),
        ("-40 EUR", Why.NEGATIVE_AMOUNT),
        ("− 40 EUR", Why.NEGATIVE_AMOUNT),
        ("-€40", Why.NEGATIVE_AMOUNT),
        ("€ -40", Why.NEGATIVE_AMOUNT),
        ("-12h", Why.NEGATIVE_AMOUNT),
        ("0 EUR", Why.NEGATIVE_AMOUNT),
        ("0h", Why.NEGATIVE_AMOUNT),
        ("4200 ZZZ expertise", Why.UNKNOWN_CURRENCY),
        ("4200 FRF", Why.UNKNOWN_CURRENCY),
        ("4200 $", Why.UNKNOWN_CURRENCY),
        ("4k EUR", Why.UNKNOWN_CURRENCY),
        ("5 M EUR", Why.UNKNOWN_CURRENCY),
        ("2 days", Why.UNKNOWN_CURRENCY),
        ("4200.50", Why.AMOUNT_WITHOUT_UNIT),
        ("4 200", Why.AMOUNT_WITHOUT_UNIT),
        ("4,200 TND", Why.NOT_AN_AMOUNT),
        ("1.250 h", Why.NOT_AN_AMOUNT),
        ("0.33h", Why.NOT_AN_AMOUNT),
        ("1.5h30", Why.NOT_AN_AMOUNT),
        ("12h 30 it", Why.NOT_AN_AMOUNT),
        ("12 heures 30 it", Why.NOT_AN_AMOUNT),
        ("4200.505 EUR", Why.NOT_AN_AMOUNT),
        ("42.00.00 EUR", Why.NOT_AN_AMOUNT),
        ("100.5 JPY", Why.NOT_AN_AMOUNT),
        ("99999999999999 EUR", Why.NOT_AN_AMOUNT),
        ("200000h", Why.NOT_AN_AMOUNT),
    ],
)
def test_what_cannot_be_kept_exactly_is_refused_in_a_sentence(typed: str, why: Why) -> None:
    assert refused(f"!cost {typed}").why is why


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("3900 EUR", True),
        ("~3900", True),
        ("-3 EUR", True),
        ("€3", True),
        ("legal", False),
        ("EUR", False),
        ("", False),
    ],
)
def test_figures_mean_an_amount(typed: str, begins: bool) -> None:
    assert begins_with_amount(typed) is begins


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    read(f"!cost {typed}")


@given(st.integers(1, 10**15), st.sampled_from(["EUR", "CHF", "JPY", "USD"]))
def test_no_cent_is_lost(units: int, currency: str) -> None:
    digits = 0 if currency == "JPY" else 2
    whole, rest = divmod(units, 10**digits)
    typed = f"{whole}.{rest:0{digits}}" if digits else str(whole)
    assert amount(f"{typed} {currency}") == Money(units=units, digits=digits, currency=currency)
