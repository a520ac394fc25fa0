"""Public holidays of a place, by which working days are counted."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import holidays

from bot.config import ConfigError, mistake
from bot.config.organisation import Organisation
from bot.core.language import fold
from bot.sentences.told import Told, ToldError

FRANCE = "FR"
_YEARS_BEFORE, _YEARS_AFTER = 1, 5
_MOST_SHOWN = 30
_NAMED_TOGETHER = {(FRANCE, "alsace-moselle"): "Moselle"}
"""Regions that the law names as one, as `fold` spells them: each of them has the holidays of all."""


class CalendarError(ToldError):
    """No holidays are known for that place; the text says what to write instead."""

    def __init__(self, unknown: str, told: Told) -> None:
        super().__init__(told.key, **told.holes)
        self.key = unknown
        """What is not known: `country` or `region`."""


def public_holidays(years: Iterable[int], country: str = FRANCE, region: str | None = None) -> frozenset[date]:
    """Return the public holidays of a place in *years*; without a region, those of the whole country.

    Alsace and Moselle keep two more than the rest of France: Good Friday and 26 December.

    Raises:
        CalendarError: the country or the region is unknown.
    """
    regions = _regions(country)
    if region is None:
        return frozenset(holidays.country_holidays(country, years=years))
    spelt = fold(_NAMED_TOGETHER.get((country, fold(region)), region))
    code = {fold(name): code for name, code in regions.items()}.get(spelt)
    if code is None:
        raise CalendarError("region", _no_region(region, country, regions))
    return frozenset(holidays.country_holidays(country, subdiv=code, years=years))


def closed_days(around: datetime, zone: ZoneInfo, country: str = FRANCE, region: str | None = None) -> frozenset[date]:
    """Return the holidays for clocks started *around* then, or in the years a process may run from there.

    Raises:
        CalendarError: the country or the region is unknown.
    """
    year = around.astimezone(zone).year
    return public_holidays(range(year - _YEARS_BEFORE, year + _YEARS_AFTER + 1), country, region)


def days_of(organisation: Organisation | None, around: datetime, zone: ZoneInfo) -> frozenset[date]:
    """Return `closed_days` where *organisation* is; France when nobody described it.

    Raises:
        ConfigError: there is no calendar of that place.
    """
    if organisation is None:
        return closed_days(around, zone)
    try:
        return closed_days(around, zone, organisation.country, organisation.region)
    except CalendarError as unknown:
        raise ConfigError(mistake(f"organisation.{unknown.key}", unknown.told)) from None


def _regions(country: str) -> Mapping[str, str]:
    """Return the code of each region of *country*, by code and by name."""
    known = holidays.list_supported_countries()
    if country not in known:
        near = difflib.get_close_matches(country, known, n=5, cutoff=0.5)
        hint = Told("mistake.near_countries", near=", ".join(near)) if near else ""
        raise CalendarError("country", Told("mistake.unknown_country", country=country, near=hint))
    names: Mapping[str, str] = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    return {**{code: code for code in known[country]}, **names}


def _no_region(region: str, country: str, regions: Mapping[str, str]) -> Told:
    codes = sorted(set(regions.values()))
    if not codes:
        return Told("mistake.no_regions", country=country)
    spelt = {fold(name): code for name, code in regions.items()}
    near = [spelt[name] for name in difflib.get_close_matches(fold(region), spelt, n=3)]
    shown = list(dict.fromkeys(near)) or codes[:_MOST_SHOWN]
    whole = ", ".join(_named(code, regions) for code in shown) + (", ..." if len(codes) > len(shown) else "")
    key = "mistake.near_regions" if near else "mistake.known_regions"
    return Told(key, region=region, country=country, regions=whole)


def _named(code: str, regions: Mapping[str, str]) -> str:
    """Return a code with the longest of its names, which is the whole one."""
    names = [name for name, known in regions.items() if known == code and name != code]
    return f"{code} ({max(names, key=len)})" if names else code
