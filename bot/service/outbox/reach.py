"""Whether the homeserver is there, as far as what we asked of it tells."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Task
from bot.service.outbox.urgency import ELSEWHERE, limits_of, rings

LONGEST_PROBE_REST = timedelta(seconds=5)
"""While the homeserver is away, one row asks this often whether it is back.

What rings and fails by itself is tried as often, so that answers do not go by it for long.
"""
LONGEST_REST = timedelta(seconds=60)
_MANY = 8
"""So many failures without an answer in between are no coincidence."""
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class _Fault:
    """What is remembered of a row that failed."""

    answered: int
    """How many requests had been answered by then."""
    alone: int = 0
    """How often it failed since it did while others were answered; 0 when it never did."""


class Reach:
    """Tells an outage of the homeserver from one of other servers, and from a row that fails by itself."""

    def __init__(self) -> None:
        self.answered = 0
        """How many requests were answered since the start."""
        self.probe_at: datetime | None = None
        """When to ask again whether it is there; None while it is."""
        self.elsewhere_at: datetime | None = None
        """The same for what needs another server too, while much of that fails."""
        self._failures = 0
        self._failed_elsewhere: set[str] = set()
        self._faults: dict[str, _Fault] = {}

    def answer(self) -> None:
        """Note that the homeserver answered one of our requests."""
        self.answered += 1
        self.probe_at = self.elsewhere_at = None
        self._failures = 0
        self._failed_elsewhere.clear()

    def probe_now(self, now: datetime) -> None:
        """Ask at once, if it was away."""
        if self.probe_at is not None:
            self.probe_at = min(self.probe_at, now)

    def forget_times(self, now: datetime) -> None:
        """Ask at once for what needs another server: the clock was set back."""
        if self.elsewhere_at is not None:
            self.elsewhere_at = min(self.elsewhere_at, now)

    def fail(self, task: Task, now: datetime, *, begun: int) -> bool:
        """Note that *task* did not reach it, tried when *begun* answers had come; say whether the next answer wakes it.

        A row that failed while others got through is not woken by them: it fails by itself, and rests longer each time.
        """
        fault = self._faults.setdefault(task.id, _Fault(answered=begun))
        if self.answered > fault.answered:
            fault.answered, fault.alone = self.answered, fault.alone + 1
            return False
        fault.alone += fault.alone > 0
        self._failures += 1
        at = now + min(LONGEST_PROBE_REST, timedelta(seconds=2 ** min(self._failures - 1, 8)))
        if ELSEWHERE in limits_of(task):
            self._failed_elsewhere.add(task.id)
            if len(self._failed_elsewhere) >= _MANY:
                self.elsewhere_at = at
        elif self.probe_at is None and (not fault.alone or self._failures >= _MANY):
            _log.warning("the homeserver takes nothing of ours; one row at a time asks until it does")
            self.probe_at = at
        if self.probe_at is not None:
            self.probe_at = at
        return ELSEWHERE not in limits_of(task) or not (self.probe_at is self.elsewhere_at is None)

    def rest_of(self, task: Task) -> timedelta:
        """Return how long *task*, which just failed, rests if nothing wakes it earlier."""
        fault = self._faults.get(task.id)
        is_alone = fault is not None and fault.alone > 0 and ELSEWHERE not in limits_of(task)
        # The attempts that an outage took say nothing against the row.
        exponent = fault.alone - 1 if fault is not None and is_alone else task.attempts
        # While nothing is answered, others have to ask too: it is woken then.
        longest = LONGEST_PROBE_REST if is_alone and rings(task) else LONGEST_REST
        return min(longest, timedelta(seconds=2 ** min(exponent, 8)))

    def forget(self, task: Task) -> None:
        """Let go of what is remembered of *task*: it is done."""
        self._faults.pop(task.id, None)
