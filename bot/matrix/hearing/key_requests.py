"""Asks for room keys that did not come: the device that made one gives it once more to a device it gave it to before.

The request travels in clear, as the specification has it. The homeserver reads in it what stands beside the message.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.core.names import RoomId, UserId
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.room_state import MEGOLM
from bot.ports import RefusedError, Sealed

ASKED_AFTER = (timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=35))
"""How long after a message its key is asked for, and again: before its sender is told that it cannot be read."""
MOST = 20
"""Keys of one person that are asked for at a time: whoever floods a room with what nobody can open costs no more."""

_Key = tuple[UserId, RoomId, str]
"""The sender, the room and the Megolm session: two senders may use the same session id."""


class KeyRequests:
    """Requests missing room keys. What was requested is in memory only: after a restart it is requested again."""

    def __init__(self, client: GuardedClient, wire: Wire) -> None:
        self._client = client
        self._wire = wire
        self._asked: dict[_Key, int] = {}
        """How often each key that is missing was asked for."""
        self.next_due: datetime | None = None
        """When the next is to be asked for; None when none is."""

    async def ask(self, keyless: Iterable[Sealed], now: datetime) -> None:
        """Ask for the keys of these messages, oldest first, as far as it is time.

        Raises BusyError or UnreachableError; what is refused counts as asked, and holds up nobody behind it.
        """
        missing = _first_of_each(keyless)
        self._asked = {key: times for key, times in self._asked.items() if key in missing}
        for key, sealed in missing.items():
            times = sum(now - sealed.received_at >= after for after in ASKED_AFTER)
            if times > self._asked.get(key, 0):
                with suppress(RefusedError):
                    await self._request(*key)
                self._asked[key] = times
        self.next_due = min(
            (
                sealed.received_at + ASKED_AFTER[times]
                for key, sealed in missing.items()
                if (times := self._asked.get(key, 0)) < len(ASKED_AFTER)
            ),
            default=None,
        )

    async def _request(self, sender: UserId, room: RoomId, session: str) -> None:
        content = {
            "action": "request",
            "body": {"algorithm": MEGOLM, "room_id": room, "session_id": session},
            "request_id": str(uuid.uuid4()),
            "requesting_device_id": self._client.machine.device_id,
        }
        path = ("sendToDevice", "m.room_key_request", str(uuid.uuid4()))
        await self._wire.ask("PUT", path, {"messages": {sender: {"*": content}}})


def _first_of_each(keyless: Iterable[Sealed]) -> Mapping[_Key, Sealed]:
    """Return the first message of each key, no more than `MOST` of them for one person."""
    found: dict[_Key, Sealed] = {}
    held: Counter[UserId] = Counter()
    for sealed in keyless:
        key = (sealed.sender, sealed.room, sealed.session)
        if key not in found and held[sealed.sender] < MOST:
            held[sealed.sender] += 1
            found[key] = sealed
    return found
