"""How much comes in at once: so many in a row, then so many a second, for each of a bounded number of names."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_KNOWN = 1_024
"""Of so many names it is known what they used, the last ones heard of."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limit:
    """A budget for each name, which fills again with time."""

    def __init__(self, *, at_once: int, per_second: float, clock: Callable[[], float]) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, name: str) -> int:
        """Return for how many seconds nothing is left for *name*; 0 when something is. It uses nothing."""
        lacks = 1 - self._bucket(name).left
        return math.ceil(lacks / self._per_second) if lacks > 0 else 0

    def use(self, name: str, count: int = 1) -> None:
        """Take *count* from the budget of *name*, which may be more than is left: then it waits the longer."""
        self._bucket(name).left -= count

    def _bucket(self, name: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.pop(name, None) or _Bucket(self._at_once, now)
        bucket.left = min(self._at_once, bucket.left + (now - bucket.at) * self._per_second)
        bucket.at = now
        self._buckets[name] = bucket
        while len(self._buckets) > _KNOWN:
            self._buckets.popitem(last=False)
        return bucket
