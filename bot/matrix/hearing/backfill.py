"""Fetch what a limited timeline left out, page by page, back to what was seen before."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from json import dumps

from bot.core.names import RoomId
from bot.matrix.guard.answers import read_events
from bot.matrix.guard.client import GuardedClient
from bot.matrix.hearing.reading import Reader
from bot.matrix.hearing.sync import SAID, STATE
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.ids import fingerprint
from bot.matrix.http.wire import Wire
from bot.ports import BusyError, RefusedError, UnreachableError

logger = logging.getLogger(__name__)

PAGE = 100
MOST_PAGES = 50
TRIES = 10
"""Four minutes: a homeserver that answers syncs already may not have come to itself yet, and what is not fetched now is
never heard."""


class Backfill:
    """Fills the gaps of one account's timelines."""

    def __init__(
        self,
        client: GuardedClient,
        reader: Reader,
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._wire = Wire(client)
        self._reader = reader
        self._jitter = jitter
        self._sleep = sleep

    async def missing(self, room: RoomId, *, before: str, since: str) -> list[object]:
        """Return the guarded events of *room* between *since* and *before*, oldest first; none before we came."""
        newest_first: list[object] = []
        place: str | None = before
        for _ in range(MOST_PAGES):
            page = await self._page(room, place, since)
            if page is None:
                break
            events = read_events(page.get("chunk"), most=PAGE)
            newest_first += events
            end = page.get("end")
            place = end if isinstance(end, str) and end != place else None
            if not events or place is None or self._reader.we_came(room, events):
                return await self._client.guarded(room, newest_first[::-1])
        # An error, because the bot will not act on the messages of the gap.
        logger.error("a gap in the timeline of room %s could not be filled", fingerprint(room))
        return await self._client.guarded(room, newest_first[::-1])

    async def _page(self, room: RoomId, place: str | None, since: str) -> JsonObject | None:
        query = {
            "from": place or "",
            "to": since,
            "dir": "b",
            "limit": str(PAGE),
            "filter": dumps({"types": [*SAID, *STATE]}),
        }
        backoff = Backoff(self._jitter)
        for _ in range(TRIES):
            try:
                return await self._wire.ask("GET", ("rooms", room, "messages"), query=query)
            except RefusedError:
                return None
            except BusyError as busy:
                await self._sleep(backoff.fail(busy.retry_after))
            except UnreachableError:
                await self._sleep(backoff.fail())
        return None
