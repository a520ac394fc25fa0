"""Which people something waits for in which rooms, found from either end: neither costs a look at every room."""

from __future__ import annotations

from collections.abc import Collection, KeysView

from bot.core.names import RoomId, UserId


class Whereabouts:
    """Rooms with people in them, and people with their rooms; nobody and nothing is kept empty."""

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
