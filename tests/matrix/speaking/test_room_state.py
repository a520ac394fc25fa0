"""What is remembered of a room's state, and what makes it be read again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.core.names import EventId, RoomId
from bot.matrix.speaking.room_state import MEGOLM, RoomStates, Rotation, room_state
from bot.ports import UnreachableError

ROOM, OTHER = RoomId("!room:example.org"), RoomId("!other:example.org")
READ = frozenset({EventId("$encryption"), EventId("$member")})
NEW = frozenset({EventId("$new")})


def state(*members: str) -> list[object]:
    encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": MEGOLM}}
    joins = [{"type": "m.room.member", "state_key": user, "content": {"membership": "join"}} for user in members]
    return [
        {**encryption, "event_id": "$encryption"},
        *({**join, "event_id": "$member" if not number else f"$member{number}"} for number, join in enumerate(joins)),
        {"type": "m.room.topic", "state_key": "", "content": {}},
    ]


class Server:
    """`wire.Wire` for those who read states; *meanwhile* happens while it answers."""

    def __init__(self) -> None:
        self.asked = 0
        self.meanwhile: Callable[[], None] = lambda: None
        self.answer = state("@alice:example.org")

    async def ask_list(self, _method: str, _path: tuple[str, ...]) -> list[object]:
        self.asked += 1
        answer = self.answer
        await asyncio.sleep(0)
        self.meanwhile()
        return answer


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def states(server: Server) -> RoomStates:
    return RoomStates(server)  # type: ignore[arg-type]  # the one method it uses


async def test_what_was_read_and_is_told_once_more_changes_nothing(server: Server, states: RoomStates) -> None:
    before = await states.read(ROOM)
    assert before.events == READ, "an event without an id is none that can be told again"
    for told in (READ, frozenset({EventId("$member")}), frozenset[EventId]()):
        states.invalidate(ROOM, told)
        assert await states.read(ROOM) is before
        assert states.is_current(ROOM, before)
    assert server.asked == 1


@pytest.mark.parametrize("told", [NEW, READ | NEW, frozenset({EventId("")}), None])
async def test_what_was_not_read_makes_it_be_read_again(
    server: Server, states: RoomStates, told: frozenset[EventId] | None
) -> None:
    before = await states.read(ROOM)
    states.invalidate(OTHER, told)
    assert states.is_current(ROOM, before)
    states.invalidate(ROOM, told)
    assert not states.is_current(ROOM, before)
    assert ROOM not in states.known
    await states.read(ROOM)
    assert server.asked == 2


async def test_what_is_told_while_it_is_read_counts_unless_it_was_in_what_was_read(
    server: Server, states: RoomStates
) -> None:
    told = [READ | {EventId("$member1")}, READ]

    def tell() -> None:
        states.invalidate(ROOM, told.pop(0))
        server.answer = state("@alice:example.org", "@bob:example.org")

    server.meanwhile = tell
    found = await states.read(ROOM)
    assert server.asked == 2
    assert set(found.members) == {"@alice:example.org", "@bob:example.org"}
    assert states.is_current(ROOM, found)


async def test_two_who_read_at_once_both_learn_of_a_change(server: Server, states: RoomStates) -> None:
    rest = [NEW]

    def tell() -> None:
        if rest:
            states.invalidate(ROOM, rest.pop())

    server.meanwhile = tell
    await asyncio.gather(states.read(ROOM), states.read(ROOM))
    assert server.asked == 4


async def test_a_room_that_changes_at_every_look_is_not_believed(server: Server, states: RoomStates) -> None:
    server.meanwhile = lambda: states.invalidate(ROOM)
    with pytest.raises(UnreachableError):
        await states.read(ROOM)
    assert ROOM not in states.known


def test_who_is_invited_has_not_joined_and_who_is_present_is_one_of_them() -> None:
    members = {"@in:example.org": "join", "@asked:example.org": "invite", "@out:example.org": "leave"}
    events = [
        {"type": "m.room.member", "state_key": user, "content": {"membership": membership}}
        for user, membership in members.items()
    ]
    read = room_state(events)
    assert read.invited == {"@asked:example.org"}
    assert read.present == {"@asked:example.org", "@in:example.org"}


def test_a_state_of_nonsense_is_an_unencrypted_room_of_nobody() -> None:
    nonsense: list[Any] = [
        None,
        7,
        {},
        {"type": "m.room.encryption", "state_key": "", "content": []},
        {"type": "m.room.encryption", "state_key": "x", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
        {"type": "m.room.member", "state_key": "@a:example.org", "content": {"membership": 1}},
        {"type": "m.room.name", "state_key": "", "content": {"name": {"a": 1}}},
        {"type": "m.room.create", "state_key": "", "content": {}, "sender": 4},
    ]
    state = room_state(nonsense)
    assert not state.encrypted
    assert (state.name, state.creator, state.present) == (None, None, frozenset())


def test_a_rotation_out_of_all_proportion_is_read_without_overflow() -> None:
    event = {"type": "m.room.encryption", "state_key": ""}
    huge = room_state([{**event, "content": {"rotation_period_ms": 10**30, "rotation_period_msgs": "7"}}])
    assert huge.rotation.period is not None
    assert huge.rotation.messages is None
    assert room_state([]).rotation == Rotation()
