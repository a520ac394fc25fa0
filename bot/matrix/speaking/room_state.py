"""What a room is, read from the homeserver's own state; the only source of authority about rooms.

nio keeps a picture of its own in `client.rooms`. It is never asked: members can forge it through decrypted events, and
a demotion or a departure does not always reach it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from bot.core.names import EventId, RoomId, UserId
from bot.matrix.http import ids
from bot.matrix.http.bodies import aside
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.key_delay import KeyDelay
from bot.ports import UnreachableError

MEGOLM = "m.megolm.v1.aes-sha2"
_LONGEST_BELIEVED = timedelta(minutes=10)
_READS_IN_A_ROW = 5
_BYTES_OF_EVENT = 100
_UNKNOWN = EventId("")
"""Stands for state events that we do not know the ids of; no event has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """How long one Megolm session may serve, by the room's `m.room.encryption`."""

    messages: int | None = None
    period: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomState:
    """The state of a room that matters to us."""

    name: str | None
    creator: UserId | None
    algorithm: str | None
    """How messages are encrypted; None when they are not."""
    rotation: Rotation
    history: str
    join_rule: str
    guest_access: str
    members: Mapping[UserId, str]
    """The membership of everyone who ever had one."""
    joined_for: Mapping[UserId, float]
    """How many seconds ago each who is joined joined, or changed their name since; 0 where the homeserver is silent."""
    events: frozenset[EventId]
    """The state events that all of this was read from."""

    @property
    def encrypted(self) -> bool:
        """Say whether messages are encrypted in the one way we know."""
        return self.algorithm == MEGOLM

    @property
    def world_readable(self) -> bool:
        """Say whether people who were never invited can read the history."""
        return self.history == "world_readable"

    @property
    def invited(self) -> frozenset[UserId]:
        """Who is invited and has not joined."""
        return frozenset(user for user, membership in self.members.items() if membership == "invite")

    @property
    def present(self) -> frozenset[UserId]:
        """Who is joined or invited: nobody else may get a key."""
        return frozenset(user for user, membership in self.members.items() if membership in {"join", "invite"})


class RoomStates:
    """Reads room states, and remembers each until something changes it.

    Whoever reads the sync must call `invalidate` for every state event of a room, so that a send in a quiet room costs
    no request but its own. As a second line, nothing is believed for longer than ten minutes. What the sync tells of a
    room that was just made was mostly read before: that changes nothing.
    """

    def __init__(self, wire: Wire, delay: KeyDelay | None = None) -> None:
        """*delay* is told of everybody met in a room."""
        self._wire = wire
        self._delay = delay
        self._known: dict[RoomId, tuple[RoomState, float]] = {}
        self._reads: defaultdict[RoomId, list[set[EventId]]] = defaultdict(list)
        """What changed in a room since each read of it began that is not done."""

    async def read(self, room: RoomId, *, fresh: bool = False) -> RoomState:
        """Return the state of *room*, from the homeserver if need be, or in any case when it must be *fresh*."""
        kept = self._known.get(room)
        now = asyncio.get_running_loop().time()
        if kept is not None and not fresh and now - kept[1] < _LONGEST_BELIEVED.total_seconds():
            return kept[0]
        for _ in range(_READS_IN_A_ROW):
            with self._reading(room) as changes:
                events = await self._wire.ask_list("GET", ("rooms", room, "state"))
                state = await aside(len(events) * _BYTES_OF_EVENT, partial(room_state, events))
            if self._delay is not None:
                self._delay.note(state.joined_for)
            if changes <= state.events:
                # A state in which we may not send is used once and not kept for ten minutes.
                if state.encrypted and not state.world_readable:
                    self._known[room] = (state, asyncio.get_running_loop().time())
                return state
        raise UnreachableError("the room changes faster than it can be read")

    def is_current(self, room: RoomId, state: RoomState) -> bool:
        """Say whether *state* is still what is known of *room*."""
        kept = self._known.get(room)
        return kept is not None and kept[0] is state

    @property
    def known(self) -> Container[RoomId]:
        """The rooms of which anything is known."""
        return self._known

    def invalidate(self, room: RoomId, events: frozenset[EventId] | None = None) -> None:
        """Forget what is known of *room*, unless all that changed are state events that it was read from.

        *events* is None when nobody can say which they are.
        """
        changes = frozenset({_UNKNOWN}) if events is None else events
        kept = self._known.get(room)
        if kept is not None and not changes <= kept[0].events:
            del self._known[room]
        for read in self._reads.get(room, ()):
            read.update(changes)

    @contextmanager
    def _reading(self, room: RoomId) -> Iterator[set[EventId]]:
        changes = set[EventId]()
        self._reads[room].append(changes)
        try:
            yield changes
        finally:
            reads = self._reads[room]
            # Compared by identity: two reads that saw no change are equal sets.
            reads[:] = [read for read in reads if read is not changes]
            if not reads:
                del self._reads[room]


def room_state(events: list[Any]) -> RoomState:
    """Read the answer of `GET /rooms/{room}/state`; whatever has not the form it should is taken as absent."""
    state: dict[tuple[str, str], tuple[JsonObject, Any]] = {}
    joined_for: dict[UserId, float] = {}
    read: set[EventId] = set()
    for event in events:
        match event:
            case {"type": str(kind), "state_key": str(key), "content": dict(content)}:
                state[kind, key] = (content, event.get("sender"))
                if (id := ids.event_id(event.get("event_id"))) is not None:
                    read.add(id)
                if kind == "m.room.member" and content.get("membership") == "join":
                    joined_for[UserId(key)] = _age_s(event)
            case _:
                continue

    def text(kind: str, key: str) -> str | None:
        value = state.get((kind, ""), ({}, None))[0].get(key)
        return value if isinstance(value, str) else None

    return RoomState(
        name=text("m.room.name", "name"),
        creator=ids.user_id(state.get(("m.room.create", ""), ({}, None))[1]),
        algorithm=text("m.room.encryption", "algorithm"),
        rotation=_rotation(state.get(("m.room.encryption", ""), ({}, None))[0]),
        # The specification's defaults for a room without such an event.
        history=text("m.room.history_visibility", "history_visibility") or "shared",
        join_rule=text("m.room.join_rules", "join_rule") or "invite",
        guest_access=text("m.room.guest_access", "guest_access") or "forbidden",
        members={
            user: content["membership"]
            for (kind, key), (content, _) in state.items()
            if kind == "m.room.member"
            and isinstance(content.get("membership"), str)
            and (user := ids.user_id(key)) is not None
        },
        joined_for=joined_for,
        events=frozenset(read),
    )


def _age_s(event: JsonObject) -> float:
    """Return how old the homeserver says the event is: by its own clock, so ours need not agree with it."""
    match event:
        case {"unsigned": {"age": int(milliseconds)}}:
            return max(0, min(milliseconds, 10**12)) / 1000
        case _:
            return 0.0


def _rotation(content: JsonObject) -> Rotation:
    messages = content.get("rotation_period_msgs")
    period_ms = content.get("rotation_period_ms")
    return Rotation(
        messages=messages if isinstance(messages, int) else None,
        # The longest timedelta holds fewer milliseconds than JSON has integers.
        period=timedelta(milliseconds=max(0, min(period_ms, 10**12))) if isinstance(period_ms, int) else None,
    )
