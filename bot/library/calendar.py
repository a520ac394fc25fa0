"""Public holidays, by which working days are counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import holidays

_YEARS_BEFORE, _YEARS_AFTER = 1, 5


def french_holidays(years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of metropolitan France in *years*, without the two more of Alsace-Moselle."""
    return frozenset(holidays.country_holidays("FR", years=years))


def closed_days(around: datetime, zone: ZoneInfo) -> frozenset[date]:
    """Return the holidays for clocks started *around* then, or in the years a process may run from there."""
    year = around.astimezone(zone).year
    return french_holidays(range(year - _YEARS_BEFORE, year + _YEARS_AFTER + 1))
