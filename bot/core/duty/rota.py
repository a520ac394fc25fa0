"""A rota: whose week it is. Weeks change at one hour of the house's clock, in summer and in winter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.names import UserId

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """The people of a role who are on duty in turn, a week each, again and again."""

    weeks: tuple[UserId | None, ...]
    """Whose each week is; None: nobody's."""
    since: date
    """The day on which the first week begins; every other begins on that day of the week."""
    hour: time
    """When a week begins, on the house's clock."""

    def begins(self, number: int, zone: ZoneInfo) -> datetime:
        """Return when the week of that *number* begins, in UTC; the first is 0."""
        return datetime.combine(self.since + number * WEEK, self.hour, zone).astimezone(UTC)

    def number(self, at: datetime, zone: ZoneInfo) -> int:
        """Return the number of the week in which *at* lies; less than 0 before the first."""
        number = (at.astimezone(zone).date() - self.since).days // WEEK.days
        return number if self.begins(number, zone) <= at else number - 1

    def whose(self, at: datetime, zone: ZoneInfo) -> UserId | None:
        """Return whose week it is; None: nobody's, or the first is still to come."""
        number = self.number(at, zone)
        return None if number < 0 else self.weeks[number % len(self.weeks)]
