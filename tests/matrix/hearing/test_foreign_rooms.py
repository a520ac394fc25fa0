"""Rooms that are neither the control room, nor an incident's, nor a direct room with one of our people are left."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.core.names import RoomId, UserId
from bot.matrix.hearing.foreign_rooms import LOOK_REST_S, Access, ForeignRooms
from bot.matrix.http.ids import fingerprint
from bot.matrix.speaking.room_state import RoomStates
from bot.ports import BusyError, ChatError, RefusedError, UnreachableError
from tests.fakes.vault import MemoryVault

ALICE, BOB, MALLORY, BOT = (UserId(f"@{name}:example.org") for name in ("alice", "bob", "mallory", "cellule"))
DIRECT, GROUP, STRANGE, ALONE, INCIDENT, MADE = (
    RoomId(f"!{name}:example.org") for name in ("direct", "group", "strange", "alone", "incident", "made")
)
NAME = "Amber Acorn"
"""Of all rooms: what it says counts only in those that we made."""
MEMBERS = {
    DIRECT: (ALICE, BOT),
    GROUP: (ALICE, BOB, BOT),
    STRANGE: (MALLORY, BOT),
    ALONE: (BOT,),
    INCIDENT: (MALLORY, BOT),
    MADE: (BOT, MALLORY, BOB, ALICE),
}


class Town:
    """What a homeserver says of six rooms; `wire.Wire` for those who look at them."""

    def __init__(self) -> None:
        self.members = {room: dict.fromkeys(members, "join") for room, members in MEMBERS.items()}
        self.asked: list[tuple[str, ...]] = []
        self.faults: list[ChatError] = []
        self.joined: object = list(MEMBERS)

    async def ask(self, _method: str, path: tuple[str, ...], _body: object = None) -> dict[str, object]:
        self._may_fail()
        self.asked.append(path)
        if path[-1] == "leave":
            self.members[RoomId(path[1])][BOT] = "leave"
        return {"joined_rooms": self.joined}

    async def ask_list(self, _method: str, path: tuple[str, ...]) -> list[object]:
        self._may_fail()
        self.asked.append(path)
        room = RoomId(path[1])
        creator = BOT if room == MADE else ALICE
        made = {"type": "m.room.create", "state_key": "", "sender": creator, "content": {}}
        name = {"type": "m.room.name", "state_key": "", "sender": creator, "content": {"name": NAME}}
        return [made, name, *(_member(user, kind) for user, kind in self.members[room].items())]

    def _may_fail(self) -> None:
        if self.faults:
            raise self.faults.pop(0)

    @property
    def left(self) -> list[str]:
        return [path[1] for path in self.asked if path[-1] == "leave"]


def _member(user: UserId, membership: str) -> dict[str, object]:
    return {"type": "m.room.member", "state_key": user, "sender": user, "content": {"membership": membership}}


class Watch:
    """ForeignRooms at work in a town."""

    def __init__(self, town: Town, holds: Callable[[RoomId], bool] = INCIDENT.__eq__) -> None:
        self.rests: list[float] = []
        self.vault = MemoryVault()
        access = Access(
            own=BOT,
            people=frozenset({ALICE, BOB}),
            holds=holds,
            wire=town,  # type: ignore[arg-type]  # the two methods it uses
            states=RoomStates(town),  # type: ignore[arg-type]
            vault=self.vault,
        )
        self.strays = ForeignRooms(access, jitter=lambda: 1.0, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work, and be done with the start."""
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self.strays.run())
            await self.settle()
            yield
            running.cancel()

    async def settle(self, *rooms: RoomId) -> None:
        """Notice *rooms* and look at what there is to look at."""
        for room in rooms:
            self.strays.notice(room)
        for _ in range(50):
            await asyncio.sleep(0)


async def test_at_the_start_strange_rooms_are_left_and_ours_are_not(caplog: pytest.LogCaptureFixture) -> None:
    town = Town()
    with caplog.at_level(logging.WARNING):
        async with Watch(town).working():
            assert town.left == [GROUP, STRANGE, ALONE]
    assert [path[1] for path in town.asked if path[-1] == "forget"] == [GROUP, STRANGE, ALONE]
    assert [record.getMessage() for record in caplog.records] == [
        f"left room {fingerprint(room)}: it is no room of ours" for room in (GROUP, STRANGE, ALONE)
    ]


async def test_a_room_of_an_incident_is_not_even_read() -> None:
    town = Town()
    watch = Watch(town)
    async with watch.working():
        await watch.settle(INCIDENT)
    assert not [path for path in town.asked if INCIDENT in path]


async def test_a_room_that_became_an_incidents_meanwhile_is_left_alone() -> None:
    town, ours = Town(), set[RoomId]()
    watch = Watch(town, holds=ours.__contains__)
    watch.strays.notice(STRANGE)
    ours.add(STRANGE)
    async with watch.working():
        assert STRANGE not in town.left


@pytest.mark.parametrize("membership", ["join", "invite"])
async def test_a_direct_room_into_which_somebody_else_is_brought_is_left(membership: str) -> None:
    town = Town()
    watch = Watch(town)
    async with watch.working():
        assert DIRECT not in town.left
        town.members[DIRECT][MALLORY] = membership
        await watch.settle(DIRECT)
        assert DIRECT in town.left


async def test_of_two_rooms_made_for_one_incident_the_one_that_is_not_used_is_left() -> None:
    """As when the homeserver answered too late, was asked again, and did both."""
    town = Town()
    watch = Watch(town)
    async with watch.working():
        assert MADE not in town.left  # it may be the one
        await watch.vault.put(f"room:{NAME}", INCIDENT.encode())
        await watch.settle(INCIDENT)
        assert MADE in town.left


async def test_the_room_that_is_used_stays_though_its_incident_has_not_taken_it_in() -> None:
    town = Town()
    watch = Watch(town)
    await watch.vault.put(f"room:{NAME}", MADE.encode())
    async with watch.working():
        await watch.settle(INCIDENT)
        assert MADE not in town.left


async def test_who_left_a_direct_room_does_not_count() -> None:
    town = Town()
    town.members[DIRECT][MALLORY] = "leave"
    async with Watch(town).working():
        assert DIRECT not in town.left


async def test_a_homeserver_that_limits_or_fails_is_asked_again_after_the_rest_it_asks_for() -> None:
    town = Town()
    town.faults = [UnreachableError("down"), BusyError(timedelta(seconds=9)), UnreachableError("down")]
    watch = Watch(town)
    async with watch.working():
        assert town.left == [GROUP, STRANGE, ALONE]
    assert watch.rests == [1.0, 9.0, 4.0, LOOK_REST_S]


async def test_a_room_that_fails_waits_behind_the_others() -> None:
    town = Town()
    town.joined = []
    watch = Watch(town)
    async with watch.working():
        town.faults = [UnreachableError("down")]
        await watch.settle(GROUP, STRANGE)
    assert town.left == [STRANGE, GROUP]


async def test_what_is_refused_is_done_with() -> None:
    town = Town()
    town.joined = []
    watch = Watch(town)
    async with watch.working():
        town.faults = [RefusedError("M_FORBIDDEN")]
        await watch.settle(STRANGE)
    assert town.asked == [("joined_rooms",)]
    assert watch.rests == [LOOK_REST_S]


@pytest.mark.parametrize("joined", [None, "rooms", [1, None, {}]])
async def test_a_list_that_is_none_says_nothing(joined: object) -> None:
    town = Town()
    town.joined = joined
    async with Watch(town).working():
        assert town.left == []
