"""How fast the homeserver lets us go, as far as its refusals tell. In memory only: a restart looks anew."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.service.outbox.urgency import INVITES

BURST = 10
"""How many requests a limiter lets gather while nothing is asked; more than it has costs one refusal."""
STREAK = 8
"""After so many requests in a row without a refusal we try to go faster."""
_FASTER, _FASTEST = 0.1, 0.5
"""By how much the first time, and at the most: each streak is bolder than the one before."""
_SHORTEST = timedelta(milliseconds=20)
"""A limit that lets through more than this allows is none."""
FORGOTTEN = timedelta(minutes=10)
"""A limit that was not met for so long, and for BURST times its interval, is not remembered."""
_TOO_MANY_TO_BLAME = 3
"""When so many people in a row could not be invited, the limit is not one of theirs but ours."""
_SUSPICION = timedelta(seconds=10)
"""What is only guessed from refusals about others stops us no longer than this."""
_LONGEST_DOUBT = timedelta(minutes=1)
"""Who breaks its word is asked this often at least."""
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class _Bucket:
    """One limiter: a token comes every *interval*, the next one at *free_at*."""

    interval: timedelta
    free_at: datetime
    limited_at: datetime
    wait: timedelta = timedelta()
    """What the last refusal made us wait."""
    passed_at: datetime | None = None
    streak: int = 0
    """Requests let through since then."""
    boldness: float = _FASTER

    def free(self, spare: int) -> datetime:
        """Return when a token may be taken that leaves *spare* others."""
        return self.free_at + spare * self.interval

    def take(self, now: datetime) -> None:
        self.free_at = max(self.free_at, now - (BURST - 1) * self.interval) + self.interval

    def passed(self, now: datetime) -> None:
        self.passed_at = now
        self.streak += 1
        if self.streak % STREAK == 0:
            self.interval *= 1 - self.boldness
            self.boldness = min(self.boldness + _FASTER, _FASTEST)

    def limited(self, now: datetime, retry_after: timedelta) -> None:
        """Learn from a refusal: it names the moment of the next token, and the last one came when we were let through.

        Others may have taken tokens in between, so what it tells is believed within bounds; and a homeserver that
        refuses again what came when it said is asked less often.
        """
        longest = 2 * max(self.interval, retry_after)
        since_last = retry_after if self.passed_at is None else now + retry_after - self.passed_at
        self.interval = max(self.interval, retry_after, min(since_last, longest))
        is_broken_promise = not self.streak and now >= self.limited_at + self.wait > self.limited_at
        self.wait = max(retry_after, min(2 * self.wait, _LONGEST_DOUBT)) if is_broken_promise else retry_after
        self.free_at, self.limited_at = now + self.wait, now
        self.streak, self.boldness = 0, _FASTER

    def is_forgotten(self, now: datetime) -> bool:
        return self.interval < _SHORTEST or now - self.limited_at > max(FORGOTTEN, BURST * self.interval)


class Pace:
    """One bucket for each limit that was met; what was never refused is not held."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._blamed: dict[str, None] = {}
        """The limits on people met since an invitation last passed."""

    def held_until(self, limit: str, now: datetime, *, spare: int = 0) -> datetime | None:
        """Return when a token of *limit* may be taken that leaves *spare* others; None when one may be now."""
        bucket = self._buckets.get(limit)
        if bucket is None:
            return None
        if bucket.is_forgotten(now):
            del self._buckets[limit]
            return None
        free = bucket.free(spare)
        return free if free > now else None

    def interval(self, limits: Sequence[str], now: datetime) -> timedelta | None:
        """Return how long what draws on *limits* takes each time; None when none of them was met lately."""
        known = [bucket.interval for bucket in self._known(limits) if not bucket.is_forgotten(now)]
        return max(known, default=None)

    def take(self, limits: Sequence[str], now: datetime) -> None:
        """Take a token of each of *limits*: a request goes out."""
        for bucket in self._known(limits):
            bucket.take(now)

    def passed(self, limits: Sequence[str], now: datetime) -> None:
        """Note that the request was let through."""
        for bucket in self._known(limits):
            bucket.passed(now)
        if INVITES in limits:
            self._blamed.clear()

    def limited(self, limits: Sequence[str], now: datetime, retry_after: timedelta) -> None:
        """Note that the homeserver refused a request for the time being."""
        known = self._buckets.get(INVITES) if INVITES in limits else None
        if known is not None and retry_after <= 2 * known.interval:
            self._limit(INVITES, now, retry_after)
            return
        self._limit(limits[0], now, retry_after)
        if INVITES in limits:
            self._blamed[limits[0]] = None
            if len(self._blamed) >= _TOO_MANY_TO_BLAME:
                self._limit(INVITES, now, min(retry_after, _SUSPICION))
                self._blamed.clear()

    def _limit(self, limit: str, now: datetime, retry_after: timedelta) -> None:
        bucket = self._buckets.get(limit)
        if bucket is None:
            bucket = _Bucket(interval=retry_after, free_at=now, limited_at=now)
            self._buckets[limit] = bucket
            # The rest of the name may be a person's.
            _log.info("the homeserver limits our %s", limit.partition(" ")[0])
        bucket.limited(now, retry_after)

    def _known(self, limits: Sequence[str]) -> list[_Bucket]:
        return [bucket for limit in limits if (bucket := self._buckets.get(limit)) is not None]
