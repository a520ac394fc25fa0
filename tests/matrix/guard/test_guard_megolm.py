"""D3, D4, D5, D11, D14 and replays: what a member of the room, or the homeserver, can put into a room."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from nio import AsyncClient, LocalProtocolError

from bot.matrix.guard.answers import read_events
from bot.matrix.guard.decryption import Locked, Missing, Opened
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.matrix.listeners import (
    ALICE,
    BOB,
    BOT,
    DEVICE,
    MALLORY,
    ROOM,
    bare,
    guarded,
    guarded_client,
    heard,
    pull,
    still_locked,
    sync,
)


async def settled(server: FakeHomeserver, client: AsyncClient, *peers: Peer) -> None:
    """Make a room of *peers* in which *client* knows every device and holds every key."""
    server.make_room(ROOM, *(peer.user for peer in peers), BOT)
    await sync(client)
    for peer in peers:
        peer.share(ROOM, BOT, DEVICE)
    await sync(client)


def text(room: str, body: str) -> bytes:
    content = {"msgtype": "m.text", "body": body}
    return json.dumps({"room_id": room, "type": "m.room.message", "content": content}).encode()


HOSTILE: dict[str, Callable[[Peer], Json]] = {
    "not UTF-8": lambda peer: peer.megolm(b"\xff\xfe\xfd"),
    "empty": lambda peer: peer.megolm(b""),
    "a list": lambda peer: peer.megolm(b"[]"),
    "a number": lambda peer: peer.megolm(b"7"),
    "null": lambda peer: peer.megolm(b"null"),
    "a text": lambda peer: peer.megolm(b'"text"'),
    "deeply nested": lambda peer: peer.megolm(b'{"a":' * 3000 + b"1" + b"}" * 3000),
    "a list for content": lambda peer: peer.megolm(json.dumps({"room_id": ROOM, "type": "x", "content": []}).encode()),
    "a number for type": lambda peer: peer.megolm(json.dumps({"room_id": ROOM, "type": 1, "content": {}}).encode()),
    "no type": lambda peer: peer.megolm(json.dumps({"room_id": ROOM, "content": {}}).encode()),
    "message of nothing": lambda peer: peer.payload(ROOM, "m.room.message", {}),
    "message with a list for body": lambda peer: peer.payload(
        ROOM, "m.room.message", {"msgtype": "m.text", "body": []}
    ),
    "half a surrogate pair": lambda peer: peer.megolm(text(ROOM, "\ud800")),
    "encrypted twice": lambda peer: peer.payload(ROOM, "m.room.encrypted", {"algorithm": "x"}),
    "a call": lambda peer: peer.payload(ROOM, "m.call.hangup", {"call_id": "1", "version": 0}),
    "no room": lambda peer: peer.megolm(json.dumps({"type": "m.room.message", "content": {}}).encode()),
    "ciphertext of nothing": lambda peer: peer.megolm(b"x") | {"ciphertext": ""},
    "ciphertext of noise": lambda peer: peer.megolm(b"x") | {"ciphertext": "é"},
    "ciphertext cut": lambda peer: peer.megolm(b"x") | {"ciphertext": peer.megolm(b"x")["ciphertext"][:60]},
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_payload_is_dropped_and_the_next_command_is_heard(
    server: FakeHomeserver, tmp_path: Path, name: str
) -> None:
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    async with guarded(server, tmp_path) as client:
        await settled(server, client, alice, mallory)
        server.say(ROOM, MALLORY, HOSTILE[name](mallory))
        alice.say(ROOM, "!status")
        answer = await sync(client)
        assert heard(answer) == ["!status"]
        assert still_locked(answer) == []


@pytest.mark.parametrize("name", ["not UTF-8", "a list"])
async def test_nio_as_it_is_falls_over_a_hostile_payload(server: FakeHomeserver, name: str) -> None:
    mallory = Peer(server, MALLORY, "EVIL")
    async with bare(server) as client:
        await settled(server, client, mallory)
        server.say(ROOM, MALLORY, HOSTILE[name](mallory))
        with pytest.raises((ValueError, TypeError, AttributeError)):
            await sync(client)


def powers(room: str) -> Json:
    return {"room_id": room, "type": "m.room.power_levels", "state_key": "", "content": {"users": {MALLORY: 100}}}


def ghost(room: str) -> Json:
    return {"room_id": room, "type": "m.room.member", "state_key": "@ghost:evil.org", "content": {"membership": "join"}}


async def test_encrypted_state_is_no_state(server: FakeHomeserver, tmp_path: Path) -> None:
    mallory = Peer(server, MALLORY, "EVIL")
    async with guarded(server, tmp_path) as client:
        await settled(server, client, mallory)
        for forged in (powers(ROOM), ghost(ROOM)):
            server.say(ROOM, MALLORY, mallory.megolm(json.dumps(forged).encode()))
            without_key = {name: value for name, value in forged.items() if name != "state_key"}
            server.say(ROOM, MALLORY, mallory.megolm(json.dumps(without_key).encode()))
        answer = await sync(client)
        assert answer.rooms.join[ROOM].timeline.events == []
        room = client.rooms[ROOM]
        assert room.power_levels.get_user_level(MALLORY) == 0
        assert "@ghost:evil.org" not in room.users


async def test_nio_as_it_is_takes_encrypted_state_for_state(server: FakeHomeserver) -> None:
    mallory = Peer(server, MALLORY, "EVIL")
    async with bare(server) as client:
        await settled(server, client, mallory)
        for forged in (powers(ROOM), ghost(ROOM)):
            server.say(ROOM, MALLORY, mallory.megolm(json.dumps(forged).encode()))
        await sync(client)
        room = client.rooms[ROOM]
        assert room.power_levels.get_user_level(MALLORY) == 100
        assert "@ghost:evil.org" in room.users


async def forge(server: FakeHomeserver, client: AsyncClient) -> list[str]:
    """Let the homeserver show what Mallory encrypted as said by Alice."""
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    await settled(server, client, alice, mallory)
    content = {"msgtype": "m.text", "body": "!close"}
    server.say(ROOM, ALICE, mallory.payload(ROOM, "m.room.message", content) | {"device_id": "PHONE"})
    return heard(await sync(client))


async def test_a_message_shown_under_another_name_is_dropped(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        assert await forge(server, client) == []


async def test_nio_as_it_is_believes_the_name(server: FakeHomeserver) -> None:
    async with bare(server) as client:
        assert await forge(server, client) == ["!close"]


async def test_a_message_of_a_device_that_is_gone_is_dropped(server: FakeHomeserver, tmp_path: Path) -> None:
    alice = Peer(server, ALICE, "PHONE")
    async with guarded(server, tmp_path) as client:
        await settled(server, client, alice)
        server.hidden_from_lists.add("PHONE")
        server.announce(ALICE)
        await sync(client)
        alice.say(ROOM, "!status")
        assert heard(await sync(client)) == []


async def test_a_claimed_signing_key_that_is_not_the_devices_is_refused(server: FakeHomeserver, tmp_path: Path) -> None:
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    async with guarded(server, tmp_path) as client:
        server.make_room(ROOM, ALICE, MALLORY, BOT)
        await sync(client)
        mallory.claimed_ed25519 = alice.ed25519
        mallory.share(ROOM, BOT, DEVICE)
        await sync(client)
        mallory.say(ROOM, "!close")
        assert heard(await sync(client)) == []


async def elsewhere(server: FakeHomeserver, client: AsyncClient) -> list[str]:
    """Let a payload meant for another room be shown in this one."""
    alice = Peer(server, ALICE, "PHONE")
    await settled(server, client, alice)
    server.say(ROOM, ALICE, alice.megolm(text("!other:example.org", "!close")))
    return heard(await sync(client))


async def test_a_message_meant_for_another_room_is_dropped(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        assert await elsewhere(server, client) == []


async def test_nio_as_it_is_does_not_look_which_room_was_meant(server: FakeHomeserver) -> None:
    async with bare(server) as client:
        assert await elsewhere(server, client) == ["!close"]


async def test_a_message_replayed_as_another_event_is_refused_even_after_a_restart(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    token = server.add_device(BOT, DEVICE)
    client = guarded_client(server, tmp_path, token)
    await client.keys_upload()
    alice = Peer(server, ALICE, "PHONE")
    await settled(server, client, alice)
    said = alice.say(ROOM, "!close")
    assert heard(await sync(client)) == ["!close"]
    server.say(ROOM, ALICE, said["content"])
    assert heard(await sync(client)) == []
    since = client.next_batch
    await client.close()

    again = guarded_client(server, tmp_path, token)
    again.next_batch = since
    server.say(ROOM, ALICE, said["content"])
    assert heard(await sync(again)) == []
    await again.close()


async def test_what_cannot_be_opened_yet_opens_when_its_key_comes(server: FakeHomeserver, tmp_path: Path) -> None:
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        key = alice.room_key(ROOM)
        alice.say(ROOM, "!status")
        (locked,) = still_locked(await sync(client))
        assert client.open(locked, ROOM) == Locked(Missing.KEY)
        assert client.machine.take_news()[0] == set()
        alice.send_olm(BOT, DEVICE, "m.room_key", key)
        await sync(client)
        assert client.machine.take_news()[0] == {key["session_id"]}
        outcome = client.open(locked, ROOM)
        assert isinstance(outcome, Opened)
        assert outcome.device == "PHONE"


async def test_an_unknown_device_is_asked_for_and_its_message_opens_then(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    alice = Peer(server, ALICE, "PHONE")
    async with guarded(server, tmp_path) as client:
        await settled(server, client, alice)
        tablet = Peer(server, ALICE, "TABLET")
        tablet.share(ROOM, BOT, DEVICE)
        tablet.say(ROOM, "!status")
        answer = await pull(client)
        (locked,) = still_locked(answer)
        assert client.open(locked, ROOM) == Locked(Missing.DEVICE)
        assert ALICE in client.users_for_key_query
        await client.refresh_devices()
        assert isinstance(client.open(locked, ROOM), Opened)


async def test_a_key_sent_back_by_a_reader_does_not_replace_the_authors(server: FakeHomeserver, tmp_path: Path) -> None:
    token = server.add_device(BOT, DEVICE)
    client = guarded_client(server, tmp_path, token)
    await client.keys_upload()
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    await settled(server, client, alice, mallory)
    # Mallory was given the key and sends it on, from a later place, as her own.
    alice.say(ROOM, "!one")
    later = alice.room_key(ROOM)
    mallory.send_olm(BOT, DEVICE, "m.room_key", later)
    alice.send_olm(BOT, DEVICE, "m.room_key", later)
    await client.sync()
    await client.close()

    again = guarded_client(server, tmp_path, token)
    again.next_batch = "s0"
    assert heard(await sync(again)) == ["!one"]
    await again.close()


async def test_an_event_without_its_senders_key_and_device_opens(server: FakeHomeserver, tmp_path: Path) -> None:
    bob = Peer(server, BOB, "PHONE")
    async with guarded(server, tmp_path) as client:
        await settled(server, client, bob)
        content = bob.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": "!status"})
        # The specification deprecates both.
        server.say(ROOM, BOB, {key: content[key] for key in ("algorithm", "session_id", "ciphertext")})
        assert heard(await sync(client)) == ["!status"]


async def test_a_refusal_says_why(server: FakeHomeserver, tmp_path: Path) -> None:
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    async with guarded(server, tmp_path) as client:
        await settled(server, client, alice, mallory)
        (event,) = read_events([server.event(ALICE, "m.room.encrypted", mallory.megolm(text(ROOM, "!close")))])
        assert client.open(event, ROOM) == Locked(Missing.OWN_KEY)


async def test_nios_own_way_to_open_an_event_opens_what_the_guard_opens(server: FakeHomeserver, tmp_path: Path) -> None:
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    async with guarded(server, tmp_path) as client:
        await settled(server, client, alice, mallory)
        said = alice.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": "!status"})
        forged = mallory.megolm(text(ROOM, "!close"))
        mine, theirs = read_events([server.event(ALICE, "m.room.encrypted", one) for one in (said, forged)])
        mine.room_id = theirs.room_id = ROOM
        assert client.decrypt_event(mine).body == "!status"
        with pytest.raises(LocalProtocolError):
            client.decrypt_event(theirs)
