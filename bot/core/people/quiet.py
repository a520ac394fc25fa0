"""Quiet hours: when reminders that can wait do wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From *start* to *end* in the incident's zone, over midnight when *end* is the earlier hour."""

    start: time
    end: time

    @classmethod
    def between(cls, start: str, end: str) -> QuietHours:
        """Read two hours written `21:00`. Raises ValueError."""
        return cls(start=time.fromisoformat(start), end=time.fromisoformat(end))

    def awake(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return *moment*, or the end of the quiet hours it falls into, in UTC."""
        local = moment.astimezone(zone)
        hour = local.time()
        if self.start <= self.end:
            is_quiet, day = self.start <= hour < self.end, local.date()
        else:
            is_quiet = hour >= self.start or hour < self.end
            day = local.date() + timedelta(days=1 if hour >= self.start else 0)
        end = datetime.combine(day, self.end, zone).astimezone(UTC)
        return max(moment, end) if is_quiet else moment  # an hour that clocks show twice may be past already
