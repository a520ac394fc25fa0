"""People in a room who should not be there, or cannot read there.

Each is reported once, and only after half a minute: most such states pass by themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Generic, TypeVar

from bot.core.names import RoomId, UserId

PATIENCE_S = 30.0
"""Seconds before somebody is reported. Who was just removed is leaving, who just joined may be verifying a device."""

T = TypeVar("T")


class Sightings(Generic[T]):
    """What was seen of whom in which room, in memory, by the clock of the event loop.

    After a restart the same sighting is reported again.
    """

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._seen: dict[RoomId, dict[UserId, tuple[T, float]]] = {}
        """Rooms in which nobody is seen are not here."""
        self._told: set[tuple[RoomId, UserId]] = set()

    def see(self, room: RoomId, seen: Mapping[UserId, T]) -> None:
        """Take in who is seen in *room* now, and as what; whoever is not is gone."""
        known = self._seen.pop(room, {})
        self._told -= {(room, user) for user in known.keys() - seen.keys()}
        now = asyncio.get_running_loop().time()
        since = {user: known[user][1] if user in known else now for user in seen}
        if seen:
            self._seen[room] = {user: (what, since[user]) for user, what in seen.items()}

    def told(self, room: RoomId, user: UserId) -> None:
        """Say that *user* need not be told of any more."""
        self._told.add((room, user))

    def gone(self, room: RoomId, user: UserId) -> None:
        """Say that *user* went: they are news when they are seen again, and not before."""
        self._told.discard((room, user))
        if self._seen.get(room, {}).pop(user, None) and not self._seen[room]:
            del self._seen[room]

    def news(self) -> list[tuple[RoomId, UserId, T]]:
        """Return who has been seen for long enough and was not told of; call `told` for each once that is durable."""
        before = asyncio.get_running_loop().time() - self._patience_s
        return [
            (room, user, what)
            for room, seen in self._seen.items()
            for user, (what, since) in seen.items()
            if since <= before and (room, user) not in self._told
        ]


class Strangers(Sightings[str]):
    """Who is in a room, by their membership, and none of those it is for.

    The sync tells of most; a homeserver can also put somebody into the state alone. No key goes to them.
    """

    def __init__(self, own: UserId, *, patience_s: float = PATIENCE_S) -> None:
        super().__init__(patience_s=patience_s)
        self._own = own

    def look(self, room: RoomId, members: Mapping[UserId, str], readers: frozenset[UserId]) -> None:
        """Compare who is joined or invited with those whom the room is for."""
        strange = {
            user: membership
            for user, membership in members.items()
            if membership in {"join", "invite"} and user not in readers and user != self._own
        }
        self.see(room, strange)
