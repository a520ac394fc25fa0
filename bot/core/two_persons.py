"""The rule of two persons: what waits for a second one, how long, and who that can be."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.facts import ConfirmationAsked, Irreversible, Removal
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.roster import Right, has_right

CONFIRM_WITHIN = timedelta(minutes=10)
"""How long an act waits for its second person, on the wall, in a fast drill too."""


def lapses_at(asked: ConfirmationAsked) -> datetime:
    """Return from when on *asked* cannot be confirmed any more."""
    return asked.at + CONFIRM_WITHIN


def waiting(incident: Incident, now: datetime) -> tuple[ConfirmationAsked, ...]:
    """Return what can be confirmed now, the oldest first."""
    return tuple(asked for asked in incident.asked if now < lapses_at(asked))


def second_persons(incident: Incident, by: UserId, act: Irreversible) -> tuple[UserId, ...]:
    """Return who could confirm what *by* asks for: others who can lead and are here, but not whoever is to go."""
    gone = act.user if isinstance(act, Removal) else None
    others = sorted(incident.roster.keys() - {by, gone} - incident.left)
    return tuple(user for user in others if has_right(incident.roster[user], Right.LEAD))
