"""Lanes that stand in line for the homeserver: the most urgent first, and among those whoever waits longest."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from operator import attrgetter

from bot.service.lane import Row
from bot.service.urgency import Urgency, limits_of

Held = Callable[[str, Urgency], datetime | None]
"""Says until when a limit holds what has that urgency; None when it does not."""
_FREE = ""
"""Where those stand who draw on no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a lane stands, and for what."""

    lane: str
    row: Row
    urgency: Urgency
    ticket: int
    limits: tuple[str, ...]


class Line:
    """A line for each class and limit, so that it costs little to pass over those whom a limit holds."""

    def __init__(self) -> None:
        self._lines: dict[Urgency, defaultdict[str, OrderedDict[str, Place]]] = {
            urgency: defaultdict(OrderedDict) for urgency in Urgency
        }
        self._places: dict[str, tuple[Urgency, str]] = {}
        self._tickets = count()

    def __len__(self) -> int:
        return len(self._places)

    def stand(self, lane: str, row: Row, urgency: Urgency) -> None:
        """Let *lane* wait to do *row*; nothing changes if it waits for that already."""
        known = self.place(lane)
        if known is None or known.row is not row or known.urgency is not urgency:
            self.leave(lane)
            limits = limits_of(row.task)
            place = Place(lane=lane, row=row, urgency=urgency, ticket=next(self._tickets), limits=limits)
            self._put(place, limits[-1] if limits else _FREE)

    def place(self, lane: str) -> Place | None:
        """Return where *lane* stands."""
        if lane not in self._places:
            return None
        urgency, limit = self._places[lane]
        return self._lines[urgency][limit][lane]

    def leave(self, lane: str) -> Place | None:
        """Let *lane* wait no longer, and return where it stood."""
        if lane not in self._places:
            return None
        urgency, limit = self._places.pop(lane)
        line = self._lines[urgency][limit]
        place = line.pop(lane)
        if not line:
            del self._lines[urgency][limit]
        return place

    def take(self, least: int, held: Held) -> Place | None:
        """Take out whose turn it is, of those at least as urgent as *least*; None when all are held."""
        for urgency, lines in self._lines.items():
            if lines and urgency <= least:
                heads = [head for limit in tuple(lines) if (head := self._head(urgency, limit, held)) is not None]
                if heads:
                    return self.leave(min(heads, key=attrgetter("ticket")).lane)
        return None

    def held_until(self, held: Held) -> datetime | None:
        """Return when the first of the limits lets somebody through; None when no limit holds anybody."""
        ends = (held(limit, urgency) for urgency, lines in self._lines.items() for limit in lines if limit)
        return min((end for end in ends if end is not None), default=None)

    def _head(self, urgency: Urgency, limit: str, held: Held) -> Place | None:
        """Return who is first here and held by nothing; whom another limit holds goes to stand there."""
        if limit and held(limit, urgency) is not None:
            return None
        line = self._lines[urgency].get(limit)
        while line:
            place = next(iter(line.values()))
            holding = next((limit for limit in place.limits if held(limit, urgency) is not None), None)
            if holding is None:
                return place
            self.leave(place.lane)
            self._put(place, holding)
        return None

    def _put(self, place: Place, limit: str) -> None:
        self._places[place.lane] = (place.urgency, limit)
        self._lines[place.urgency][limit][place.lane] = place
