"""The wall clock."""

from __future__ import annotations

from datetime import UTC, datetime


class WallClock:
    """Implements `bot.ports.Clock`."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)
