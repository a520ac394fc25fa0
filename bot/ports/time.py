"""What time it is, and what wakes us."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> datetime:
        """Return the current time in UTC."""


class AlarmClock(Protocol):
    """Wakes the service. Holds nothing that could be lost: alarms are derived from facts, and set at every start."""

    def set(self, key: str, at: datetime) -> None:
        """Ring once for *key* at *at*, or at once when that has passed; replaces the earlier setting of *key*."""

    def cancel(self, key: str) -> None:
        """Forget *key*; nothing happens if it is not set."""
