"""What people say on devices that are not trusted: held while their homeserver is asked once more, then passed over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.names import DeviceId, EventId, InputId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.account.device_policy import CrossSigned, FirstUse
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.crypto_store import CryptoStore
from bot.matrix.guard.identities import Standing
from bot.ports import DeviceCame, Distrusted, IdentityChanged, Message, ReaderCame
from tests.fakes.homeserver import FakeHomeserver
from tests.fakes.identity import FakeIdentity
from tests.fakes.peer import Peer
from tests.matrix.hearer import Bot
from tests.matrix.listeners import ALICE, BOT, DEVICE, ROOM, guarded, guarded_client, heard, sync
from tests.patience import eventually

WHO = UserId(ALICE)


def publish(server: FakeHomeserver, identity: FakeIdentity) -> None:
    server.identities[identity.user] = identity.published()
    server.announce(identity.user)


def sign(server: FakeHomeserver, identity: FakeIdentity, peer: Peer) -> None:
    server.devices[peer.user, peer.device].keys = identity.sign(peer.device_keys())
    server.announce(identity.user)


def strict(server: FakeHomeserver, folder: Path) -> Bot:
    bot = Bot(server, folder)
    bot.policy = CrossSigned()
    server.make_room(ROOM, ALICE, BOT)
    return bot


def why(bot: Bot) -> list[Distrust]:
    return [one.why for one in bot.heard if isinstance(one, Distrusted)]


async def test_a_signed_device_is_heard_and_an_unsigned_one_of_the_same_person_is_not(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot, identity = strict(server, tmp_path), FakeIdentity(ALICE)
    phone, ghost = Peer(server, ALICE, "PHONE"), Peer(server, ALICE, "GHOST")
    publish(server, identity)
    sign(server, identity, phone)
    async with bot.running():
        await bot.until_caught_up()
        for peer in (ghost, phone):
            peer.share(ROOM, BOT, DEVICE)
            peer.say(ROOM, f"!note by {peer.device}")
        await bot.until(lambda: bool(bot.texts()) and bool(why(bot)))
    assert bot.texts() == ["!note by PHONE"]
    assert why(bot) == [Distrust.UNSIGNED_DEVICE]
    assert bot.sealed.kept == {}


async def test_somebody_without_an_identity_is_not_heard_by_the_strict_policy(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot, phone = strict(server, tmp_path), Peer(server, ALICE, "PHONE")
    async with bot.running():
        await bot.until_caught_up()
        phone.share(ROOM, BOT, DEVICE)
        phone.say(ROOM, "!status")
        await bot.until(lambda: why(bot) == [Distrust.NO_IDENTITY])
    assert bot.texts() == []


async def test_whoever_verifies_a_device_and_types_at_once_is_heard_and_not_told_off(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    """The signature is on the homeserver, and nobody told us yet."""
    bot, identity, phone = strict(server, tmp_path), FakeIdentity(ALICE), Peer(server, ALICE, "PHONE")
    publish(server, identity)
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: client.machine.identities.person(WHO).standing is Standing.PINNED)
        server.devices[ALICE, "PHONE"].keys = identity.sign(phone.device_keys())
        phone.share(ROOM, BOT, DEVICE)
        phone.say(ROOM, "!status")
        phone.say(ROOM, "!next")
        await bot.until(lambda: bot.texts() == ["!status", "!next"])
    assert why(bot) == []
    assert bot.sealed.kept == {}


async def test_while_the_homeserver_does_not_say_the_message_is_kept_and_nobody_told_off(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot, identity, phone = strict(server, tmp_path), FakeIdentity(ALICE), Peer(server, ALICE, "PHONE")
    publish(server, identity)
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: client.machine.identities.person(WHO).standing is Standing.PINNED)
        server.queries_fail = 3
        phone.share(ROOM, BOT, DEVICE)
        said = phone.say(ROOM, "!status")
        await bot.until_caught_up()
        await bot.tick(timedelta(seconds=90))
        assert bot.heard == []
        assert list(bot.sealed.kept) == [said["event_id"]]
    async with bot.running():
        server.queries_fail = 0
        sign(server, identity, phone)
        await bot.until(lambda: bot.texts() == ["!status"])
    assert bot.heard[0].id == InputId(said["event_id"])


async def test_many_words_of_an_untrusted_device_cost_one_question(server: FakeHomeserver, tmp_path: Path) -> None:
    bot, identity, ghost = strict(server, tmp_path), FakeIdentity(ALICE), Peer(server, ALICE, "GHOST")
    publish(server, identity)
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: client.machine.identities.person(WHO).standing is Standing.PINNED)
        before = client.machine.queries
        ghost.share(ROOM, BOT, DEVICE)
        for _ in range(20):
            ghost.say(ROOM, "!status")
        await bot.until(lambda: len(why(bot)) == 20)
        assert client.machine.queries == before + 1


async def test_a_changed_identity_is_told_once_before_anything_else_and_again_only_after_a_restart(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot, identity, phone = strict(server, tmp_path), FakeIdentity(ALICE), Peer(server, ALICE, "PHONE")
    publish(server, identity)
    sign(server, identity, phone)
    async with bot.running() as client:
        await bot.until_caught_up()
        phone.share(ROOM, BOT, DEVICE)
        phone.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])
        fake = FakeIdentity(ALICE)
        publish(server, fake)
        sign(server, fake, Peer(server, ALICE, "GHOST"))
        await bot.until(lambda: any(isinstance(one, IdentityChanged) for one in bot.heard))
        phone.say(ROOM, "!close")
        await bot.until(lambda: why(bot) == [Distrust.IDENTITY_CHANGED])
        assert client.machine.identities.person(WHO).pinned == identity.master
    async with bot.running():
        await bot.until_caught_up()
    (changed,) = [one for one in bot.heard if isinstance(one, IdentityChanged)]
    assert (changed.user, changed.master) == (ALICE, fake.master)
    assert bot.texts() == ["!status"]


async def test_an_identity_that_is_taken_away_is_told(server: FakeHomeserver, tmp_path: Path) -> None:
    bot, identity, phone = strict(server, tmp_path), FakeIdentity(ALICE), Peer(server, ALICE, "PHONE")
    publish(server, identity)
    sign(server, identity, phone)
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: client.machine.identities.person(WHO).standing is Standing.PINNED)
        del server.identities[ALICE]
        server.announce(ALICE)
        await bot.until(lambda: [one.master for one in bot.heard if isinstance(one, IdentityChanged)] == [None])
        phone.share(ROOM, BOT, DEVICE)
        phone.say(ROOM, "!status")
        await bot.until(lambda: why(bot) == [Distrust.IDENTITY_CHANGED])


async def test_a_key_that_was_changed_back_and_forth_over_a_confirmation_is_told_each_time(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot, first, second = strict(server, tmp_path), FakeIdentity(ALICE), FakeIdentity(ALICE)
    Peer(server, ALICE, "PHONE")
    publish(server, first)
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: client.machine.identities.person(WHO).standing is Standing.PINNED)
        for number, (identity, confirmed) in enumerate([(second, True), (first, True), (second, False)], start=1):
            publish(server, identity)
            await bot.until(lambda count=number: sum(isinstance(one, IdentityChanged) for one in bot.heard) == count)  # type: ignore[misc]
            if confirmed:
                client.machine.identities.confirm(WHO, identity.master)


async def test_by_first_use_a_new_device_is_heard_and_told_once(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = strict(server, tmp_path)
    bot.policy = FirstUse()
    Peer(server, ALICE, "PHONE")
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: ALICE in client.machine.tracked_users)
        assert bot.heard == [], "the first devices of somebody are no news"
        laptop = Peer(server, ALICE, "LAPTOP")
        server.announce(ALICE)
        await bot.until(lambda: any(isinstance(one, DeviceCame) for one in bot.heard))
        laptop.share(ROOM, BOT, DEVICE)
        laptop.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])
    async with bot.running():
        await bot.until_caught_up()
    (came,) = [one for one in bot.heard if isinstance(one, DeviceCame)]
    assert (came.user, came.device, came.fingerprint) == (ALICE, "LAPTOP", laptop.ed25519)


async def test_a_device_that_is_verified_later_is_news_once_and_the_first_of_somebody_is_none(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot, identity = strict(server, tmp_path), FakeIdentity(ALICE)
    phone, laptop = Peer(server, ALICE, "PHONE"), Peer(server, ALICE, "LAPTOP")
    publish(server, identity)
    sign(server, identity, phone)
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: ALICE in client.machine.tracked_users)
        assert bot.heard == []
        sign(server, identity, laptop)
        await bot.until(lambda: any(isinstance(one, ReaderCame) for one in bot.heard))
    async with bot.running():
        await bot.until_caught_up()
    (came,) = [one for one in bot.heard if isinstance(one, ReaderCame)]
    assert (came.user, came.device) == (ALICE, "LAPTOP")


async def test_a_new_device_in_the_place_of_another_is_told(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = strict(server, tmp_path)
    bot.policy = FirstUse()
    Peer(server, ALICE, "PHONE")
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: ALICE in client.machine.tracked_users)
        server.hidden_from_lists.add("PHONE")
        Peer(server, ALICE, "LAPTOP")
        server.announce(ALICE)
        await bot.until(lambda: [one.device for one in bot.heard if isinstance(one, DeviceCame)] == ["LAPTOP"])


async def test_a_new_device_is_told_after_a_kill_between_learning_and_telling(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = strict(server, tmp_path)
    bot.policy = FirstUse()
    Peer(server, ALICE, "PHONE")
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: ALICE in client.machine.tracked_users)
    client = guarded_client(server, tmp_path, bot.access_token)
    Peer(server, ALICE, "LAPTOP")
    client.machine.users_for_key_query.add(ALICE)
    await client.refresh_devices()
    await client.close()
    async with bot.running():
        await bot.until(lambda: any(isinstance(one, DeviceCame) for one in bot.heard))


async def test_a_device_list_is_never_kept_without_the_identity_that_came_with_it(
    server: FakeHomeserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity, phone = FakeIdentity(ALICE), Peer(server, ALICE, "PHONE")
    publish(server, identity)
    sign(server, identity, phone)

    def killed(*_: object) -> None:
        raise ZeroDivisionError

    async with guarded(server, tmp_path) as client:
        client.machine.users_for_key_query.add(ALICE)
        with monkeypatch.context() as broken:
            broken.setattr(CryptoStore, "keep_identity", killed)
            with pytest.raises(ZeroDivisionError):
                await client.keys_query()
        token = client.access_token
    again = guarded_client(server, tmp_path, token)
    assert list(again.machine.device_store.active_user_devices(ALICE)) == []
    assert again.machine.identities.known() == frozenset()
    await again.close()


async def test_a_deleted_device_counts_no_more(server: FakeHomeserver, tmp_path: Path) -> None:
    identity, phone = FakeIdentity(ALICE), Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    publish(server, identity)
    sign(server, identity, phone)
    async with guarded(server, tmp_path, policy=CrossSigned()) as client:
        trust = client.trust
        await sync(client)
        phone.share(ROOM, BOT, DEVICE)
        phone.say(ROOM, "!status")
        assert heard(await sync(client)) == ["!status"]
        (device,) = client.machine.device_store.active_user_devices(ALICE)
        assert trust.distrusts(WHO, DeviceId(device.id)) is None
        assert trust.admitted([WHO]) == [device]
        server.hidden_from_lists.add("PHONE")
        server.announce(ALICE)
        await sync(client)
        assert trust.distrusts(WHO, DeviceId(device.id)) is Distrust.UNSIGNED_DEVICE
        assert trust.admitted([WHO]) == []
        assert trust.refused([WHO]) == []


async def test_the_doubts_are_bounded(server: FakeHomeserver, tmp_path: Path) -> None:
    Peer(server, ALICE, "PHONE")
    async with guarded(server, tmp_path, policy=CrossSigned()) as client:
        await learn(client)
        trust = client.trust
        (device,) = client.machine.device_store.active_user_devices(ALICE)
        waiting = [trust.doubts(EventId(f"$flood{number}"), WHO, DeviceId(device.id)) for number in range(2100)]
        assert (waiting.count(True), waiting.count(False)) == (2000, 100)


async def learn(client: GuardedClient) -> None:
    client.machine.users_for_key_query.add(ALICE)
    await client.refresh_devices()


async def test_nobody_is_asked_about_our_own_device_when_our_words_come_back(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    async with guarded(server, tmp_path, policy=CrossSigned()) as client:
        trust, asked = client.trust, client.machine.users_for_key_query
        asked.clear()
        assert not trust.doubts(EventId("$ours"), UserId(BOT), DeviceId(DEVICE))
        assert not asked
        assert trust.doubts(EventId("$in-our-name"), UserId(BOT), DeviceId("GHOST"))
        assert asked == {BOT}


@pytest.mark.parametrize("ghost_is_first", [True, False])
async def test_a_ghost_that_gives_a_devices_key_as_its_own_takes_no_word_from_it(
    server: FakeHomeserver, tmp_path: Path, ghost_is_first: bool
) -> None:
    """Whoever is in the room has the key; the homeserver lists a device of Alice's that is theirs."""
    bot, identity = strict(server, tmp_path), FakeIdentity(ALICE)
    phone, ghost = Peer(server, ALICE, "PHONE"), Peer(server, ALICE, "GHOST")
    publish(server, identity)
    sign(server, identity, phone)
    async with bot.running():
        await bot.until_caught_up()
        key = phone.room_key(ROOM)
        for peer in (ghost, phone) if ghost_is_first else (phone, ghost):
            peer.send_olm(BOT, DEVICE, "m.room_key", key)
            await bot.until_caught_up()
        phone.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])
    (said,) = [one for one in bot.heard if isinstance(one, Message)]
    assert said.device == "PHONE"
    assert why(bot) == []


async def test_a_word_is_not_heard_again_through_another_device_of_the_same_person(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    phone, ghost = Peer(server, ALICE, "PHONE"), Peer(server, ALICE, "GHOST")
    async with guarded(server, tmp_path) as client:
        await sync(client)
        key = phone.room_key(ROOM)
        phone.send_olm(BOT, DEVICE, "m.room_key", key)
        said = phone.say(ROOM, "!ack")
        assert heard(await sync(client)) == ["!ack"]
        ghost.send_olm(BOT, DEVICE, "m.room_key", key)
        server.hidden_from_lists.add("PHONE")
        client.machine.ask_about(ALICE)
        await client.keys_query()
        server.say(ROOM, ALICE, said["content"])
        assert heard(await sync(client)) == []
