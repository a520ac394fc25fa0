"""Leaves rooms that are not ours: no incident room, no control room, no direct room with our people."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Never

from bot.core.names import RoomId, UserId
from bot.matrix.http import ids
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.ids import fingerprint
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.room_state import RoomState, RoomStates
from bot.matrix.speaking.rooms import room_of
from bot.ports import BusyError, ChatError, RefusedError, Vault

logger = logging.getLogger(__name__)

TWO = 2
"""A direct room is one person and us."""
MOST = 10_000
"""Rooms that wait to be looked at."""
LOOK_REST_S = 1.0
"""How long we wait before we look at a room. A room that we are making becomes ours in that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Which rooms are ours, and the means to join and leave rooms."""

    own: UserId
    people: AbstractSet[UserId]
    holds: Callable[[RoomId], bool]
    """Says whether a room is one of ours: the control room or an incident's."""
    wire: Wire
    states: RoomStates
    vault: Vault


class ForeignRooms:
    """Looks at every room once at the start, and again when people come or go, in a task of its own.

    Ours are the rooms that *holds* knows (the control room, those of incidents), those we made and may not have taken
    in yet, and direct rooms with one of *people*. A room that we made beside the one that is used, because the
    homeserver was asked twice and did both, is left.
    """

    def __init__(
        self,
        access: Access,
        *,
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._access = access
        self._backoff = Backoff(jitter)
        self._sleep = sleep
        self._waiting: dict[RoomId, None] = {}
        self._made: set[RoomId] = set()
        """Rooms that we made and that belong to no incident yet."""
        self._noticed = asyncio.Event()

    def notice(self, room: RoomId) -> None:
        """Look at *room* soon: a member came or left, or we joined it."""
        for one in (room, *self._made):
            if not self._access.holds(one) and (one in self._waiting or len(self._waiting) < MOST):
                self._waiting[one] = None
                self._noticed.set()

    async def run(self) -> Never:
        """Look at rooms for ever."""
        while not await self._succeeds(self._look_around()):
            pass
        while True:
            await self._noticed.wait()
            await self._sleep(LOOK_REST_S)
            self._noticed.clear()
            waiting, self._waiting = self._waiting, {}
            for room in waiting:
                if not await self._succeeds(self._look_at(room)):
                    self.notice(room)

    async def _succeeds(self, act: Awaitable[None]) -> bool:
        """Wait for *act*; return False, after a pause, if it must be tried again. A refusal counts as done."""
        try:
            await act
        except RefusedError:
            return True
        except ChatError as error:
            wait = error.retry_after if isinstance(error, BusyError) else timedelta()
            await self._sleep(self._backoff.fail(wait))
            return False
        self._backoff.succeed()
        return True

    async def _look_around(self) -> None:
        answer = await self._access.wire.ask("GET", ("joined_rooms",))
        joined = answer.get("joined_rooms")
        for room in joined if isinstance(joined, list) else ():
            if (id := ids.room_id(room)) is not None:
                self.notice(id)

    async def _look_at(self, room: RoomId) -> None:
        self._made.discard(room)
        if self._access.holds(room):
            return
        state = await self._access.states.read(room, fresh=True)
        if state.creator == self._access.own and not await self._is_second(room, state):
            self._made.add(room)
            return
        if state.creator != self._access.own and self._is_direct(state):
            return
        await self._access.wire.ask("POST", ("rooms", room, "leave"), {})
        logger.warning("left room %s: it is no room of ours", fingerprint(room))
        await self._access.wire.ask("POST", ("rooms", room, "forget"), {})

    def _is_direct(self, state: RoomState) -> bool:
        others = state.present - {self._access.own}
        return len(state.present) == TWO and others <= self._access.people

    async def _is_second(self, room: RoomId, state: RoomState) -> bool:
        """Say whether another room of that name is the one that is used."""
        used = await room_of(self._access.vault, state.name or "")
        return used is not None and used != room
