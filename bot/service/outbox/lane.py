"""One lane of the outbox: the rows of one room, in order, and which of them may be done now."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.ports import NO_DEVICE, SHOWN_ONCE, Action, CreateRoom, InvitePerson, RemovePerson, Task
from bot.service.outbox.urgency import ANSWERS, Urgency, is_file, rings, speaks, urgency_of

_DOORS: frozenset[type[Action]] = frozenset({InvitePerson, RemovePerson})


@dataclass(slots=True, kw_only=True, eq=False)
class Pending:
    """A task, as it stands after the attempts there were."""

    task: Task
    since: datetime
    """From when on it could be done: over a restart that begins anew, since nobody wrote it down."""
    refusal: str = ""
    """The code of the refusal for which it waits; empty when it waits for nothing else than its time."""
    failing_since: datetime | None = None
    """Since when each attempt failed without an answer; None when the last one had an answer."""
    is_told: bool = False
    """Whether somebody was told that it fails."""

    def rests(self, now: datetime) -> bool:
        """Say whether it waits for its time, on purpose or because it failed."""
        return self.task.not_before is not None and self.task.not_before > now

    def fail(self, until: datetime | None) -> None:
        """Count an attempt, and rest *until* then; not at all when something else says how long."""
        self.task = replace(self.task, attempts=self.task.attempts + 1, not_before=until)
        self.refusal = ""


class Lane:
    """The rows of a room that are not done."""

    def __init__(self) -> None:
        self._rows: deque[Pending] = deque()

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Pending]:
        return iter(self._rows)

    def add(self, task: Task, now: datetime) -> bool:
        """Take *task* in; False when nothing changes, since an untried one that waits will show the same."""
        if task.kind in SHOWN_ONCE and (waiting := self._untried(task.kind)) is not None:
            was_bulk, waiting.task = waiting.task.bulk, replace(waiting.task, bulk=waiting.task.bulk and task.bulk)
            return was_bulk and not task.bulk
        delay = None if task.attempts else task.not_before
        self._rows.append(Pending(task=task, since=now if delay is None else max(now, delay)))
        return True

    def remove(self, id: str) -> None:
        """Let go of a row; nothing happens if it is not here."""
        for row in self._rows:
            if row.task.id == id:
                self._rows.remove(row)
                return

    def clear(self) -> None:
        """Let go of all rows."""
        self._rows.clear()

    def lift_rests(self) -> None:
        """Let no row rest because it failed."""
        for row in self._rows:
            if row.task.attempts:
                row.task = replace(row.task, not_before=None)

    def forget_times(self, now: datetime) -> None:
        """Let nothing rest: the clock was set back, and its times are far away."""
        for row in self._rows:
            row.task, row.since = replace(row.task, not_before=None), min(row.since, now)

    def next(self, now: datetime) -> Pending | None:
        """Return what rings and may be done now, else the first row that may; None when nothing may.

        What rings waits for the room to be made, and for nothing else. What was to be said in words and failed holds
        the others; a deliberate delay does not, nor a file, nor what rings, nor what is done with people and the room.
        Words that nobody there can read hold nobody out: whoever is let in may be the first who can.
        """
        ready = [row for row in self._rows if not row.rests(now)]
        is_made = all(row.task.kind is not CreateRoom for row in self._rows)
        if is_made and (ringing := next((row for row in ready if rings(row.task)), None)) is not None:
            return ringing
        holding = [row for row in self._rows if row.rests(now) and _holds(row.task)]
        if holding and all(row.refusal == NO_DEVICE for row in holding):
            return next((row for row in ready if row.task.kind in _DOORS), None)
        if not ready or holding:
            return None
        return _first(ready) if is_made else ready[0]

    def urgency(self, now: datetime) -> Urgency:
        """Return the class of the most urgent row that does not rest: what stands before it is as urgent."""
        return min((urgency_of(row.task) for row in self._rows if not row.rests(now)), default=Urgency.BULK)

    def _untried(self, kind: type[Action]) -> Pending | None:
        return next((row for row in self._rows if row.task.kind is kind and not row.task.attempts), None)

    def wakes_at(self, now: datetime) -> datetime | None:
        """Return when the first of the resting rows may be done; None when none rests."""
        return min((row.task.not_before for row in self._rows if row.task.not_before and row.rests(now)), default=None)


def _first(ready: list[Pending]) -> Pending:
    """Return the first row; an answer overtakes edits of the card and what is for very many rooms, but nothing else."""
    first = next((row for row in ready if not _may_be_overtaken(row.task)), ready[0])
    return first if first.task.kind in ANSWERS else ready[0]


def _holds(resting: Task) -> bool:
    """Say whether a row that rests holds those after it."""
    is_kept_in_order = resting.kind is CreateRoom or speaks(resting)
    return resting.attempts > 0 and is_kept_in_order and not is_file(resting) and not rings(resting)


def _may_be_overtaken(task: Task) -> bool:
    return task.bulk or (task.kind in SHOWN_ONCE and task.not_before is not None)
