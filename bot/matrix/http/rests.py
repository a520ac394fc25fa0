"""Leaving alone for a while what did not work, longer each time."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Generic, TypeVar

FIRST_REST_S = 60.0
LONGEST_REST_S = 3600.0

Thing = TypeVar("Thing", bound=Hashable)


class Rests(Generic[Thing]):
    """Which things rest now, by the clock of the event loop."""

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
