"""Cards that have to be shown anew because time passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.incident import Incident
from bot.core.ringing.turns import next_turn

MARGIN = timedelta(minutes=1)
"""How long before the homeserver was heard last what became due may have been left undone by an earlier run."""


class Turning:
    """Knows up to when the passing of time was looked at. Nothing of it is stored: a card more is the worst of it."""

    def __init__(self, begins_at: datetime) -> None:
        self._since = begins_at
        self._looked: dict[str, datetime] = {}

    def take_up(self, heard_at: datetime | None) -> None:
        """Look at all that became due since an earlier run, which heard the homeserver at *heard_at* last."""
        if heard_at is not None:
            self._since = min(self._since, heard_at - MARGIN)

    def next(self, incident: Incident, now: datetime) -> datetime | None:
        """Return when the card of *incident* is to be shown anew; it may be past."""
        looked = self._looked.get(incident.id, self._since)
        if looked > now:  # the clock was set back
            self._looked[incident.id] = looked = now
        return next_turn(incident, looked)

    def turns(self, incident: Incident, now: datetime) -> bool:
        """Say, once, whether the card of *incident* is to be shown anew by *now*."""
        at = self.next(incident, now)
        if at is None or at > now:
            return False
        self._looked[incident.id] = now
        return True
