"""A clock that stands still until the test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class FakeClock:
    """Implements `bot.ports.Clock`."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the time it was last moved to."""
        return self._now

    def advance(self, span: timedelta) -> datetime:
        """Move on by *span* and return the new time."""
        return self.move_to(self._now + span)

    def move_to(self, moment: datetime) -> datetime:
        """Move to *moment* and return it; by itself time never runs backwards."""
        assert moment >= self._now
        self._now = moment
        return moment

    def set_back(self, span: timedelta) -> None:
        """Be set back by *span*, as an operator or a time server does."""
        self._now -= span
