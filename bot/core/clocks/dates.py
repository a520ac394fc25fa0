"""Dates that come back each month or year, such as taxes and payroll: rows, and the clocks of those to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.clocks.business import business_rule
from bot.core.clocks.lengths import END_OF_DAY
from bot.core.clocks.rules import CALENDAR, Proof, Rule
from bot.core.language import Words
from bot.core.names import Called
from bot.core.people.roster import Role

AHEAD = timedelta(days=45)
"""How far an incident looks: a month's dates, and those of the next while there is time to ask for a delay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """One date of a firm's calendar."""

    name: str
    """What the configuration calls it, and the beginning of its clocks' ids: `dsn`."""
    title: Words
    day: int
    """Of the month. No weekend and no holiday moves it: the strict date is the one that rings."""
    months: tuple[int, ...]
    at: time = END_OF_DAY
    owner: Role
    """Whose holders are reminded."""
    source: str
    source_url: str
    read_on: date
    proof: Proof
    called: Called = field(default_factory=dict)
    """What its clocks' ids begin with in each language."""


def upcoming(calendar: Iterable[Recurring], zone: ZoneInfo, now: datetime) -> tuple[Rule, ...]:
    """Return a clock for each date of *calendar* that is to come and near, earliest first."""
    found = [(due, row) for row in calendar for due in _dates(row, zone, now) if now < due <= now + AHEAD]
    return tuple(_clock(row, due, zone, now) for due, row in sorted(found, key=lambda one: (one[0], one[1].name)))


def _dates(row: Recurring, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    this = now.astimezone(zone).year
    for year in (this, this + 1):
        yield from (datetime.combine(date(year, month, row.day), row.at, zone) for month in row.months)


def _clock(row: Recurring, due: datetime, zone: ZoneInfo, now: datetime) -> Rule:
    day = f"{due.astimezone(zone):%m-%d}"
    return replace(
        business_rule(f"{row.name}-{day}", due.astimezone(UTC), row.owner, now),
        title=row.title,
        source=row.source,
        source_url=row.source_url,
        read_on=row.read_on,
        proof=row.proof,
        regime=CALENDAR,
        called={language: f"{name}-{day}" for language, name in row.called.items()},
    )
