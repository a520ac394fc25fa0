"""All lanes of the outbox, and what the rest of the service may know of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.ports import Action, HookCall, Task
from bot.service.outbox.lane import Lane, Pending
from bot.service.outbox.urgency import ANSWERS, is_message


class Lanes:
    """The rows that are not done, lane by lane."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}
        self.silent: dict[str, str] = {}
        """Lanes in which nothing can be said, with the code of the refusal."""
        self.bulk_moved_at: datetime | None = None
        """When the last row for very many rooms was done."""

    def __iter__(self) -> Iterator[tuple[str, Lane]]:
        return iter(tuple(self._lanes.items()))

    def get(self, name: str) -> Lane | None:
        """Return the lane *name*, or None if it has no rows."""
        return self._lanes.get(name)

    def add(self, task: Task, now: datetime) -> bool:
        """Take a row in; False when nothing changes, since one that waits will show the same, or it is none of ours."""
        if task.kind is HookCall:
            return False  # see `bot.service.outbox.calling`
        return self._lanes.setdefault(task.lane, Lane()).add(task, now)

    def remove(self, task: Task) -> None:
        """Let go of a row."""
        if (lane := self._lanes.get(task.lane)) is not None:
            lane.remove(task.id)

    def drop(self, name: str) -> None:
        """Forget a lane that has no rows."""
        del self._lanes[name]

    def remember(self, name: str, code: str | None) -> None:
        """Note that nothing can be said in a lane, with the code of the refusal; None when something can."""
        if code is None:
            self.silent.pop(name, None)
        else:
            self.silent[name] = code

    # --- what others ask ------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """How many rows are not done."""
        return sum(map(len, self._lanes.values()))

    def holds(self, name: str, kind: type[Action]) -> bool:
        """Say whether a row of *kind* is still to be done in a lane."""
        return any(row.task.kind is kind for row in self._lanes.get(name, ()))

    def is_answering(self, name: str) -> bool:
        """Say whether somebody is still to be told something in a lane; what was not asked for does not count."""
        return any(row.task.kind in ANSWERS and not row.task.bulk for row in self._lanes.get(name, ()))

    def oldest_waiting(self, now: datetime) -> timedelta:
        """Return for how long the oldest row waits that may be done and is not; no time when there is none.

        A deliberate delay does not count, nor the time before a restart. Rows for very many rooms take the time they
        take: theirs counts from the last one that was done.
        """
        return self._longest((row for lane in self._lanes.values() for row in lane), now)

    def oldest_unsaid(self, now: datetime) -> timedelta:
        """Return the same of messages alone, where somebody could read: what waits for no homeserver but ours."""
        lanes = (lane for lane in self._lanes.values() if not any(row.refusal for row in lane))
        return self._longest((row for lane in lanes for row in lane if is_message(row.task)), now)

    def _longest(self, rows: Iterable[Pending], now: datetime) -> timedelta:
        return max(now - min(map(self._waits_since, rows), default=now), timedelta())

    def _waits_since(self, row: Pending) -> datetime:
        if row.task.bulk and self.bulk_moved_at is not None:
            return max(row.since, self.bulk_moved_at)
        return row.since
