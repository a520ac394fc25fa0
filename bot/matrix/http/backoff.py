"""How long to wait after a failure: of everything, or of one thing among many."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import Generic, TypeVar

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(seconds=60)
DOUBLINGS = 6
FIRST_REST_S = 60.0
LONGEST_REST_S = 3600.0

Thing = TypeVar("Thing", bound=Hashable)


class Backoff:
    """Doubles the wait from one second to a minute while failures follow each other.

    The jitter spreads bots that failed at the same moment.
    """

    def __init__(self, jitter: Callable[[], float]) -> None:
        self._jitter = jitter
        """Returns numbers from 0 to 1."""
        self._failures = 0

    @property
    def has_failed(self) -> bool:
        """Say whether there was a failure since the last success."""
        return self._failures > 0

    def fail(self, at_least: timedelta = timedelta()) -> float:
        """Count a failure and return the seconds to wait."""
        full: timedelta = min(SHORTEST * 2 ** min(self._failures, DOUBLINGS), LONGEST)
        self._failures += 1
        return max(full * (0.5 + self._jitter() / 2), at_least, SHORTEST / 2).total_seconds()

    def succeed(self) -> None:
        """Begin again at one second."""
        self._failures = 0


class Cooldowns(Generic[Thing]):
    """Which things failed lately and are not tried again yet, by the clock of the event loop."""

    def __init__(self) -> None:
        self._rests: dict[Thing, tuple[float, float]] = {}

    def is_resting(self, thing: Thing) -> bool:
        """Say whether *thing* is to be left alone for now."""
        until, _ = self._rests.get(thing, (0.0, 0.0))
        return until > asyncio.get_running_loop().time()

    def fail(self, thing: Thing) -> None:
        """Let *thing* rest: a minute at first, twice as long each time, an hour at most."""
        _, last = self._rests.get(thing, (0.0, FIRST_REST_S / 2))
        rest = min(last * 2, LONGEST_REST_S)
        self._rests[thing] = (asyncio.get_running_loop().time() + rest, rest)

    def succeed(self, thing: Thing) -> None:
        """Forget that *thing* ever failed."""
        self._rests.pop(thing, None)
