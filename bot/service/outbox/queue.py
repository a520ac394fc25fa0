"""Lanes that stand in line for the homeserver: the most urgent first, and among those mostly whoever waits longest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count

from bot.service.outbox.lane import Pending
from bot.service.outbox.urgency import Urgency, goes_ahead, limits_of

Held = Callable[[str, Urgency], datetime | None]
"""Says until when a limit holds what has that urgency; None when it does not."""
_FREE = ""
"""Where those stand who draw on no limit."""
_IN_TURN = datetime.min.replace(tzinfo=UTC)
Ticket = tuple[datetime, int]
"""Whose is lower goes first: in turns; of what is for very many rooms some wait, and of these the oldest goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Where a lane stands, and for what."""

    lane: str
    row: Pending
    urgency: Urgency
    ticket: Ticket
    limits: tuple[str, ...]


class LaneQueue:
    """A line for each class and limit, so that it costs little to pass over those whom a limit holds."""

    def __init__(self) -> None:
        self._lines: dict[Urgency, dict[str, list[tuple[Ticket, str]]]] = {urgency: {} for urgency in Urgency}
        """By ticket. Who left is still here, and passed over once it is their turn."""
        self._candidates: dict[str, Candidate] = {}
        self._tickets = count()

    def __len__(self) -> int:
        return len(self._candidates)

    def stand(self, lane: str, row: Pending, urgency: Urgency) -> None:
        """Let *lane* wait to do *row*; nothing changes if it waits for that already."""
        known = self._candidates.get(lane)
        if known is None or known.row is not row or known.urgency is not urgency:
            limits = limits_of(row.task)
            waits = urgency is Urgency.BULK and not goes_ahead(row.task)
            ticket = (row.since if waits else _IN_TURN, next(self._tickets))
            candidate = Candidate(lane=lane, row=row, urgency=urgency, ticket=ticket, limits=limits)
            self._candidates[lane] = candidate
            self._put(candidate, limits[-1] if limits else _FREE)

    def leave(self, lane: str) -> None:
        """Let *lane* wait no longer."""
        self._candidates.pop(lane, None)

    def take(self, least: int, held: Held) -> Candidate | None:
        """Take out whose turn it is, of those at least as urgent as *least*; None when all are held."""
        for urgency, lines in self._lines.items():
            if lines and urgency <= least:
                heads = [head for limit in tuple(lines) if (head := self._head(urgency, limit, held)) is not None]
                if heads:
                    candidate = min(heads, key=lambda head: head.ticket)
                    self.leave(candidate.lane)
                    return candidate
        return None

    def held_until(self, held: Held) -> datetime | None:
        """Return when the first of the limits lets somebody through; None when no limit holds anybody."""
        ends = (held(limit, urgency) for urgency, lines in self._lines.items() for limit in lines if limit)
        return min((end for end in ends if end is not None), default=None)

    def _head(self, urgency: Urgency, limit: str, held: Held) -> Candidate | None:
        """Return who is first here and held by nothing; whom another limit holds goes to stand there."""
        if limit and held(limit, urgency) is not None:
            return None
        line = self._lines[urgency][limit]
        while line:
            ticket, lane = line[0]
            candidate = self._candidates.get(lane)
            if candidate is not None and candidate.ticket == ticket:
                holding = next((other for other in candidate.limits if held(other, urgency) is not None), None)
                if holding is None:
                    return candidate
                self._put(candidate, holding)
            heappop(line)
        del self._lines[urgency][limit]
        return None

    def _put(self, candidate: Candidate, limit: str) -> None:
        heappush(self._lines[candidate.urgency].setdefault(limit, []), (candidate.ticket, candidate.lane))
