"""How much one person may ask for without waiting for the answers: a burst, then a steady pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.core.names import RoomId, UserId
from bot.ports import Counts, Edited, FileSent, Message, Misnamed, Reacted, Unreadable
from bot.service.fair import FairQueue
from bot.service.outbox.lanes import Lanes
from bot.service.worker import Worker

BURST = 20
"""How many commands of one person in one room are taken at once."""
AWAY_BURST = 100
"""The same for what was sent while we were away, and could not be answered."""
AWAY = timedelta(minutes=1)
"""After so long without an answer of the homeserver we were away; at work there is one every half minute."""
PACE = timedelta(seconds=3)
"""How long it takes until one more is taken."""
FORGOTTEN = AWAY_BURST * PACE
"""After this long without a command nothing is left to remember: everything is as it was at first."""
WARN_AGAIN = timedelta(minutes=1)
"""Who goes on regardless is told once a minute."""


class Taken(Enum):
    """What becomes of a command."""

    YES = auto()
    WARNED = auto()
    """It is dropped, and its sender is told."""
    NO = auto()
    """It is dropped in silence: its sender was told a moment ago."""


@dataclass(slots=True, kw_only=True)
class _Purse:
    size: int
    left: float
    at: datetime
    warned: datetime | None = None


class Budget:
    """One purse for each person and room. In memory only: a restart forgives."""

    def __init__(self, now: datetime) -> None:
        self._heard_at: datetime | None = None
        self._back_at = now
        self._purses: dict[tuple[UserId, RoomId, bool, bool], _Purse] = {}
        self.dropped = 0
        """How many commands were dropped since the start."""

    def hear(self, now: datetime) -> None:
        """Note that the homeserver gave us what there was, be it nothing."""
        if self._heard_at is None or now - self._heard_at > AWAY:
            self._back_at = now
        self._heard_at = now

    def spend(self, user: UserId, room: RoomId, at: datetime, *, proven: bool = True) -> Taken:
        """Say whether a command of *user* is taken that came into *room* at that time, before the last was answered.

        What is not *proven* to be theirs has a purse of its own, so that nobody can empty another's.
        """
        away = at <= self._back_at
        purse = self._purse((user, room, away, proven), AWAY_BURST if away else BURST, at)
        purse.left = min(purse.size, purse.left + max(timedelta(0), at - purse.at) / PACE)
        purse.at = max(at, purse.at)
        if purse.left >= 1:
            purse.left -= 1
            return Taken.YES
        self.dropped += 1
        if purse.warned is not None and at - purse.warned < WARN_AGAIN:
            return Taken.NO
        purse.warned = at
        return Taken.WARNED

    def __len__(self) -> int:
        return len(self._purses)

    def _purse(self, key: tuple[UserId, RoomId, bool, bool], size: int, at: datetime) -> _Purse:
        known = self._purses.get(key)
        if known is not None and at - known.at < FORGOTTEN:
            return known
        self._purses = {other: purse for other, purse in self._purses.items() if at - purse.at < FORGOTTEN}
        fresh = self._purses[key] = _Purse(size=size, left=size, at=at)
        return fresh


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """Charges people for what they ask, unless they waited for our answers: then they are never too fast."""

    budget: Budget
    incoming: FairQueue
    worker: Worker
    lanes: Lanes
    counts: Counts

    def charge(self, event: Message | Edited | FileSent | Reacted | Unreadable | Misnamed, lane: str) -> Taken:
        """Say what becomes of *event*, whose answer goes to *lane*."""
        waits = self.incoming.holds(event.sender) or self.worker.holds(event.sender)
        if not waits and not self.lanes.is_answering(lane):
            return Taken.YES
        taken = self.budget.spend(event.sender, event.room, event.received_at, proven=not isinstance(event, Reacted))
        if taken is not Taken.YES:
            self.counts.dropped()
        return taken
