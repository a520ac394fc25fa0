"""Room keys promised to devices that may not have them yet; kept, encrypted at rest, over restarts and rotations."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping

from bot.core.names import RoomId
from bot.ports import Vault

_VAULT_NAME = "promised-room-keys"

Holder = tuple[str, str, str]
"""User, device, and the Curve25519 key it was reached by."""
Sessions = Mapping[str, Mapping[Holder, str]]
"""For each session by its id, the key each device is to get."""


class Promises:
    """What is promised, by room. Nothing is kept here that was delivered."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._lock = asyncio.Lock()
        self._rooms: Mapping[RoomId, Sessions] | None = None

    async def load(self) -> None:
        """Take up what was promised when the program ended; does nothing the second time."""
        if self._rooms is not None:
            return
        async with self._lock:
            if self._rooms is None:
                self._rooms = _read(await self._vault.get(_VAULT_NAME))

    @property
    def rooms(self) -> frozenset[RoomId]:
        """The rooms in which anything is promised; none before `load`."""
        return frozenset(self._rooms or ())

    def of(self, room: RoomId) -> Sessions:
        """Return what is promised in *room*."""
        return (self._rooms or {}).get(room, {})

    def holders(self, room: RoomId) -> frozenset[Holder]:
        """Return the devices that are promised anything in *room*."""
        return frozenset(holder for keys in self.of(room).values() for holder in keys)

    async def keep(self, room: RoomId, session: str, keys: Mapping[Holder, str]) -> None:
        """Promise *keys*, durable on return. What was promised before stands: it opens more."""
        await self._change(room, lambda sessions: {**sessions, session: {**keys, **sessions.get(session, {})}})

    async def settle(self, room: RoomId, session: str, served: frozenset[Holder]) -> None:
        """Forget what *served* were promised of *session*: they have it."""
        await self._change(
            room, lambda sessions: {**sessions, session: _without(sessions.get(session, {}), served.__contains__)}
        )

    async def drop(self, room: RoomId, is_dropped: Callable[[Holder], bool]) -> None:
        """Forget all that devices of this description were promised in *room*, durable on return."""
        await self._change(
            room, lambda sessions: {session: _without(keys, is_dropped) for session, keys in sessions.items()}
        )

    async def _change(self, room: RoomId, change: Callable[[Sessions], Sessions]) -> None:
        await self.load()
        if _bare(change(self.of(room))) == self.of(room):
            return
        async with self._lock:
            rooms = {**(self._rooms or {}), room: _bare(change(self.of(room)))}
            rooms = {room: sessions for room, sessions in rooms.items() if sessions}
            await self._vault.put(_VAULT_NAME, _written(rooms))
            self._rooms = rooms


def _without(keys: Mapping[Holder, str], is_dropped: Callable[[Holder], bool]) -> Mapping[Holder, str]:
    return {holder: key for holder, key in keys.items() if not is_dropped(holder)}


def _bare(sessions: Sessions) -> Sessions:
    return {session: keys for session, keys in sessions.items() if keys}


def _written(rooms: Mapping[RoomId, Sessions]) -> bytes:
    lists = {
        room: {session: [[*holder, key] for holder, key in keys.items()] for session, keys in sessions.items()}
        for room, sessions in rooms.items()
    }
    return json.dumps(lists, separators=(",", ":")).encode()


def _read(kept: bytes | None) -> Mapping[RoomId, Sessions]:
    lists: dict[str, dict[str, list[tuple[str, str, str, str]]]] = json.loads(kept) if kept else {}
    return {
        RoomId(room): {
            session: {(user, device, curve): key for user, device, curve, key in keys}
            for session, keys in sessions.items()
        }
        for room, sessions in lists.items()
    }
