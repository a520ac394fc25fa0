"""Keys on a real homeserver, by the strict policy: to devices that their owner signed, and to nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bot.core.names import RoomId, UserId
from bot.core.people.trust import Distrust, TheirIdentity
from bot.matrix.account.cross_signing import ensure_identity
from bot.matrix.account.device_policy import CrossSigned
from bot.matrix.account.seeds import kept_seeds, public_of
from bot.ports import NO_DEVICE, RefusedError
from tests.fakes.crypto import MemoryCrypto
from tests.fakes.identity import FakeIdentity, FakePhone
from tests.fakes.vault import MemoryVault
from tests.matrix.between import Between, Changed
from tests.matrix.people import Bot, Person, Town, opened, say

pytestmark = pytest.mark.slow
WITHHELD = "sendToDevice/m.room_key.withheld"
GHOST = UserId("@ghost:evil.example")


async def verified(person: Person) -> MemoryVault:
    """Let *person* make an identity and sign this device; return what keeps its seeds."""
    vault = MemoryVault()
    await ensure_identity(person.client, vault, password=person.account.password, is_recoverable=False)
    return vault


async def master(vault: MemoryVault) -> str:
    """Return the master key of the identity in *vault*."""
    seeds = await kept_seeds(vault)
    assert seeds is not None
    return public_of(seeds[0])


async def verified_too(person: Person, vault: MemoryVault) -> None:
    """Sign another device with the identity in *vault*."""
    await ensure_identity(person.client, vault, password=person.account.password, is_recoverable=False)


async def strict_bot(town: Town, between: Between) -> Bot:
    bot = await town.bot(url=between.url, policy=CrossSigned())
    bot.open_chat(key_delay_s=None)
    return bot


async def room_of(bot: Bot, *people: Person) -> RoomId:
    room = await opened(bot, *people)
    for person in people:
        await person.join(room)
    bot.chat.invalidate(room)
    return room


def withheld(between: Between) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (user, device, content)
        for request in between.passed
        if request.path.startswith(WITHHELD)
        for user, devices in request.body["messages"].items()
        for device, content in devices.items()
    ]


def keyed(between: Between) -> set[tuple[str, str]]:
    """Return every device that was ever sent anything encrypted."""
    return {
        (user, device)
        for request in between.passed
        if request.path.startswith("sendToDevice/m.room.encrypted")
        for user, devices in request.body["messages"].items()
        for device in devices
    }


async def test_a_signed_device_reads_and_an_unsigned_one_is_told_why_not_once(town: Town, between: Between) -> None:
    bot, phone = await strict_bot(town, between), await town.person()
    await verified(phone)
    tablet = await town.device_of(phone.account)
    room = await room_of(bot, phone)
    first = await say(bot, room, "one", phone)
    second = await say(bot, room, "two", phone)
    assert [await phone.read(room, event) for event in (first, second)] == ["one", "two"]
    assert await tablet.read(room, first) is None
    assert keyed(between) == {(phone.user, str(phone.client.device_id))}
    ((user, device, notice),) = withheld(between)
    assert (user, device) == (tablet.user, tablet.client.device_id)
    raw = (await phone.raw(room, first))["content"]
    assert (notice["code"], notice["room_id"], notice["session_id"]) == ("m.unverified", room, raw["session_id"])
    assert notice["sender_key"] == bot.client.machine.account.identity_keys["curve25519"]


async def test_a_device_that_is_verified_between_two_messages_reads_the_second(town: Town, between: Between) -> None:
    bot, phone = await strict_bot(town, between), await town.person()
    vault = await verified(phone)
    tablet = await town.device_of(phone.account)
    room = await room_of(bot, phone)
    assert await tablet.read(room, await say(bot, room, "one", phone)) is None
    await verified_too(tablet, vault)
    await bot.sync()
    assert await tablet.read(room, await say(bot, room, "two", phone)) == "two"


async def test_of_somebody_without_an_identity_no_device_reads(town: Town, between: Between) -> None:
    bot, alice = await strict_bot(town, between), await town.person()
    room = await room_of(bot, alice)
    with pytest.raises(RefusedError) as refused:
        await say(bot, room, "one", alice)
    assert refused.value.code == NO_DEVICE
    assert keyed(between) == set()
    assert not bot.chat.reads(alice.user)
    bot.chat.unreached._patience_s = 0
    assert bot.chat.unreached.news() == [(room, alice.user, Distrust.NO_IDENTITY)]
    await verified(alice)
    await bot.sync()
    event = await say(bot, room, "two", alice)
    assert bot.chat.reads(alice.user)
    assert await alice.read(room, event) == "two"
    assert bot.chat.unreached.news() == []


async def test_who_is_only_invited_is_given_time_to_verify_and_the_others_are_not_told_of(
    town: Town, between: Between
) -> None:
    bot, alice, bob = await strict_bot(town, between), await town.person(), await town.person("bob")
    await verified(alice)
    await town.device_of(alice.account)
    room = await opened(bot, alice, bob)
    await alice.join(room)
    bot.chat.invalidate(room)
    bot.chat.unreached._patience_s = 0
    await say(bot, room, "one", alice, bob)
    assert bot.chat.unreached.news() == []
    await bob.join(room)
    bot.chat.invalidate(room)
    await say(bot, room, "two", alice, bob)
    assert [user for _, user, _ in bot.chat.unreached.news()] == [bob.user]


async def test_nobody_is_known_before_they_were_asked_about(town: Town, between: Between) -> None:
    bot, alice = await strict_bot(town, between), await town.person()
    assert bot.chat.identity_of(alice.user) == TheirIdentity()


async def test_who_is_known_by_what_was_compared_is_asked_about_first(town: Town, between: Between) -> None:
    bot, alice, bob = await strict_bot(town, between), await town.person(), await town.person("bob")
    hers, his = await master(await verified(alice)), await master(await verified(bob))
    await bot.chat.trust(alice.user, hers)
    assert bot.chat.identity_of(alice.user) == TheirIdentity(known=hers, published=hers)
    # To whoever compared, the homeserver gave another key than it gives us now.
    await bot.chat.trust(bob.user, "compared")
    assert bot.chat.identity_of(bob.user) == TheirIdentity(known="compared", published=his)


async def test_a_device_added_between_query_and_send_waits_for_its_signature(town: Town, between: Between) -> None:
    bot, phone = await strict_bot(town, between), await town.person()
    await verified(phone)
    room = await room_of(bot, phone)
    await say(bot, room, "one", phone)
    tablet = await town.device_of(phone.account)
    event = await say(bot, room, "two", phone)
    assert await tablet.read(room, event) is None
    await bot.sync()
    await say(bot, room, "three", phone)
    assert keyed(between) == {(phone.user, str(phone.client.device_id))}


async def test_a_fake_identity_and_its_ghost_device_get_nothing_until_the_change_is_confirmed(
    town: Town, between: Between
) -> None:
    bot, phone = await strict_bot(town, between), await town.person()
    await verified(phone)
    room = await room_of(bot, phone)
    assert await phone.read(room, await say(bot, room, "one", phone)) == "one"
    known = bot.chat.identity_of(phone.user).known
    fake, ghost = FakeIdentity(phone.user), FakePhone(phone.user, "GHOST")

    def evil(answer: Any) -> Any:
        told = copy.deepcopy(answer)
        told["device_keys"][phone.user]["GHOST"] = fake.sign(ghost.keys)
        for section, keys in fake.published().items():
            told[section][phone.user] = keys
        return told

    between.always("POST", "keys/query", Changed(by=evil))
    bot.client.machine.users_for_key_query.add(phone.user)
    with pytest.raises(RefusedError) as refused:
        await say(bot, room, "two", phone)
    assert refused.value.code == NO_DEVICE
    assert keyed(between) == {(phone.user, str(phone.client.device_id))}
    assert bot.chat.identity_of(phone.user) == TheirIdentity(known=known, published=fake.master)
    await bot.chat.trust(phone.user, "another key")
    assert bot.chat.identity_of(phone.user).is_changed
    await bot.chat.trust(phone.user, fake.master)
    assert not bot.chat.identity_of(phone.user).is_changed
    between.meddle = lambda _: None


async def test_a_ghost_in_the_state_of_the_room_gets_no_key_and_is_seen(town: Town, between: Between) -> None:
    bot, alice, mallory = await strict_bot(town, between), await town.person(), await town.person("mallory")
    await verified(alice)
    await verified(mallory)
    room = await room_of(bot, alice)
    members = [
        {"type": "m.room.member", "state_key": who, "content": {"membership": "join"}} for who in (mallory.user, GHOST)
    ]
    between.always("GET", f"rooms/{room}/state", Changed(by=lambda answer: [*answer, *members]))
    bot.chat.strangers._patience_s = 0
    event = await say(bot, room, "not for ghosts", alice)
    assert await alice.read(room, event) == "not for ghosts"
    assert keyed(between) == {(alice.user, str(alice.client.device_id))}
    assert {user for _, user, _ in bot.chat.strangers.news()} == {mallory.user, GHOST}


async def test_judging_costs_no_request_and_writes_nothing_once_it_is_known(town: Town, between: Between) -> None:
    bot, alice = await strict_bot(town, between), await town.person()
    await verified(alice)
    await town.device_of(alice.account)
    room = await room_of(bot, alice)
    await say(bot, room, "one", alice)
    before = len(between.passed)
    rows = bot.client._crypto
    assert isinstance(rows, MemoryCrypto)
    writes = rows.changes
    await say(bot, room, "two", alice)
    assert [request.path.split("/")[2] for request in between.passed[before:]] == ["send"]
    assert rows.changes == writes
