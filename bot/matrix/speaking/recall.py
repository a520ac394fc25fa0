"""Whether something of ours stands in a room already: looked up before it is said a second time.

A homeserver knows a transaction again for a while only: Synapse for a day, others until they are restarted. But what a
device sent it shows to that device with its transaction for ever.
"""

from __future__ import annotations

import json

from bot.core.names import EventId, RoomId
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.pages import read_page
from bot.matrix.http import ids
from bot.ports import RefusedError

LOOKED_AT = 100
"""Events of ours, the newest. While a message is not confirmed hardly anything else is said in its room."""


class Recall:
    """The account's own words in its rooms."""

    def __init__(self, client: GuardedClient) -> None:
        self._client = client

    async def find(self, room: RoomId, txn: str) -> EventId | None:
        """Return the event that was sent as *txn*, or None; raises BusyError or UnreachableError."""
        wanted = json.dumps({"senders": [self._client.user_id], "types": ["m.room.encrypted"]})
        try:
            page = await read_page(self._client, room, {"dir": "b", "limit": str(LOOKED_AT), "filter": wanted})
        except RefusedError:
            return None  # what is to be said will be refused likewise, and told
        return _sent_as(txn, page.get("chunk"))


def _sent_as(txn: str, chunk: object) -> EventId | None:
    for event in chunk if isinstance(chunk, list) else ():
        match event:
            case {"event_id": str(id), "unsigned": {"transaction_id": str(sent)}} if sent == txn:
                return ids.event_id(id)
    return None
