"""How long to wait after a failure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(seconds=60)
DOUBLINGS = 6


class Backoff:
    """Doubles from one second to a minute while failures follow each other, and spreads bots that failed together."""

    def __init__(self, jitter: Callable[[], float]) -> None:
        self._jitter = jitter
        """Returns numbers from 0 to 1."""
        self._failures = 0

    def fail(self, at_least: timedelta = timedelta()) -> float:
        """Count a failure and return the seconds to wait."""
        full: timedelta = min(SHORTEST * 2 ** min(self._failures, DOUBLINGS), LONGEST)
        self._failures += 1
        return max(full * (0.5 + self._jitter() / 2), at_least, SHORTEST / 2).total_seconds()

    def succeed(self) -> None:
        """Begin again at one second."""
        self._failures = 0
