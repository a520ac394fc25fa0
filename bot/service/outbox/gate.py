"""How much of the homeserver the outbox takes at once, and who gets the next slot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.ports import BusyError, InvitePerson, Task
from bot.service.outbox.pace import Pace
from bot.service.outbox.queue import Candidate, LaneQueue
from bot.service.outbox.reach import Reach
from bot.service.outbox.urgency import ELSEWHERE, ERASING, SPARED, Urgency, invites_of, limits_of, rests_alone

WIDTH = 11
"""How many rows are in work at once. Each class leaves one slot more to those before it.

So eight are for very many rooms: with five, a part of the homeserver's one core was idle while ours was at work.
"""
_LONGEST_HOLD = timedelta(minutes=2)
"""Longer than any limit that a Synapse has by default, but for those on invitations of one person."""
_NEVER = datetime.max.replace(tzinfo=UTC)


class Gate:
    """Lets rows through to the homeserver: by their urgency, within its limits, and one at a time while it is away."""

    def __init__(self) -> None:
        self.line = LaneQueue()
        self.reach = Reach()
        self._pace = Pace()
        self._working: dict[str, Candidate] = {}

    def is_working(self, lane: str) -> bool:
        """Say whether a row of *lane* is in work."""
        return lane in self._working

    @property
    def busy(self) -> bool:
        """Say whether anything is in work that somebody waits for."""
        return any(candidate.urgency <= Urgency.ANSWER for candidate in self._working.values())

    @property
    def moves_bulk(self) -> bool:
        """Say whether anything is in work for very many rooms."""
        return any(candidate.urgency is Urgency.BULK for candidate in self._working.values())

    def interval(self, limits: Sequence[str], now: datetime) -> timedelta | None:
        """Do as `Pace.interval`."""
        return self._pace.interval(limits, now)

    def enter(self, now: datetime) -> Candidate | None:
        """Give a slot to whoever is next; None when nobody may have one."""
        least = min(WIDTH - len(self._working) - 1, Urgency.BULK)
        if (probe_at := self.reach.probe_at) is not None:
            if probe_at > now:
                return None
            # One row at a time asks, and what is more urgent does not wait for its answer.
            least = min([least, *(candidate.urgency - 1 for candidate in self._working.values())])
        candidate = self.line.take(least, lambda limit, urgency: self._held_until(limit, urgency, now))
        if candidate is not None:
            self._working[candidate.lane] = candidate
            self._pace.take(candidate.limits, now)
        return candidate

    def leave(self, candidate: Candidate) -> None:
        """Take the slot back."""
        del self._working[candidate.lane]

    def wants_probe(self, now: datetime) -> bool:
        """Say whether it is time to ask for the homeserver, and nobody does."""
        probe_at = self.reach.probe_at
        return probe_at is not None and probe_at <= now and not self._working

    def opens_at(self, now: datetime) -> datetime | None:
        """Return when somebody may pass whom a limit holds, or the outage; None when only a slot is waited for."""
        at = self.reach.probe_at
        if at is None or at <= now:
            at = self.line.held_until(lambda limit, urgency: self._held_until(limit, urgency, now))
        return None if at == _NEVER else at

    def forget_times(self, now: datetime) -> None:
        """Hold nothing until a time of a clock that was set back since: what the limits are is learned anew."""
        self._pace = Pace()
        self.reach.forget_times(now)

    def passed(self, task: Task, now: datetime) -> None:
        """Note that the homeserver did what *task* asks for."""
        self._pace.passed(limits_of(task), now)

    def limited(self, task: Task, busy: BusyError, now: datetime) -> bool:
        """Take the homeserver's word that *task* is to wait; say whether it waits in line, with others like it.

        Beyond two minutes the word is about *task* alone: no reminder waits for an hour because another row has to.
        """
        if busy.invited is not None and task.kind is not InvitePerson:
            self._pace.limited((invites_of(busy.invited),), now, busy.retry_after)
            return False
        if rests_alone(task):
            return False
        longest = busy.retry_after if task.kind is InvitePerson else _LONGEST_HOLD
        self._pace.limited(limits_of(task), now, min(busy.retry_after, longest))
        return busy.retry_after <= longest

    def _held_until(self, limit: str, urgency: Urgency, now: datetime) -> datetime | None:
        """Return until when *limit* holds what has that urgency; None when it does not."""
        if limit in {ERASING, ELSEWHERE}:
            at = self.reach.elsewhere_at if limit == ELSEWHERE else now
            if at is not None and any(limit in candidate.limits for candidate in self._working.values()):
                return _NEVER
            return at if at is not None and at > now else None
        return self._pace.held_until(limit, now, spare=urgency is Urgency.BULK and limit in SPARED)
