"""D6, D9: the keys others need to reach us, and the devices we need to know."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from nio import AsyncClient, RoomSendResponse

from bot.core.names import DeviceId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.guard.client import MOST_CLAIMED
from bot.matrix.guard.identities import Person
from bot.matrix.guard.trust import Admitted, Device, Excluded, Verdict
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.devices import Devices
from tests.fakes.homeserver import KIND, FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.matrix.listeners import ALICE, BOT, DEVICE, MALLORY, ROOM, bare, guarded, guarded_client, heard, pull, sync

FULL = 50


async def drain_and_sync(server: FakeHomeserver, client: AsyncClient) -> None:
    """Take every one-time key, while nothing else happens that would move the token."""
    await sync(client)
    server.devices[BOT, DEVICE].one_time_keys.clear()
    await sync(client)


async def test_one_time_keys_are_refilled_from_none(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        await drain_and_sync(server, client)
        await client.keys_upload()
        assert len(server.devices[BOT, DEVICE].one_time_keys) == FULL
        await sync(client)
        assert not client.should_upload_keys


async def test_nio_as_it_is_does_not_notice_that_none_is_left(server: FakeHomeserver) -> None:
    async with bare(server) as client:
        await drain_and_sync(server, client)
        assert not client.should_upload_keys
        server.announce(ALICE)
        # Not even when the token moves: zero counts as unsaid.
        await sync(client)
        assert not client.should_upload_keys


async def test_a_fallback_key_is_there_from_the_start_and_renewed_when_used(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        device = server.devices[BOT, DEVICE]
        first = dict(device.fallback)
        assert all(key["fallback"] is True and key["signatures"][BOT] for key in first.values())
        device.one_time_keys.clear()
        alice = Peer(server, ALICE, "PHONE")
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        assert heard(await sync(client)) == []
        alice.say(ROOM, "!again")
        assert heard(await sync(client)) == ["!again"]
        await client.keys_upload()
        assert device.fallback_unused
        assert device.fallback.keys() != first.keys()


async def test_a_fallback_key_is_replaced_once(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        await sync(client)
        server.devices[BOT, DEVICE].fallback_unused = False
        await sync(client)
        assert client.should_upload_keys
        await client.keys_upload()
        assert not client.should_upload_keys


async def test_nio_as_it_is_has_no_fallback_key(server: FakeHomeserver) -> None:
    async with bare(server):
        assert server.devices[BOT, DEVICE].fallback == {}


async def test_keys_of_an_upload_that_was_not_answered_are_offered_again(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    client = guarded_client(server, tmp_path, server.add_device(BOT, DEVICE))
    offered = client.machine.share_keys()
    await client.machine.store.settle()
    await client.close()

    again = guarded_client(server, tmp_path, "token-0")
    assert again.machine.share_keys() == offered
    await again.close()


def new_device(server: FakeHomeserver, user: str = ALICE) -> Peer:
    peer = Peer(server, user, "TABLET")
    for id_ in ("A", "B"):
        peer.account.generate_one_time_keys(1)
        (key,) = peer.account.one_time_keys.values()
        content: dict[str, Any] = {"key": key.to_base64()}
        signature = peer.sign(content)
        server.devices[user, "TABLET"].one_time_keys[f"{KIND}:{id_}"] = content | {
            "signatures": {user: {"ed25519:TABLET": signature}}
        }
        peer.account.mark_keys_as_published()
    server.announce(ALICE)
    return peer


async def send(client: AsyncClient) -> None:
    sent = await client.room_send(ROOM, "m.room.message", {"body": "x"}, ignore_unverified_devices=True)
    assert isinstance(sent, RoomSendResponse)


async def send_after_a_new_device(server: FakeHomeserver, client: AsyncClient) -> bool:
    """Send a message right after the sync that announced a new device; say whether the device was given its key."""
    server.make_room(ROOM, ALICE, BOT)
    await sync(client)
    await send(client)
    new_device(server)
    await pull(client)
    await send(client)
    return bool(server.devices[ALICE, "TABLET"].inbox)


async def test_a_device_added_a_moment_ago_gets_the_next_message(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        assert await send_after_a_new_device(server, client)


async def test_whoever_sends_asks_for_no_members(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        server.requests.clear()
        await send(client)
        assert not [path for _, path in server.requests if "members" in path]


async def test_a_device_that_comes_back_as_another_goes_counts_again(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    devices = {Peer(server, ALICE, name).device for name in ("PHONE", "TABLET")}
    async with guarded(server, tmp_path) as client:
        await sync(client)
        for gone in ("PHONE", "TABLET"):
            server.hidden_from_lists = {gone}
            client.machine.ask_about(ALICE)
            await client.keys_query()
            assert {one.id for one in client.device_store.active_user_devices(ALICE)} == devices - {gone}


async def test_nio_as_it_is_passes_the_new_device_over(server: FakeHomeserver) -> None:
    async with bare(server) as client:
        assert not await send_after_a_new_device(server, client)


class Changing:
    """A policy that says of all what the test says."""

    verdict: Verdict = Admitted()

    def judge(self, person: Person, devices: Sequence[Device]) -> Mapping[DeviceId, Verdict]:
        return dict.fromkeys((device.id for device in devices), self.verdict)


async def test_when_a_device_is_judged_otherwise_the_next_message_has_another_key(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    Peer(server, ALICE, "PHONE")
    sessions = set[str]()
    policy = Changing()
    verdicts: list[Verdict] = [Admitted(), Excluded(why=Distrust.UNSIGNED_DEVICE), Admitted()]
    async with guarded(server, tmp_path, policy=policy) as client:
        await sync(client)
        for policy.verdict in verdicts:
            client.trust.admitted([UserId(ALICE)])
            await send(client)
            sessions.add(server.rooms[ROOM].timeline[-1][1]["content"]["session_id"])
    assert len(sessions) == len(verdicts)


def spoil(keys: dict[str, Any], name: str) -> dict[str, Any]:
    """Return device keys that are malformed in one way."""
    spoilt = {
        "no object": "text",
        "null": None,
        "no keys": keys | {"keys": {}},
        "keys of numbers": keys | {"keys": dict.fromkeys(keys["keys"], 1)},
        "signing key too short": keys | {"keys": keys["keys"] | {"ed25519:EVIL": "AAAA"}},
        "signing key too long": keys | {"keys": keys["keys"] | {"ed25519:EVIL": "A" * 400}},
        "signature of noise": keys | {"signatures": {MALLORY: {"ed25519:EVIL": "!!"}}},
        "signatures of text": keys | {"signatures": "x"},
        "nothing signed": keys | {"signatures": {}},
        "name of a list": keys | {"unsigned": {"device_display_name": []}},
        "unsigned of text": keys | {"unsigned": "x"},
        "another user": keys | {"user_id": ALICE},
        "float": keys | {"weight": 1.5},
    }
    return spoilt[name]  # type: ignore[return-value]


@pytest.mark.parametrize(
    "name",
    [
        "no object",
        "null",
        "no keys",
        "keys of numbers",
        "signing key too short",
        "signing key too long",
        "signature of noise",
        "signatures of text",
        "nothing signed",
        "name of a list",
        "unsigned of text",
        "another user",
        "float",
    ],
)
async def test_a_malformed_device_of_one_hides_no_device_of_another(
    server: FakeHomeserver, tmp_path: Path, name: str
) -> None:
    mallory = Peer(server, MALLORY, "EVIL")
    Peer(server, MALLORY, "GOOD")
    Peer(server, ALICE, "PHONE")
    server.devices[MALLORY, "EVIL"].keys = spoil(mallory.device_keys(), name)
    server.make_room(ROOM, MALLORY, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        known = {device.id for user in (ALICE, MALLORY) for device in client.device_store.active_user_devices(user)}
        assert known == {"PHONE", "GOOD"}
        assert not client.should_query_keys


@pytest.mark.parametrize("id", ["", "D" * 300, "D\n"])
async def test_a_device_whose_id_is_none_is_not_known(server: FakeHomeserver, tmp_path: Path, id: str) -> None:
    Peer(server, ALICE, "PHONE")
    keys = Peer(server, ALICE, id).device_keys()
    server.lies["/keys/query"] = lambda told: told | {"device_keys": told["device_keys"] | {ALICE: {id: keys}}}
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        assert not list(client.device_store.active_user_devices(ALICE))
        assert not client.should_query_keys


async def test_a_change_announced_while_the_answer_is_on_its_way_is_asked_for_again(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await client.sync()
        asked = client.keys_query()
        task = asyncio.get_running_loop().create_task(asked)
        await asyncio.sleep(0)
        client.machine.add_changed_users({ALICE})
        await task
        assert client.users_for_key_query == {ALICE}


async def test_a_device_that_was_missing_once_is_forgiven(server: FakeHomeserver, tmp_path: Path) -> None:
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        for hidden in (True, False):
            (server.hidden_from_lists.add if hidden else server.hidden_from_lists.discard)("PHONE")
            server.announce(ALICE)
            await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        assert heard(await sync(client)) == ["!status"]


async def test_of_a_claim_only_the_keys_asked_for_are_taken_a_few_at_a_time(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    asked: list[Any] = []
    async with guarded(server, tmp_path) as client:
        tablet = new_device(server)
        key = server.claim(ALICE, "TABLET")

        def lie(told: Json) -> Json:
            asked.append(told["one_time_keys"])
            return {"one_time_keys": {ALICE: {"TABLET": key}}}

        client.machine.ask_about(ALICE)
        await client.keys_query()
        server.lies["/keys/claim"] = lie
        for number in range(60):
            server.add_device(MALLORY, f"D{number}")
        await client.keys_claim({MALLORY: [f"D{number}" for number in range(60)]})
        assert [len(devices) for devices in asked[0].values()] == [40]
        assert client.machine.session_store.get(tablet.curve25519) is None
        await client.keys_claim({ALICE: ["TABLET"]})
        assert client.machine.session_store.get(tablet.curve25519) is not None


async def test_sessions_with_very_many_devices_are_opened_by_turns(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        peers = [new_device(server, f"@{number}:example.org") for number in range(200)]
        client.machine.users_for_key_query |= {peer.user for peer in peers}
        await client.keys_query()
        known = [client.device_store[peer.user][peer.device] for peer in peers]
        opened: list[int] = []

        async def count() -> None:
            while True:
                opened.append(sum(client.machine.session_store.get(peer.curve25519) is not None for peer in peers))
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        await Devices(client, Wire(client)).claim(known)
        await asyncio.sleep(0)
        counting.cancel()
    assert opened[-1] == 200
    assert max(after - before for before, after in pairwise(opened)) <= MOST_CLAIMED
