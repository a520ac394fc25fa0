"""D1, D2, D13: what can be sent to a device, and what a stop in the middle costs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import vodozemac
from nio import RoomKeyEvent
from nio.crypto import OlmAccount
from unpaddedbase64 import encode_base64

from bot.host.disk import DiskError
from bot.matrix.guard.client import GuardedClient
from bot.store.sqlite import open_store
from tests.fakes.crypto import MemoryCrypto
from tests.fakes.homeserver import FakeHomeserver
from tests.fakes.peer import OLM, Peer
from tests.kept_keys import keys_in
from tests.matrix.listeners import ALICE, BOT, DEVICE, MALLORY, ROOM, bare, guarded, guarded_client, heard, pull, sync


def to_device(content: Any, type_: str = "m.room.encrypted") -> dict[str, Any]:
    return {"type": type_, "sender": MALLORY, "content": content}


def olm(ciphertext: Any, sender_key: Any = "A" * 43) -> dict[str, Any]:
    return to_device({"algorithm": OLM, "sender_key": sender_key, "ciphertext": ciphertext})


def hostile_messages(own_key: str) -> dict[str, dict[str, Any]]:
    """Return messages that anybody on any homeserver can send, named by what is wrong with them."""
    prekey = encode_base64(b"\x03" + bytes(range(200)))
    return {
        "no base64": olm({own_key: {"type": 0, "body": "!!!"}}),
        "empty": olm({own_key: {"type": 0, "body": ""}}),
        "no pre-key message": olm({own_key: {"type": 0, "body": prekey}}),
        "no message": olm({own_key: {"type": 1, "body": "AAAA"}}),
        "not base64 at all": olm({own_key: {"type": 1, "body": "é"}}),
        "no body": olm({own_key: {"type": 0}}),
        "no type": olm({own_key: {"body": "AAAA"}}),
        "type of text": olm({own_key: {"type": "0", "body": "AAAA"}}),
        "ciphertext of text": olm({own_key: "AAAA"}),
        "ciphertext of null": olm({own_key: None}),
        "all text": olm("AAAA"),
        "sender key of no key": olm({own_key: {"type": 0, "body": prekey}}, sender_key="nonsense"),
        "sender key of a number": olm({own_key: {"type": 0, "body": prekey}}, sender_key=7),
        "algorithm unknown": to_device({"algorithm": "m.other"}),
        "no content": to_device({}),
        "content of text": to_device("text"),
        "start of a verification": to_device({"transaction_id": 1, "method": []}, "m.key.verification.start"),
        "key request of nothing": to_device({"action": "request"}, "m.room_key_request"),
        "unknown type": to_device({"a": {"b": "c"}}, "org.example.unknown"),
    }


@pytest.mark.parametrize("name", hostile_messages("key"))
async def test_a_malformed_to_device_message_takes_nothing_with_it(
    server: FakeHomeserver, tmp_path: Path, name: str
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    alice = Peer(server, ALICE, "PHONE")
    async with guarded(server, tmp_path) as client:
        await sync(client)
        own = client.machine.account.identity_keys["curve25519"]
        server.to_device(BOT, DEVICE, hostile_messages(own)[name])
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        assert heard(await sync(client)) == ["!status"]


async def test_nio_as_it_is_falls_over_one_and_loses_the_command_beside_it(server: FakeHomeserver) -> None:
    server.make_room(ROOM, ALICE, BOT)
    alice = Peer(server, ALICE, "PHONE")
    async with bare(server) as client:
        await sync(client)
        assert client.olm is not None
        own = client.olm.account.identity_keys["curve25519"]
        server.to_device(BOT, DEVICE, hostile_messages(own)["no base64"])
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!resolve")
        with pytest.raises(vodozemac.DecodeException):
            await sync(client)
        # D2: the token was moved first, so neither the command nor its key comes again.
        assert heard(await sync(client)) == []


async def test_a_room_key_with_an_impossible_signing_key_stops_nothing(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    async with guarded(server, tmp_path) as client:
        await sync(client)
        mallory.send_olm(BOT, DEVICE, "m.room_key", mallory.room_key(ROOM) | {"session_key": "AAAA"})
        mallory.send_olm(BOT, DEVICE, "m.room_key", mallory.room_key(ROOM) | {"session_key": 1})
        mallory.send_olm(BOT, DEVICE, "m.room_key", "text")
        mallory.send_olm(BOT, DEVICE, "m.forwarded_room_key", {"session_id": "x"})
        mallory.send_olm(BOT, DEVICE, "m.dummy", {})
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        assert heard(await sync(client)) == ["!status"]


async def test_an_answer_that_was_not_acknowledged_comes_again(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    alice = Peer(server, ALICE, "PHONE")
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        first = await pull(client)
        second = await pull(client)
        assert heard(first) == heard(second) == ["!status"]


async def test_a_first_message_whose_key_is_gone_asks_for_a_new_session(server: FakeHomeserver, tmp_path: Path) -> None:
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        event = alice.send_olm(BOT, DEVICE, "m.dummy", {})
        await sync(client)
        machine = client.machine
        # As after the loss of the session: the same first message, its one-time key spent.
        machine.session_store._entries.clear()
        server.to_device(BOT, DEVICE, event)
        await sync(client)
        assert [device.id for device in machine.wedged_devices] == ["PHONE"]


async def one_message(server: FakeHomeserver, client: GuardedClient) -> None:
    alice = Peer(server, ALICE, "PHONE")
    await sync(client)
    alice.share(ROOM, BOT, DEVICE)
    alice.say(ROOM, "!status")
    await sync(client)


def spends_again(account: OlmAccount | None, event: dict[str, Any]) -> bool:
    """Say whether *account* would take the same first message once more."""
    assert account is not None
    content = event["content"]["ciphertext"][account.identity_keys["curve25519"]]
    message = vodozemac.PreKeyMessage.from_base64(content["body"])
    try:
        account.create_inbound_session(event["content"]["sender_key"], message)
    except vodozemac.SessionCreationException:
        return False
    return True


async def test_a_spent_one_time_key_is_spent_in_the_store_too(server: FakeHomeserver, tmp_path: Path) -> None:
    alice = Peer(server, ALICE, "PHONE")
    async with bare(server) as client:
        event = alice.send_olm(BOT, DEVICE, "m.dummy", {})
        await sync(client)
        assert client.store is not None
        assert spends_again(client.store.load_account(), event)
    alice = Peer(server, ALICE, "PHONE")
    async with guarded(server, tmp_path) as guarded_one:
        event = alice.send_olm(BOT, DEVICE, "m.dummy", {})
        await sync(guarded_one)
        assert not spends_again(keys_in(tmp_path, DEVICE).load_account(), event)


async def test_after_a_stop_before_the_token_was_kept_the_same_command_opens_again(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    token = server.add_device(BOT, DEVICE)
    client = guarded_client(server, tmp_path, token)
    await client.keys_upload()
    alice = Peer(server, ALICE, "PHONE")
    kept = (await sync(client)).next_batch
    alice.share(ROOM, BOT, DEVICE)
    alice.say(ROOM, "!status")
    assert heard(await pull(client)) == ["!status"]
    await client.close()

    again = guarded_client(server, tmp_path, token)
    again.next_batch = kept
    assert heard(await sync(again)) == ["!status"]
    alice.say(ROOM, "!next")
    assert heard(await sync(again)) == ["!next"]
    await again.close()


async def test_nothing_in_the_store_names_a_person_or_a_room_in_clear(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    async with await open_store(tmp_path, bytes(32)) as store, guarded(server, tmp_path, crypto=store.crypto) as client:
        await one_message(server, client)
        await store.crypto.settle()
        secrets = [ALICE, BOT, ROOM, client.machine.account.identity_keys["curve25519"], "SQLite format"]
        for held, mode in await asyncio.to_thread(contents, tmp_path):
            assert mode & 0o077 == 0
            assert not [secret for secret in secrets if secret.encode() in held]


async def test_no_request_leaves_while_what_it_rests_on_cannot_be_kept(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    rows = FullDisk()
    async with guarded(server, tmp_path, crypto=rows) as client:
        await sync(client)
        rows.is_full = True
        client.machine.account.generate_one_time_keys(1)
        client.machine.save_account()
        before = len(server.requests)
        for ask in (client.keys_query, client.sync):
            with pytest.raises(DiskError):
                await ask()
        assert len(server.requests) == before
        rows.is_full = False
        await sync(client)
        assert rows.is_settled


class FullDisk(MemoryCrypto):
    """Can keep nothing, once it is full."""

    is_full = False

    async def settle(self) -> None:
        if self.is_full:
            raise DiskError(Path("/dev/full"), "ENOSPC")
        await super().settle()


def contents(folder: Path) -> list[tuple[bytes, int]]:
    files = [(file.read_bytes(), file.stat().st_mode) for file in folder.iterdir()]
    assert files
    return files


async def test_a_message_to_the_device_stands_opened_in_the_answer(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    alice = Peer(server, ALICE, "PHONE")
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        (event,) = (await sync(client)).to_device_events
        assert isinstance(event, RoomKeyEvent)
        assert (event.sender, event.session_id) == (ALICE, alice.group.session_id)
