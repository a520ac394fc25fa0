"""Rooms of one person and us where nobody can read: what is to be said there waits, but not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.names import RoomId
from bot.ports import Clock

UNREAD_FOR = timedelta(hours=1)
"""How long an answer waits for the first device that may read it."""
_SWEEP = timedelta(minutes=1)
NOBODY_CAME = "NOBODY_CAME"
"""Code of the refusal that ends the waiting."""


class Unread:
    """Since when each such room waits. A restart gives them all another hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: dict[RoomId, datetime] = {}

    def waits(self, room: RoomId) -> bool:
        """Say whether what is to be said in *room* waits on.

        When the time is up everything that waits there is given up, one row after the other; what comes later waits
        anew.
        """
        now = self._clock.now()
        over = self._since.setdefault(room, now) + UNREAD_FOR
        if now >= over + _SWEEP:
            self._since[room] = now
        return not over <= now < over + _SWEEP

    def was_read(self, room: RoomId) -> None:
        """Forget that *room* waited."""
        self._since.pop(room, None)
