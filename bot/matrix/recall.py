"""Whether something of ours stands in a room already: looked up before it is said a second time.

A homeserver knows a transaction again for a while only: Synapse for a day, others until they are restarted. But what a
device sent it shows to that device with its transaction for ever.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from urllib.parse import quote, urlencode

import aiohttp

from bot.core.names import EventId, RoomId
from bot.matrix.errors import chat_error
from bot.matrix.guard import GuardedClient
from bot.ports import RefusedError, UnreachableError

LOOKED_AT = 100
"""Events of ours, the newest. While a message is not confirmed hardly anything else is said in its room."""


class Recall:
    """The account's own words in its rooms."""

    def __init__(self, client: GuardedClient) -> None:
        self._client = client

    async def find(self, room: RoomId, txn: str) -> EventId | None:
        """Return the event that was sent as *txn*, or None; raises BusyError or UnreachableError."""
        wanted = json.dumps({"senders": [self._client.user_id], "types": ["m.room.encrypted"]})
        asked = urlencode({"dir": "b", "limit": LOOKED_AT, "filter": wanted})
        path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/messages?{asked}"
        try:
            status, page = await self._client.get(path)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise UnreachableError(type(error).__name__) from None
        if status == HTTPStatus.OK:
            return _sent_as(txn, page.get("chunk"))
        failure = chat_error(status, page)
        if isinstance(failure, RefusedError):
            return None  # what is to be said will be refused likewise, and told
        raise failure


def _sent_as(txn: str, chunk: object) -> EventId | None:
    for event in chunk if isinstance(chunk, list) else ():
        match event:
            case {"event_id": str(id), "unsigned": {"transaction_id": str(sent)}} if sent == txn:
                return EventId(id)
    return None
