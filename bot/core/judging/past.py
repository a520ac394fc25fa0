"""What was known at an hour: a replay of the facts up to it, from the last place on the way that was remembered.

Such places can be thrown away: the facts alone say the same, only slower.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.evolve import evolve
from bot.core.facts import DeskFact, Fact, Recorded
from bot.core.incident import Incident

EVERY = 32
"""How many facts lie between two places: so many are replayed at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An incident as it was after so many facts."""

    number: int
    latest: datetime
    """When the latest of them was recorded. A clock that is put back makes no fact earlier than one before it."""
    incident: Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The way of one incident: some places on it."""

    latest: datetime | None = None
    places: tuple[Place, ...] = ()
    """The oldest first."""

    def after(self, number: int, fact: Fact, incident: Incident) -> Past:
        """Return the way after *fact*, which has that number and led to *incident*."""
        latest = fact.at if self.latest is None else max(fact.at, self.latest)
        if number % EVERY:
            return replace(self, latest=latest)
        return Past(latest=latest, places=(*self.places, Place(number=number, latest=latest, incident=incident)))

    def before(self, at: datetime) -> Place | None:
        """Return the last place up to *at*; None when none is remembered."""
        place = bisect_right(self.places, at, key=lambda known: known.latest)
        return self.places[place - 1] if place else None


def replay(
    start: Place | None, records: Iterable[Recorded[Fact | DeskFact]], at: datetime
) -> tuple[Incident, int, datetime] | None:
    """Return the incident as it was known at *at*, the number of its last fact then, and when that was recorded.

    *records* reach from *start* on, or from before it. What counts is everything before the first fact that was
    recorded later. None before the first fact.
    """
    found = None if start is None else (start.incident, start.number, start.latest)
    for record in records:
        if start is not None and record.number <= start.number:
            continue
        if record.fact.at > at or isinstance(record.fact, DeskFact):
            break
        found = (evolve(found and found[0], record.fact), record.number, record.fact.at)
    return found
