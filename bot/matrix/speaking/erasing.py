"""Takes a room back: every message deleted, everybody out, the bot too, and its keys forgotten."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from hashlib import sha256

from bot.core.names import EventId, RoomId, UserId
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http import ids
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.ids import fingerprint
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.room_keys import RoomKeys
from bot.matrix.speaking.room_state import RoomStates
from bot.ports import BusyError, RefusedError

_log = logging.getLogger(__name__)

PAGE = 100
_PRESENT = {"join", "invite", "knock"}
_POLITENESS = 2
"""The deletion waits this many times longer than the homeserver asks. Reminders of other rooms share the limit."""


class Eraser:
    """Deletes what a homeserver lets the bot delete. Begun again after a stop, it goes on where it was."""

    def __init__(
        self,
        client: GuardedClient,
        wire: Wire,
        states: RoomStates,
        keys: RoomKeys,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._wire = wire
        self._states = states
        self._keys = keys
        self._sleep = sleep

    async def erase(self, room: RoomId, only: EventId | None = None) -> int:
        """Do as `ports.Chat.erase`."""
        refused = 0
        if only is not None:
            await self._wire.ask("PUT", ("rooms", room, "redact", only, _txn(only)), {})
            return refused
        if await self._is_inside(room):
            refused = await self._delete_messages(room)
            await self._put_out_everybody(room)
            await self._wire.ask("POST", ("rooms", room, "leave"), {})
            self._states.invalidate(room)
        self._keys.set_aside(room)
        await self._keys.break_promises(room, of=self._keys.promised(room))
        self._client.machine.forget_room(room)
        if refused:
            _log.warning("%d messages of room %s could not be deleted", refused, fingerprint(room))
        return refused

    async def _is_inside(self, room: RoomId) -> bool:
        joined = (await self._wire.ask("GET", ("joined_rooms",))).get("joined_rooms")
        return isinstance(joined, list) and room in joined

    # --- messages -----------------------------------------------------------------------------------------------

    async def _delete_messages(self, room: RoomId) -> int:
        refused, place = 0, ""
        while True:
            query = {"dir": "b", "limit": str(PAGE)} | ({"from": place} if place else {})
            page = await self._wire.ask("GET", ("rooms", room, "messages"), query=query)
            for event in _deletable(page.get("chunk")):
                refused += not await self._delete(room, event)
            end = page.get("end")
            if not isinstance(end, str) or end == place:
                return refused
            place = end

    async def _delete(self, room: RoomId, event: EventId) -> bool:
        return await self._patiently("PUT", ("rooms", room, "redact", event, _txn(event)), {})

    # --- people -------------------------------------------------------------------------------------------------

    async def _put_out_everybody(self, room: RoomId) -> None:
        members = (await self._states.read(room, fresh=True)).members
        for user in (user for user, membership in members.items() if membership in _PRESENT):
            if user != UserId(self._client.user_id):
                await self._patiently("POST", ("rooms", room, "kick"), {"user_id": user})

    async def _patiently(self, method: str, path: tuple[str, ...], body: JsonObject) -> bool:
        """Ask until it is done or refused, and say which."""
        while True:
            try:
                await self._wire.ask(method, path, body)
            except BusyError as busy:
                await self._sleep(_POLITENESS * busy.retry_after.total_seconds())
            except RefusedError:
                return False
            else:
                return True


def _txn(event: EventId) -> str:
    return sha256(f"delete/{event}".encode()).hexdigest()[:32]


def _deletable(chunk: object) -> Iterator[EventId]:
    """Yield the messages of a page that still have content. State events cannot be deleted."""
    for event in chunk if isinstance(chunk, list) else ():
        match event:
            case {"state_key": _} | {"type": "m.room.redaction"}:
                continue
            case {"event_id": str(id), "content": dict(content)} if content and ids.event_id(id) is not None:
                yield EventId(id)
