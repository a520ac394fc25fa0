"""The sync loop: one answer after the other, each kept before the next is asked for."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Never, Protocol

from nio import SyncError

from bot.host.disk import CannotKeepError
from bot.matrix.account.session import UNKNOWN_TOKEN
from bot.matrix.guard.answers import WholeSync
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.bodies import BodyTooLongError
from bot.matrix.http.errors import JsonObject, matrix_code
from bot.ports import ChatError, UnreachableError

logger = logging.getLogger(__name__)

LONG_POLL_MS = 30_000
GIVE_UP_AFTER = 10
"""How often we try to store one sync response before the program ends and its supervisor starts it again."""
TIMELINE_LIMIT = 50
_PLACES = 200
_GO_BACK_AFTER = 3
NOTHING = {"not_types": ["*"]}
STATE = [
    "m.room.create",
    "m.room.encryption",
    "m.room.guest_access",
    "m.room.history_visibility",
    "m.room.join_rules",
    "m.room.member",
    "m.room.name",
    "m.room.power_levels",
]
SAID = ["m.room.encrypted", "m.room.message", "m.reaction", "m.key.verification.*"]
"""Plain messages are asked for to verify the bot, and to tell the operator of the others that were passed over."""


def sync_filter(*, whole_rooms: bool, limit: int = TIMELINE_LIMIT) -> JsonObject:
    """Return a filter for what a bot acts on. Without *whole_rooms* state comes only as it changes."""
    return {
        "presence": NOTHING,
        "account_data": NOTHING,
        "room": {
            "account_data": NOTHING,
            "ephemeral": NOTHING,
            "state": {"types": STATE} if whole_rooms else NOTHING,
            "timeline": {"types": [*SAID, *STATE], "limit": limit},
        },
    }


class Renew(Protocol):
    """Gets a new token, or raises when there is none to be had."""

    async def __call__(self, *, soft_logout: bool) -> None:
        """Act on the homeserver's word that the token is unknown."""


class SyncLoop:
    """Pulls answers, backs off on failures, renews the token, and goes on only from what was kept."""

    def __init__(
        self,
        client: GuardedClient,
        *,
        renew: Renew,
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        whole_rooms: bool = False,
    ) -> None:
        self._client = client
        self._renew = renew
        self._jitter = jitter
        self._sleep = sleep
        self._whole_rooms = whole_rooms
        self._good_at: float | None = None
        self._worked: str | None = None
        """The last `since` token that the homeserver accepted; the `next_batch` it gave then may be unusable."""
        self._places: deque[str] = deque(maxlen=_PLACES)

    @property
    def seconds_since_good(self) -> float | None:
        """Seconds since the last answer that was kept; None before the first."""
        return None if self._good_at is None else asyncio.get_running_loop().time() - self._good_at

    async def run(self, keep: Callable[[WholeSync], Awaitable[None]], *, since: str | None) -> Never:
        """Sync from *since* on for ever. *keep* returns once all of an answer is durable."""
        self._client.next_batch = since or ""
        first = True
        while True:
            answer = await self._pull(first=first)
            self._note_place(answer.next_batch)
            await self._keep(keep, answer)
            self._client.acknowledge(answer)
            self._good_at = asyncio.get_running_loop().time()
            first = False

    def _note_place(self, place: str) -> None:
        """Log that the homeserver went back to an earlier token.

        Events that come again have known ids and change nothing.
        """
        if place in self._places and place != self._places[-1]:
            logger.warning("sync goes back to where it was before")
            while self._places[-1] != place:
                self._places.pop()
        elif place not in self._places:
            self._places.append(place)

    async def _pull(self, *, first: bool) -> WholeSync:
        backoff = Backoff(self._jitter)
        refusals, limit, begun = 0, TIMELINE_LIMIT, asyncio.get_running_loop().time()
        while True:
            place = self._client.next_batch
            try:
                answer = await self._client.sync(
                    # Without a long poll the first response comes at once and shows that the bot is connected.
                    timeout=0 if first else LONG_POLL_MS,
                    sync_filter=sync_filter(whole_rooms=self._whole_rooms, limit=limit),
                    full_state=True if first and self._whole_rooms else None,
                )
            except UnreachableError as error:
                logger.warning("sync failed: %s", error)
                self._client.counts.sync_failed()
                if isinstance(error, BodyTooLongError):
                    # `Backfill` fetches the events that a shorter timeline leaves out.
                    limit = max(1, limit // 4)
                await self._sleep(backoff.fail())
                continue
            if isinstance(answer, WholeSync):
                self._worked = place
                if backoff.has_failed:
                    silent_s = asyncio.get_running_loop().time() - begun
                    logger.info("the homeserver is heard again, after %.0f s", silent_s)
                return answer
            self._client.counts.sync_failed()
            if isinstance(answer, SyncError):
                await self._sleep(backoff.fail(await self._react(answer)))
            refusals += 1
            if refusals >= _GO_BACK_AFTER and self._worked is not None and place != self._worked:
                logger.warning("the place to go on from is refused; going back to the one before")
                self._client.next_batch = self._worked

    async def _react(self, error: SyncError) -> timedelta:
        """Do what an error answer asks for; return the wait it asks for."""
        logger.warning("sync refused: %s", matrix_code({"errcode": error.status_code}) or "unknown error")
        if error.status_code in UNKNOWN_TOKEN:
            try:
                await self._renew(soft_logout=error.soft_logout)
            except ChatError as failure:
                logger.warning("no new token yet: %s", type(failure).__name__)
        return timedelta(milliseconds=max(0, min(error.retry_after_ms or 0, 3_600_000)))

    async def _keep(self, keep: Callable[[WholeSync], Awaitable[None]], answer: WholeSync) -> None:
        """Hand *answer* over until it is stored: its Olm messages cannot be decrypted a second time."""
        backoff = Backoff(self._jitter)
        for attempt in range(1, GIVE_UP_AFTER + 1):
            try:
                await keep(answer)
            except CannotKeepError:
                # Nothing can be kept, here or by anybody else; whoever runs us waits until something can.
                raise
            except Exception as error:
                if attempt == GIVE_UP_AFTER:
                    raise
                # Its text may quote what was to be kept.
                logger.warning("an answer could not be kept, and is given again: %s", type(error).__name__)
                await self._sleep(backoff.fail())
            else:
                return
