"""Whether the homeserver is there, as far as what we asked of it tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Task, TaskKind
from bot.service.urgency import is_file

LONGEST_PROBE_REST = timedelta(seconds=5)
"""While the homeserver is away, one row asks this often whether it is back."""
LONGEST_REST = timedelta(seconds=60)
_MANY = 8
"""So many failures without a success in between are the homeserver's, whatever failed."""


@dataclass(slots=True, kw_only=True)
class _Fault:
    """What is remembered of a row that failed."""

    answered: int
    """How many requests had been answered by then."""
    alone: int = 0
    """How often it failed while others were answered."""


class Reach:
    """Tells an outage of the homeserver from a row that fails by itself."""

    def __init__(self) -> None:
        self.answered = 0
        """How many requests were answered since the start."""
        self.probe_at: datetime | None = None
        """When to ask again whether it is there; None while it is."""
        self._failures = 0
        self._faults: dict[str, _Fault] = {}

    def answer(self) -> None:
        """Note that the homeserver answered one of our requests."""
        self.answered += 1
        self._failures, self.probe_at = 0, None

    def probe_now(self, now: datetime) -> None:
        """Ask at once, if it was away."""
        if self.probe_at is not None:
            self.probe_at = min(self.probe_at, now)

    def fail(self, task: Task, now: datetime, *, begun: int) -> bool:
        """Note that *task* did not reach it, tried when *begun* answers had come; say whether the next answer wakes it.

        A row that failed while others got through is not woken by them: it fails by itself, and rests longer each time.
        """
        fault = self._faults.setdefault(task.id, _Fault(answered=begun))
        if self.answered > fault.answered:
            fault.answered, fault.alone = self.answered, fault.alone + 1
            return False
        self._failures += 1
        is_elsewhere = _may_fail_elsewhere(task)
        if self.probe_at is not None or self._failures >= _MANY or not (is_elsewhere or fault.alone):
            self.probe_at = now + min(LONGEST_PROBE_REST, timedelta(seconds=2 ** min(self._failures - 1, 8)))
        return self.probe_at is not None or not is_elsewhere

    def rest_of(self, task: Task) -> timedelta:
        """Return how long *task*, which just failed, rests if nothing wakes it earlier."""
        fault = self._faults.get(task.id)
        exponent = fault.alone - 1 if fault is not None and fault.alone else task.attempts
        return min(LONGEST_REST, timedelta(seconds=2 ** min(exponent, 8)))

    def forget(self, task: Task) -> None:
        """Let go of what is remembered of *task*: it is done."""
        self._faults.pop(task.id, None)


def _may_fail_elsewhere(task: Task) -> bool:
    """Say whether it may be another server that is away: an invited person's, or the one that keeps files."""
    return task.kind in {TaskKind.INVITE, TaskKind.FETCH} or is_file(task)
