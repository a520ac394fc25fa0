"""How many comings and goings of one room are believed: the homeserver alone says that they happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.names import RoomId

MOST_COMINGS = 200
"""More in one hour and room are a homeserver's making, or somebody's who can have them made."""
_HOUR = timedelta(hours=1)


class Comings:
    """Counts by the hour. In memory only: a restart begins anew."""

    def __init__(self) -> None:
        self._began: datetime | None = None
        self._counts: dict[RoomId, int] = {}

    def are_too_many(self, room: RoomId, at: datetime) -> bool:
        """Count one more in *room*; say whether it is over what is believed."""
        if self._began is None or not self._began <= at < self._began + _HOUR:
            self._began, self._counts = at, {}
        self._counts[room] = self._counts.get(room, 0) + 1
        return self._counts[room] > MOST_COMINGS
