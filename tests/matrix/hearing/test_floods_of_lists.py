"""Device lists, alarms and invitations without end: each is taken, told or kept a bounded number of times."""

from __future__ import annotations

import copy
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.names import DeviceId, UserId
from bot.matrix.guard import bounds, identities, olm
from bot.matrix.guard.client import GuardedClient
from bot.matrix.hearing import invitations, security_news
from bot.ports import DeviceCame, IdentityChanged
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.identity import FakeIdentity
from tests.fakes.peer import Peer
from tests.kept_keys import keys_in
from tests.matrix.hearer import Bot
from tests.matrix.hearing.test_floods import is_ours, kept_keys
from tests.matrix.hearing.test_hearing import invitation
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, MALLORY, ROOM, guarded, heard, sync
from tests.patience import eventually


async def test_device_lists_of_people_nobody_asked_about_leave_nothing_but_a_line(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.make_room(ROOM, ALICE, BOT)

    def add_many(told: Json) -> Json:
        others = [FakeIdentity(f"@stranger{number}:example.org") for number in range(20)]
        for section in ("master_keys", "self_signing_keys"):
            told[section] = {other.user: other.published()[section] for other in others}
        told["device_keys"] |= {other.user: {} for other in others}
        return told

    async with guarded(server, tmp_path, knows=is_ours) as client:
        server.lies["/keys/query"] = add_many
        await sync(client)
        machine = client.machine
        assert machine.tracked_users <= {ALICE, BOT}
        assert machine.identities.known() == frozenset()
        assert keys_in(tmp_path, DEVICE).load_identities() == {}
    assert "device lists of 20 people passed over: nobody asked" in caplog.messages


async def test_of_devices_that_come_and_go_no_more_than_the_last_are_kept(
    server: FakeHomeserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(olm, "MOST_GONE", 10)
    monkeypatch.setattr(identities, "MOST_RETURNS", 10)
    server.make_room(ROOM, ALICE, BOB, BOT)
    phone = Peer(server, BOB, "PHONE")
    async with guarded(server, tmp_path) as client:
        await sync(client)
        machine = client.machine
        client.verify_device(machine.device_store[BOB]["PHONE"])
        server.hidden_from_lists.add("PHONE")
        for number in range(30):
            peer = Peer(server, BOB, f"D{number}")
            machine.ask_about(BOB)
            await client.keys_query()
            server.hidden_from_lists.add(peer.device)
        kept = machine.device_store[BOB]
        assert len([device for device in kept.values() if device.deleted]) == 10
        assert "PHONE" in kept, "those that were trusted go last"
        assert kept["D29"].deleted is False
        again = keys_in(tmp_path, DEVICE).load_device_keys()[BOB]
        assert list(again) == list(kept)
        assert len(machine.identities.person(UserId(BOB)).newcomers) <= 1
        server.hidden_from_lists.clear()
        machine.ask_about(BOB)
        await client.keys_query()
        person = machine.identities.person(UserId(BOB))
        assert len(person.returns) <= 10
        assert "PHONE" in person.returned
        assert machine.device_store.device_from_sender_key(BOB, phone.curve25519) is not None


async def test_each_coming_back_has_a_number_of_its_own(server: FakeHomeserver, tmp_path: Path) -> None:
    """By it a coming back is known as news, also when those before were forgotten."""
    server.make_room(ROOM, ALICE, BOB, BOT)
    Peer(server, BOB, "PHONE")
    Peer(server, BOB, "TABLET")
    seen: list[int] = []
    async with guarded(server, tmp_path) as client:
        await sync(client)
        for device in ("PHONE", "TABLET", "PHONE"):
            for hidden in ({device}, set[str]()):
                server.hidden_from_lists = hidden
                client.machine.ask_about(BOB)
                await client.keys_query()
            seen.append(client.machine.identities.person(UserId(BOB)).returns[DeviceId(device)])
    assert seen == [1, 2, 3]


async def test_whoever_names_the_key_of_anothers_device_takes_nothing_from_it(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOB, BOT)
    alice, bob = Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")
    async with guarded(server, tmp_path, knows=is_ours) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        await sync(client)
        bob.open_session(BOT, DEVICE)
        forged = copy.deepcopy(bob.send_olm(BOT, DEVICE, "m.dummy", {}))
        forged["content"]["sender_key"] = alice.curve25519
        server.to_device(BOT, DEVICE, forged)
        evil = [Peer(server, BOB, f"EVIL{number}") for number in range(bounds.MOST_NEWCOMERS)]
        server.hidden_from_lists |= {peer.device for peer in evil}
        for peer in evil:
            peer.send_olm(BOT, DEVICE, "m.dummy", {})
        await sync(client)
        assert kept_keys(client.machine, alice.curve25519) == 1
        alice.say(ROOM, "!status")
        assert heard(await sync(client)) == ["!status"]


@pytest.mark.parametrize("odd", ["!" + "x" * 30_000, "!half\ud800:example.org", "no room", ""])
async def test_a_room_key_of_a_room_that_is_none_is_not_kept(
    server: FakeHomeserver, tmp_path: Path, odd: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    alice = Peer(server, ALICE, "PHONE")
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.send_olm(BOT, DEVICE, "m.room_key", alice.room_key(ROOM) | {"room_id": odd})
        await sync(client)
        assert kept_keys(client.machine) == 0
    assert "room key dropped: the id of its room or its signing key is malformed" in caplog.messages


async def test_a_room_key_under_a_signing_key_that_is_none_is_not_kept(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    alice = Peer(server, ALICE, "PHONE")
    alice.claimed_ed25519 = "z" * 30_000
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        await sync(client)
        assert kept_keys(client.machine) == 0


# --- alarms and invitations -----------------------------------------------------------------------------------


async def test_an_identity_that_changes_over_and_over_rings_a_few_times_an_hour_and_then_as_it_is(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    Peer(server, ALICE, "PHONE")
    bot = Bot(server, tmp_path)
    rung: list[str | None] = []

    async def change(client: GuardedClient) -> str:
        """Show another identity; return once it is known and what follows from it was told."""
        fake = FakeIdentity(ALICE)
        server.identities[ALICE] = fake.published()
        server.announce(ALICE)
        await server.tell()
        await eventually(lambda: client.machine.identities.person(UserId(ALICE)).published == fake.master)
        await bot.look(timedelta())
        rung[:] = [one.master for one in bot.heard if isinstance(one, IdentityChanged)]
        return fake.master

    async with bot.running() as client:
        await bot.until_caught_up()
        await change(client)
        for _ in range(3 * security_news.MOST_AN_HOUR):
            last = await change(client)
        assert len(rung) == security_news.MOST_AN_HOUR
        await bot.look(security_news.HOUR)
        await bot.until(lambda: any(isinstance(one, IdentityChanged) and one.master == last for one in bot.heard))


async def test_devices_that_come_one_after_the_other_ring_a_few_times_an_hour_and_then_the_others(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    Peer(server, ALICE, "PHONE")
    bot = Bot(server, tmp_path)
    devices = {f"D{number}" for number in range(security_news.MOST_AN_HOUR + 2)}

    def told_of() -> set[str]:
        return {one.device for one in bot.heard if isinstance(one, DeviceCame)}

    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: ALICE in client.machine.tracked_users)
        for device in sorted(devices):
            Peer(server, ALICE, device)
            server.announce(ALICE)
            await server.tell()
            await eventually(lambda: device in client.machine.device_store[ALICE])  # noqa: B023 - waited for here
            await bot.look(timedelta())
        assert len(told_of()) == security_news.MOST_AN_HOUR
        await bot.look(security_news.HOUR)
        await bot.until(lambda: told_of() == devices)


async def test_of_many_invitations_no_more_wait_than_there_is_room_for(
    server: FakeHomeserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(invitations, "MOST", 20)
    server.make_room(ROOM, ALICE, BOT)
    bot = Bot(server, tmp_path)
    puts: list[int] = []
    async with bot.running():
        await bot.until_caught_up()
        for number in range(100):
            server.invite(BOT, f"!{number}:evil.example", invitation(MALLORY))
        server.make_room("!wanted:example.org", ALICE)
        server.invite(BOT, "!wanted:example.org", invitation(ALICE))
        put = bot.vault.put

        async def counted(name: str, value: bytes) -> None:
            puts.append(len(value))
            await put(name, value)

        bot.vault.put = counted  # type: ignore[method-assign]
        await server.tell()
        await eventually(lambda: BOT in server.rooms["!wanted:example.org"].members())
        await bot.until_caught_up()
        await eventually(lambda: bot.vault.kept["matrix-invitations"] == b"[]")
    assert "80 invitations passed over: too many wait" in caplog.messages
    assert len(puts) < 10
    assert max(puts) < 20 * 200


async def test_an_invitation_into_a_room_of_ours_does_not_make_us_leave(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    bot = Bot(server, tmp_path)
    async with bot.running():
        await bot.until_caught_up()
        server.invite(BOT, ROOM, invitation(MALLORY))
        server.invite(BOT, "!other:example.org", invitation(MALLORY))
        await bot.until_caught_up()
        await eventually(lambda: bot.vault.kept["matrix-invitations"] == b"[]")
    assert BOT in server.rooms[ROOM].members()
