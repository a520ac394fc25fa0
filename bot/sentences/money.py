"""Currencies, and figures as a language writes them, by CLDR."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from babel.core import Locale, UnknownLocaleError, get_global
from babel.numbers import format_decimal, get_currency_precision

from bot.core.language import ENGLISH, Language


@cache
def currencies() -> Mapping[str, int]:
    """Return the currencies that are paid with somewhere today, by ISO 4217, each with the decimals of its unit."""
    known = (entry for entries in get_global("territory_currencies").values() for entry in entries)
    return {code: get_currency_precision(code) for code, _, end, is_tender in known if end is None and is_tender}


def figure(units: int, digits: int, language: Language) -> str:
    """Return a number of *units* of which 10**digits are a whole: `4,200.50`, `4 200,50`."""
    number = Decimal(units).scaleb(-digits)
    form = "#,##0" + ("." + "0" * digits if digits and units % 10**digits else "")
    return str(format_decimal(number, format=form, locale=_locale(language)))


def plain(units: int, digits: int, language: Language) -> str:
    """Return the same as a spreadsheet of the language reads it, without marks between thousands: `4200,50`."""
    form = "0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(Decimal(units).scaleb(-digits), format=form, locale=_locale(language)))


@cache
def _locale(language: Language) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(ENGLISH)
