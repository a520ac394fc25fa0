"""Whoever floods us with what is remembered: strangers leave nothing, our people no more than there is room for."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import vodozemac

from bot.core.names import EventId, UserId
from bot.matrix.guard import bounds
from bot.matrix.guard.olm import GuardedOlm
from bot.matrix.hearing import sealed
from bot.ports import CryptoKind
from tests.fakes.crypto import MemoryCrypto
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.matrix.hearer import Bot
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, MALLORY, ROOM, guarded, guarded_client, heard, sync

MANY = 10_000


def is_ours(user: UserId) -> bool:
    return user in {ALICE, BOB}


def room_keys(count: int, sender: Peer) -> Iterator[Json]:
    """Return keys of *count* rooms, all of one session: making each anew is slow and changes nothing."""
    key = sender.room_key(ROOM)
    return (key | {"room_id": f"!room{number}:example.org"} for number in range(count))


def kept_keys(machine: GuardedOlm, sender_key: str | None = None) -> int:
    held = sum(key.sender_key == sender_key or not sender_key for key in machine.inbound_group_store)
    assert len(names_of(machine, CryptoKind.ROOM_KEY, sender_key or "")) == held, "memory and store hold the same"
    return held


def kept_sessions(machine: GuardedOlm) -> int:
    held = sum(len(sessions) for sessions in machine.session_store._entries.values())
    assert len(names_of(machine, CryptoKind.SESSION)) == held, "memory and store hold the same"
    return held


def names_of(machine: GuardedOlm, kind: CryptoKind, part: str = "") -> list[str]:
    rows = machine.store._rows
    assert isinstance(rows, MemoryCrypto)
    return [row.name for row in rows.kept(kind)[kind] if part in row.name]


# --- strangers ----------------------------------------------------------------------------------------------


async def test_ten_thousand_room_keys_of_a_stranger_leave_nothing_but_a_line(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    async with guarded(server, tmp_path, knows=is_ours) as client:
        await sync(client)
        for key in room_keys(MANY, mallory):
            mallory.send_olm(BOT, DEVICE, "m.room_key", key)
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        with caplog.at_level(logging.WARNING):
            assert heard(await sync(client)) == ["!status"]
        machine = client.machine
        assert (kept_keys(machine), kept_sessions(machine)) == (1, 1)
        assert MALLORY not in machine.device_store._entries
        assert MALLORY not in machine.users_for_key_query | machine.tracked_users
        assert [record.getMessage() for record in caplog.records] == [
            f"{MANY} to-device messages of strangers passed over"
        ]


async def test_ten_thousand_strangers_in_a_room_are_asked_about_by_nobody(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path, knows=is_ours) as client:
        await sync(client)
        for number in range(MANY):
            stranger = f"@{number}:evil.example"
            server.announce(stranger)
            if number % 10 == 0:
                server.set_state(ROOM, ALICE, "m.room.member", stranger, {"membership": "join"})
            server.say(ROOM, stranger, {"algorithm": "m.megolm.v1.aes-sha2", "session_id": f"s{number}"} | LOCKED)
        server.announce(BOB)
        await sync(client)
        machine = client.machine
        assert machine.tracked_users <= {ALICE, BOB, BOT}
        assert machine.users_for_key_query == set()
        assert set(machine.device_store._entries) <= {ALICE, BOB, BOT}


LOCKED: Json = {"ciphertext": "AAAA", "sender_key": "A" * 43, "device_id": "EVIL"}


# --- ourselves ------------------------------------------------------------------------------------------------


async def test_of_our_own_room_keys_the_last_few_of_each_room_are_kept(server: FakeHomeserver, tmp_path: Path) -> None:
    token = server.add_device(BOT, DEVICE)
    other, made = "!other:example.org", list[str]()
    for _ in range(2):
        client = guarded_client(server, tmp_path, token)
        machine = client.machine
        for _ in range(bounds.MOST_OWN_KEYS):
            machine.create_outbound_group_session(ROOM)
            made.append(machine.outbound_group_sessions[ROOM].id)
        machine.create_outbound_group_session(other)
        own = machine.account.identity_keys["curve25519"]
        assert set(machine.inbound_group_store[ROOM][own]) == set(made[-bounds.MOST_OWN_KEYS :])
        assert kept_keys(machine, own) == bounds.MOST_OWN_KEYS + len(machine.inbound_group_store[other][own])
        known = [session for session in made if machine.rooms_of(session)]
        assert known == made[-bounds.MOST_OWN_KEYS :]
        assert {machine.rooms_of(session) for session in known} == {(ROOM,)}
        await machine.store.settle()
        await client.close()


async def test_where_a_session_has_a_key_is_known_until_its_room_is_forgotten(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    alice, token, other = Peer(server, ALICE, "PHONE"), server.add_device(BOT, DEVICE), "!other:example.org"
    client = guarded_client(server, tmp_path, token, knows=is_ours)
    await client.keys_upload()
    await sync(client)
    for room in (ROOM, other, ROOM):
        alice.send_olm(BOT, DEVICE, "m.room_key", alice.room_key(ROOM) | {"room_id": room})
    await sync(client)
    session = alice.group.session_id
    assert set(client.machine.rooms_of(session)) == {ROOM, other}
    client.machine.forget_room(ROOM)
    assert client.machine.rooms_of(session) == (other,)
    await client.machine.store.settle()
    await client.close()
    again = guarded_client(server, tmp_path, token, knows=is_ours)
    assert again.machine.rooms_of(session) == (other,)
    await again.close()


# --- our people ---------------------------------------------------------------------------------------------


async def test_ten_thousand_room_keys_of_one_device_push_out_its_own_oldest_and_nobody_elses(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOB, BOT)
    alice, bob = Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")
    token = server.add_device(BOT, DEVICE)
    client = guarded_client(server, tmp_path, token, knows=is_ours)
    await client.keys_upload()
    await sync(client)
    alice.share(ROOM, BOT, DEVICE)
    for key in room_keys(MANY, bob):
        bob.send_olm(BOT, DEVICE, "m.room_key", key)
    await sync(client)
    assert kept_keys(client.machine, bob.curve25519) == bounds.MOST_ROOM_KEYS
    assert kept_keys(client.machine, alice.curve25519) == 1
    assert len(client.machine.inbound_group_store._entries) <= bounds.MOST_ROOM_KEYS + 1
    last = f"!room{MANY - 1}:example.org"
    assert client.machine.inbound_group_store.get(last, bob.curve25519, bob.group.session_id) is not None
    await client.close()

    again = guarded_client(server, tmp_path, token, knows=is_ours)
    again.next_batch = client.next_batch
    bob.group = vodozemac.GroupSession()
    bob.share(ROOM, BOT, DEVICE)
    bob.say(ROOM, "!after the restart")
    alice.say(ROOM, "!me too")
    assert heard(await sync(again)) == ["!after the restart", "!me too"]
    assert kept_keys(again.machine, bob.curve25519) == bounds.MOST_ROOM_KEYS
    await again.close()


async def test_a_device_that_opens_session_after_session_keeps_the_last_ones(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOB, BOT)
    bob = Peer(server, BOB, "PHONE")
    async with guarded(server, tmp_path) as client:
        await sync(client)
        for _ in range(1_000):
            bob.open_session(BOT, DEVICE)
            bob.send_olm(BOT, DEVICE, "m.dummy", {})
        await sync(client)
        assert kept_sessions(client.machine) == bounds.MOST_SESSIONS
        bob.share(ROOM, BOT, DEVICE)
        bob.say(ROOM, "!still here")
        assert heard(await sync(client)) == ["!still here"]


async def test_made_up_devices_of_one_person_push_out_each_other_and_no_new_device_of_another(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOB, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice, bobs = Peer(server, ALICE, "NEW"), [Peer(server, BOB, f"EVIL{number}") for number in range(400)]
        server.hidden_from_lists |= {"NEW", *(bob.device for bob in bobs)}
        alice.share(ROOM, BOT, DEVICE)
        for bob in bobs:
            bob.share(ROOM, BOT, DEVICE)
        await sync(client)
        machine = client.machine
        assert kept_sessions(machine) == kept_keys(machine) == bounds.MOST_NEWCOMERS + 1
        server.hidden_from_lists.clear()
        server.announce(ALICE)
        await sync(client)
        alice.say(ROOM, "!here I am")
        assert heard(await sync(client)) == ["!here I am"]


async def test_whoever_names_the_key_of_anothers_new_device_pushes_out_nothing_of_it(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOB, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice, bobs = Peer(server, ALICE, "NEW"), [Peer(server, BOB, f"EVIL{number}") for number in range(20)]
        server.hidden_from_lists |= {"NEW", *(bob.device for bob in bobs)}
        named = alice.share(ROOM, BOT, DEVICE)
        await sync(client)
        # Once more, and as if it were Bob's.
        server.to_device(BOT, DEVICE, named | {"sender": BOB})
        for bob in bobs:
            bob.share(ROOM, BOT, DEVICE)
        await sync(client)
        assert kept_keys(client.machine, alice.curve25519) == 1


async def test_a_message_that_the_homeserver_gives_out_as_anothers_pushes_out_nothing_of_its_device(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOB, BOT)
    alice, bobs = Peer(server, ALICE, "PHONE"), [Peer(server, BOB, f"EVIL{number}") for number in range(20)]
    server.hidden_from_lists |= {bob.device for bob in bobs}
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.send_olm(BOT, DEVICE, "m.dummy", {})["sender"] = BOB
        for bob in bobs:
            bob.share(ROOM, BOT, DEVICE)
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!here I am")
        assert heard(await sync(client)) == ["!here I am"]


async def test_devices_that_are_listed_by_now_make_room_for_new_ones(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOB, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        for round_ in range(3):
            for number in range(bounds.MOST_NEWCOMERS):
                Peer(server, BOB, f"PHONE{round_}.{number}").share(ROOM, BOT, DEVICE)
            server.announce(BOB)
            await sync(client)
        assert kept_keys(client.machine) == 3 * bounds.MOST_NEWCOMERS


async def test_what_names_a_device_key_and_opens_nothing_leaves_nothing(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        await sync(client)
        bob = Peer(server, BOB, "PHONE")
        bob.open_session(BOT, DEVICE)
        event = bob.send_olm(BOT, DEVICE, "m.dummy", {})
        body = next(iter(event["content"]["ciphertext"].values()))
        own = client.machine.account.identity_keys["curve25519"]
        for number in range(2_000):
            forged = copy.deepcopy(event)
            forged["content"]["sender_key"] = f"{number:043d}"
            forged["content"]["ciphertext"] = {own: body | {"type": number % 2}}
            server.to_device(BOT, DEVICE, forged)
        await sync(client)
        assert kept_sessions(client.machine) == len(client.machine.session_store._entries) == 1


# --- what waits for its key ---------------------------------------------------------------------------------


async def test_a_flood_of_what_cannot_be_opened_pushes_out_the_flooders_own(
    server: FakeHomeserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "MOST", 100)
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE, BOB, MALLORY, BOT)
    async with bot.running():
        await bot.until_caught_up()
        first = server.say(ROOM, ALICE, {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "alices"} | LOCKED)
        for number in range(900):
            sender = (BOB, MALLORY)[number % 2]
            server.say(ROOM, sender, {"algorithm": "m.megolm.v1.aes-sha2", "session_id": f"s{number}"} | LOCKED)
        await bot.until_caught_up()
        assert len(bot.sealed.kept) == 100
        assert EventId(first["event_id"]) in bot.sealed.kept
        assert {kept.sender for kept in bot.sealed.kept.values()} == {UserId(ALICE), UserId(BOB)}
        await bot.tick(timedelta(seconds=1))
