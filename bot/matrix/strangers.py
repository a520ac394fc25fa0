"""Who is in a room by its state and none of those it is for: no key goes to them, and somebody must hear of them.

The sync tells of most; a homeserver can also put somebody into the state alone.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.names import RoomId, UserId

PATIENCE_S = 30.0
"""How long somebody must be there before it counts: who was just taken off a roster is on the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """Somebody who is there for nobody's asking."""

    room: RoomId
    user: UserId
    joined: bool
    """False for an invitation."""


class Strangers:
    """Compares members with readers whenever something is said. Each is given once for as long as they stay."""

    def __init__(self, own: UserId, *, patience_s: float = PATIENCE_S) -> None:
        self._own = own
        self._patience_s = patience_s
        self._there: defaultdict[RoomId, dict[UserId, tuple[Stranger, float]]] = defaultdict(dict)
        self._given: set[tuple[RoomId, UserId]] = set()

    def look(self, room: RoomId, members: Mapping[UserId, str], readers: frozenset[UserId]) -> None:
        """Take in who is joined or invited, and whom the room is for."""
        strange = {
            user: membership
            for user, membership in members.items()
            if membership in {"join", "invite"} and user not in readers and user != self._own
        }
        known = self._there[room]
        if not strange and not known:
            return
        self._given -= {(room, user) for user in known.keys() - strange.keys()}
        now = asyncio.get_running_loop().time()
        since = {user: known[user][1] if user in known else now for user in strange}
        self._there[room] = {
            user: (Stranger(room=room, user=user, joined=membership == "join"), since[user])
            for user, membership in strange.items()
        }

    def noticed(self, room: RoomId, user: UserId) -> None:
        """Say that the sync told of *user*, who need not be given any more."""
        self._given.add((room, user))

    def gone(self, room: RoomId, user: UserId) -> None:
        """Say that the sync told of the going of *user*: they are news when they come again."""
        self._given.discard((room, user))

    def news(self) -> list[Stranger]:
        """Return who is there for long enough and was not given yet; call `noticed` for each once that is durable."""
        before = asyncio.get_running_loop().time() - self._patience_s
        return [
            stranger
            for strangers in self._there.values()
            for stranger, since in strangers.values()
            if since <= before and (stranger.room, stranger.user) not in self._given
        ]
