"""D8 and the state of rooms: what nio believes of a room after events that are meant to mislead it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nio import AsyncClient, RoomMemberEvent

from tests.fakes.homeserver import FakeHomeserver
from tests.fakes.peer import Peer
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, MALLORY, ROOM, bare, guarded, guarded_client, heard, sync


async def demote(server: FakeHomeserver, client: AsyncClient) -> int:
    """Give Bob a level, take him off the list again, and return the level he is left with."""
    server.make_room(ROOM, ALICE, BOB, BOT)
    for users in ({ALICE: 100, BOB: 50}, {ALICE: 100}):
        server.set_state(ROOM, ALICE, "m.room.power_levels", "", {"users": users})
        await sync(client)
    return client.rooms[ROOM].power_levels.get_user_level(BOB)


async def test_whoever_is_taken_off_the_list_loses_their_level(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        assert await demote(server, client) == 0


async def test_nio_as_it_is_leaves_them_their_level(server: FakeHomeserver) -> None:
    async with bare(server) as client:
        assert await demote(server, client) == 50


@pytest.mark.parametrize("content", [{}, {"algorithm": "none"}, {"algorithm": None}])
async def test_a_room_once_encrypted_stays_so(server: FakeHomeserver, tmp_path: Path, content: dict[str, Any]) -> None:
    token = server.add_device(BOT, DEVICE)
    client = guarded_client(server, tmp_path, token)
    server.make_room(ROOM, ALICE, BOT)
    await sync(client)
    server.set_state(ROOM, ALICE, "m.room.encryption", "", content)
    await sync(client)
    assert client.rooms[ROOM].encrypted
    await client.close()

    again = guarded_client(server, tmp_path, token)
    server.rooms[ROOM].state = [one for one in server.rooms[ROOM].state if one["type"] != "m.room.encryption"]
    server.rooms[ROOM].timeline.clear()
    server.say(ROOM, ALICE, {"msgtype": "m.text", "body": "x"}, "m.room.message")
    await sync(again)
    assert again.rooms[ROOM].encrypted
    await again.close()


HOSTILE_STATE: list[tuple[str, str, Any]] = [
    ("m.room.member", MALLORY, {"membership": "join", "displayname": []}),
    ("m.room.member", MALLORY, {"membership": "join", "displayname": {"a": 1}}),
    ("m.room.member", MALLORY, {"membership": 7}),
    ("m.room.member", MALLORY, "text"),
    ("m.room.power_levels", "", {"users": []}),
    ("m.room.power_levels", "", {"users": {MALLORY: "100"}}),
    ("m.room.power_levels", MALLORY, {"users": {MALLORY: 100}}),
    ("m.room.name", "", {"name": []}),
    ("m.room.name", "", None),
    ("m.room.encryption", "", []),
    ("m.room.create", "", {"room_version": {}}),
]


@pytest.mark.parametrize("name", ["displayname", "avatar_url"])
async def test_who_has_an_odd_name_or_picture_is_a_member_all_the_same(
    server: FakeHomeserver, tmp_path: Path, name: str
) -> None:
    async with guarded(server, tmp_path) as client:
        server.make_room(ROOM, ALICE, BOT)
        await sync(client)
        server.put(ROOM, server.event(BOB, "m.room.member", {"membership": "join", name: []}, state_key=BOB))
        (event,) = (await sync(client)).rooms.join[ROOM].timeline.events
        assert isinstance(event, RoomMemberEvent)
        assert BOB in client.rooms[ROOM].users


@pytest.mark.parametrize(("kind", "key", "content"), HOSTILE_STATE)
async def test_malformed_state_stops_nothing_and_gives_nobody_power(
    server: FakeHomeserver, tmp_path: Path, kind: str, key: str, content: Any
) -> None:
    alice = Peer(server, ALICE, "PHONE")
    async with guarded(server, tmp_path) as client:
        server.make_room(ROOM, ALICE, BOT)
        await sync(client)
        server.put(ROOM, server.event(MALLORY, kind, content, state_key=key))
        server.put(ROOM, server.event(MALLORY, kind, content))
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        assert heard(await sync(client)) == ["!status"]
        assert client.rooms[ROOM].power_levels.get_user_level(MALLORY) == 0


async def test_a_room_we_were_put_out_of_is_forgotten(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        server.make_room(ROOM, ALICE, BOT)
        await sync(client)
        assert ROOM in client.rooms
        gone = server.event(ALICE, "m.room.member", {"membership": "leave"}, state_key=BOT)
        server.leaves[BOT] = {ROOM: [gone]}
        await sync(client)
        assert ROOM not in client.rooms


async def test_what_was_said_before_we_were_put_out_is_opened(server: FakeHomeserver, tmp_path: Path) -> None:
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        content = alice.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": "!status"})
        said = server.event(ALICE, "m.room.encrypted", content)
        server.leaves[BOT] = {
            ROOM: [said, server.event(ALICE, "m.room.member", {"membership": "leave"}, state_key=BOT)]
        }
        answer = await sync(client)
        assert answer.rooms.leave[ROOM].timeline.events[0].source["content"].get("body") == "!status"


async def test_that_a_room_is_encrypted_is_not_forgotten_with_it(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        server.make_room(ROOM, ALICE, BOT)
        await sync(client)
        server.leaves[BOT] = {ROOM: [server.event(ALICE, "m.room.member", {"membership": "leave"}, state_key=BOT)]}
        await sync(client)
        server.leaves.clear()
        server.rooms[ROOM].state = [one for one in server.rooms[ROOM].state if one["type"] != "m.room.encryption"]
        server.rooms[ROOM].timeline.clear()
        server.say(ROOM, ALICE, {"msgtype": "m.text", "body": "x"}, "m.room.message")
        await sync(client)
        assert client.rooms[ROOM].encrypted


async def test_a_room_we_are_said_to_be_in_and_out_of_stops_nothing(server: FakeHomeserver, tmp_path: Path) -> None:
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        server.leaves[BOT] = {ROOM: []}
        assert heard(await sync(client)) == ["!status"]
        server.leaves.clear()
        alice.say(ROOM, "!next")
        assert heard(await sync(client)) == ["!next"]
