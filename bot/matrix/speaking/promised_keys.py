"""Room keys promised to devices that may not have them yet; kept, encrypted at rest, over restarts and rotations."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, KeysView, Mapping

from bot.core.names import RoomId, UserId
from bot.ports import Vault

_OF_ROOM = "promised-room-keys:"
"""Prefix of what is kept for each room: a promise costs the same however many rooms there are."""

Holder = tuple[str, str, str]
"""User, device, and the Curve25519 key it was reached by."""
Sessions = Mapping[str, Mapping[Holder, str]]
"""For each session by its id, the key each device is to get."""


class RoomsByPerson:
    """Which people something waits for in which rooms, found from either end without a look at every room.

    Rooms with people in them, and people with their rooms; nobody and nothing is kept empty.
    """

    def __init__(self) -> None:
        self._people: dict[RoomId, frozenset[UserId]] = {}
        self._rooms: dict[UserId, set[RoomId]] = {}

    @property
    def people(self) -> KeysView[UserId]:
        """Everybody who is in any room."""
        return self._rooms.keys()

    def of(self, user: UserId) -> Collection[RoomId]:
        """Return the rooms of *user*."""
        return self._rooms.get(user, ())

    def put(self, room: RoomId, people: frozenset[UserId]) -> None:
        """Let *people*, and nobody else, be in *room*."""
        before = self._people.pop(room, frozenset())
        for user in before - people:
            self._rooms[user].discard(room)
            if not self._rooms[user]:
                del self._rooms[user]
        for user in people:
            self._rooms.setdefault(user, set()).add(room)
        if people:
            self._people[room] = people


class PromisedKeys:
    """What is promised, by room. Nothing is kept here that was delivered."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._lock = asyncio.Lock()
        self._is_loaded = False
        self._rooms: dict[RoomId, Sessions] = {}
        self._people = RoomsByPerson()

    async def load(self) -> None:
        """Take up what was promised when the program ended; does nothing the second time."""
        if self._is_loaded:
            return
        async with self._lock:
            if not self._is_loaded:
                kept = await self._vault.named(_OF_ROOM)
                for name, sessions in kept.items():
                    self._know(RoomId(name.removeprefix(_OF_ROOM)), _read(json.loads(sessions)))
                self._is_loaded = True

    @property
    def rooms(self) -> KeysView[RoomId]:
        """The rooms in which anything is promised; none before `load`."""
        return self._rooms.keys()

    @property
    def people(self) -> RoomsByPerson:
        """Who is promised anything, and where; nobody before `load`."""
        return self._people

    def of(self, room: RoomId) -> Sessions:
        """Return what is promised in *room*."""
        return self._rooms.get(room, {})

    def holders(self, room: RoomId) -> frozenset[Holder]:
        """Return the devices that are promised anything in *room*."""
        return frozenset(holder for keys in self.of(room).values() for holder in keys)

    async def keep(self, room: RoomId, session: str, keys: Mapping[Holder, str]) -> None:
        """Promise *keys*, durable on return. A key that was promised before is kept: it opens earlier messages too."""
        await self._change(room, lambda sessions: {**sessions, session: {**keys, **sessions.get(session, {})}})

    async def settle(self, room: RoomId, session: str, served: frozenset[Holder]) -> None:
        """Forget the promises to the devices of *served*: they have the key of *session*."""
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
            sessions = _bare(change(self.of(room)))
            if sessions:
                await self._vault.put(_OF_ROOM + room, _written(sessions))
            else:
                await self._vault.drop(_OF_ROOM + room)
            self._know(room, sessions)

    def _know(self, room: RoomId, sessions: Sessions) -> None:
        self._rooms[room] = sessions
        self._people.put(room, frozenset(UserId(user) for user, _, _ in self.holders(room)))
        if not sessions:
            del self._rooms[room]


def _without(keys: Mapping[Holder, str], is_dropped: Callable[[Holder], bool]) -> Mapping[Holder, str]:
    return {holder: key for holder, key in keys.items() if not is_dropped(holder)}


def _bare(sessions: Sessions) -> Sessions:
    return {session: keys for session, keys in sessions.items() if keys}


def _written(sessions: Sessions) -> bytes:
    lists = {session: [[*holder, key] for holder, key in keys.items()] for session, keys in sessions.items()}
    return json.dumps(lists, separators=(",", ":")).encode()


def _read(lists: Mapping[str, list[tuple[str, str, str, str]]]) -> Sessions:
    return {
        session: {(user, device, curve): key for user, device, curve, key in keys} for session, keys in lists.items()
    }
