"""Public holidays, by which working days are counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

_REACH = timedelta(days=366)


def french_holidays(years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of metropolitan France in *years*, without the two more of Alsace-Moselle."""
    return frozenset(holidays.country_holidays("FR", years=years))


def closed_days(around: datetime, zone: ZoneInfo) -> frozenset[date]:
    """Return the holidays that matter to a clock started *around* then: its year in *zone* and the years beside it."""
    day = around.astimezone(zone).date()
    return french_holidays(range((day - _REACH).year, (day + _REACH).year + 1))
