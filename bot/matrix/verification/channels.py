"""The two ways the messages of a verification go: encrypted in a room of two, or to the device that asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from bot.core.names import DeviceId, RoomId, UserId
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.matrix.verification.messages import CANCEL, METHOD, PREFIX, REQUEST, Code, cancellation
from bot.ports import BusyError, UnreachableError

EVERY_DEVICE = DeviceId("*")


class Speaking(Protocol):
    """The half of the gateway that speaks in rooms."""

    async def tell(self, room: RoomId, user: UserId, kind: str, content: JsonObject, *, txn: str) -> None:
        """Send an encrypted event into a room of *user* and us alone; the same *txn* twice is one event."""


class Channel(Protocol):
    """Where the messages of one verification go."""

    async def send(self, kind: str, content: JsonObject) -> None:
        """Send one, as often as it takes; raises RefusedError when it never will."""


class ToDevice:
    """To the device that asked, or to all of a person's."""

    def __init__(self, wire: Wire, user: UserId, device: DeviceId, transaction: str, id_: str) -> None:
        self._wire = wire
        self._user = user
        self._device = device
        self._transaction = transaction
        self._id = id_

    async def send(self, kind: str, content: JsonObject) -> None:
        """Send it to the device, by a request that may be made twice."""
        messages = {self._user: {self._device: content | {"transaction_id": self._transaction}}}
        path = ("sendToDevice", PREFIX + kind, f"{self._id}-{kind}")
        await _persist(lambda: self._wire.ask("PUT", path, {"messages": messages}))


class InRoom:
    """Into the room, below the request."""

    def __init__(self, speaking: Speaking, room: RoomId, user: UserId, request: str, id_: str) -> None:
        self._speaking = speaking
        self._room = room
        self._user = user
        self._request = request
        self._id = id_

    async def send(self, kind: str, content: JsonObject) -> None:
        """Send it as an event that names the request."""
        related = content | {"m.relates_to": {"rel_type": "m.reference", "event_id": self._request}}
        txn = f"{self._id}-{kind}"
        await _persist(lambda: self._speaking.tell(self._room, self._user, PREFIX + kind, related, txn=txn))


class Channels:
    """Finds the way for each verification."""

    def __init__(self, wire: Wire, speaking: Speaking) -> None:
        self._wire = wire
        self._speaking = speaking

    def back(self, room: RoomId | None, user: UserId, device: DeviceId, transaction: str, id_: str) -> Channel:
        """Return the way that a request came by."""
        if room is None:
            return ToDevice(self._wire, user, device, transaction, id_)
        return InRoom(self._speaking, room, user, transaction, id_)

    async def ask(self, user: UserId, transaction: str, own: DeviceId, now: datetime) -> None:
        """Ask every device of *user* to verify us, which we are on the device *own*."""
        channel = ToDevice(self._wire, user, EVERY_DEVICE, transaction, transaction)
        at = int(now.timestamp() * 1000)
        await channel.send(REQUEST, {"from_device": own, "methods": [METHOD], "timestamp": at})

    async def deny(self, user: UserId, transaction: str, id_: str) -> None:
        """Tell the devices of *user* that we know of no such verification."""
        channel = ToDevice(self._wire, user, EVERY_DEVICE, transaction, id_)
        await channel.send(CANCEL, cancellation(Code.UNKNOWN_TRANSACTION))


async def _persist(send: Callable[[], Awaitable[object]]) -> None:
    """Try until it is sent. Whoever calls sets the limit."""
    backoff = Backoff(lambda: 0.0)
    while True:
        try:
            await send()
        except BusyError as busy:
            await asyncio.sleep(backoff.fail(busy.retry_after))
        except UnreachableError:
            await asyncio.sleep(backoff.fail())
        else:
            return
