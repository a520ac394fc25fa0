"""Who is on, and for how long: from what they did here, for a room knows nothing of whoever only reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.rhythm.state import REST

LONG = timedelta(hours=10)
"""Whoever is on for longer is named, so that somebody relieves them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Somebody who is on."""

    user: UserId
    since: datetime
    """The first thing that they did after their last rest."""


def on_now(incident: Incident, now: datetime) -> tuple[Watch, ...]:
    """Return who is on: of the roster, who did something within the length of a rest, and did not hand over since.

    The longest first.
    """
    watches = (
        Watch(user=user, since=since)
        for user, since in incident.rhythm.on_since.items()
        if user in incident.roster and now - incident.acted.get(user, since) < REST and not incident.rests(user)
    )
    return tuple(sorted(watches, key=lambda watch: (watch.since, watch.user)))


def on_for_long(incident: Incident, now: datetime) -> tuple[Watch, ...]:
    """Return who is on for longer than ten hours, the longest first."""
    return tuple(watch for watch in on_now(incident, now) if now - watch.since >= LONG)
