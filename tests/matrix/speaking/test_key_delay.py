"""Somebody with an identity gets keys only when their client has had the time to learn our device; nobody loses any."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.names import RoomId
from bot.matrix.account.cross_signing import ensure_identity
from bot.matrix.speaking.room_state import room_state
from tests.fakes.vault import MemoryVault
from tests.matrix.between import Between, Instead
from tests.matrix.people import Bot, Person, Town, opened, part_of, say

WAIT_S = 3600.0
"""Longer than any of these tests takes: it passes when they say so."""
MOMENT_S = 0.5


async def signed(town: Town) -> Person:
    """Somebody who publishes a cross-signing identity, as strict clients do."""
    person = await town.person()
    await ensure_identity(person.client, MemoryVault(), password=person.account.password, is_recoverable=False)
    return person


async def speaking(town: Town, *, url: str | None = None) -> Bot:
    bot = await town.bot(url=url)
    bot.open_chat(key_delay_s=WAIT_S)
    return bot


async def come(bot: Bot, person: Person, room: RoomId) -> None:
    """Let *person* join, and the bot hear of it."""
    await person.join(room)
    bot.chat.invalidate(room)
    await bot.chat.deliver_owed_keys()


async def wait_until_ripe(bot: Bot) -> None:
    """Do what the upkeep does: deliver once as much time has passed as the chat says."""
    wait = bot.chat.next_owed_in()
    assert wait is not None
    assert 0 < wait <= WAIT_S
    delay = part_of(bot.chat.invalidate)._delay
    assert delay is not None
    delay._joined_at = {user: at - wait for user, at in delay._joined_at.items()}
    await bot.chat.deliver_owed_keys()


async def has_a_key(person: Person, room: RoomId) -> bool:
    await person.sync()
    return any(person.client.machine.inbound_group_store[room].values())


async def test_somebody_with_an_identity_reads_from_the_first_message_a_moment_after_they_join(town: Town) -> None:
    bot, alice = await speaking(town), await signed(town)
    room = await opened(bot, alice)
    first = await say(bot, room, "step one", alice)
    assert not await has_a_key(alice, room), "invited"
    await come(bot, alice, room)
    assert not await has_a_key(alice, room), "just joined"
    second = await say(bot, room, "step two", alice)
    assert not await has_a_key(alice, room), "a message does not hasten it"
    await wait_until_ripe(bot)
    assert [await alice.read(room, event) for event in (first, second)] == ["step one", "step two"]
    assert bot.chat.next_owed_in() is None


async def test_somebody_without_an_identity_has_the_key_when_invited(town: Town) -> None:
    bot, alice = await speaking(town), await town.person()
    room = await opened(bot, alice)
    await say(bot, room, "step one", alice)
    assert await has_a_key(alice, room)


async def test_somebody_met_before_has_the_key_of_a_new_room_when_invited(town: Town) -> None:
    bot, alice = await speaking(town), await signed(town)
    lobby = await opened(bot, alice)
    await say(bot, lobby, "welcome", alice)
    await come(bot, alice, lobby)
    await wait_until_ripe(bot)
    room = await opened(bot, alice)
    await say(bot, room, "step one", alice)
    assert await has_a_key(alice, room)


async def test_after_a_restart_those_who_joined_long_ago_are_not_waited_for(town: Town) -> None:
    bot, alice = await speaking(town), await signed(town)
    room = await opened(bot, alice)
    await alice.join(room)
    await asyncio.sleep(MOMENT_S)
    bot.open_chat(key_delay_s=MOMENT_S)
    event = await say(bot, room, "back", alice)
    assert await alice.read(room, event) == "back"


async def test_a_promise_outlives_a_restart(town: Town) -> None:
    bot, alice = await speaking(town), await signed(town)
    room = await opened(bot, alice)
    first = await say(bot, room, "step one", alice)
    bot.open_chat(key_delay_s=WAIT_S)
    await bot.chat.deliver_owed_keys()
    assert not await has_a_key(alice, room)
    await come(bot, alice, room)
    await wait_until_ripe(bot)
    assert await alice.read(room, first) == "step one"
    assert await bot.vault.named("promised-room-keys") == {}


async def test_what_was_said_before_and_after_a_restart_is_read(town: Town) -> None:
    bot, alice = await speaking(town), await signed(town)
    room = await opened(bot, alice)
    first = await say(bot, room, "before", alice)
    bot.open_chat(key_delay_s=WAIT_S)
    second = await say(bot, room, "after", alice)
    await come(bot, alice, room)
    await wait_until_ripe(bot)
    assert [await alice.read(room, event) for event in (first, second)] == ["before", "after"]


async def test_a_promise_outlives_the_removal_of_somebody_else(town: Town) -> None:
    bot, alice, bob = await speaking(town), await signed(town), await town.person("bob")
    room = await opened(bot, alice, bob)
    first = await say(bot, room, "to both", alice, bob)
    await bot.chat.remove(room, bob.user)
    second = await say(bot, room, "to alice", alice)
    await come(bot, alice, room)
    await wait_until_ripe(bot)
    assert [await alice.read(room, event) for event in (first, second)] == ["to both", "to alice"]
    sessions = [(await bot.raw(room, event))["content"]["session_id"] for event in (first, second)]
    assert len(set(sessions)) == 2


@pytest.mark.parametrize("restarted", [False, True])
async def test_somebody_removed_is_never_given_what_they_were_promised(town: Town, *, restarted: bool) -> None:
    bot, alice, bob = await speaking(town), await signed(town), await signed(town)
    room = await opened(bot, alice, bob, admins=(alice,))
    await say(bot, room, "to both", alice, bob)
    await alice.join(room)
    await bot.chat.remove(room, bob.user)
    if restarted:
        bot.open_chat(key_delay_s=WAIT_S)
    await alice.invite(room, bob.user)
    await bob.join(room)
    await come(bot, alice, room)
    await wait_until_ripe(bot)
    await say(bot, room, "to alice", alice)
    assert await has_a_key(alice, room)
    assert not await has_a_key(bob, room)


async def test_a_reader_taken_off_the_list_loses_the_promise_though_invited(town: Town) -> None:
    bot, alice, bob = await speaking(town), await signed(town), await signed(town)
    room = await opened(bot, alice, bob)
    await say(bot, room, "to both", alice, bob)
    await say(bot, room, "to alice", alice)
    await bob.join(room)
    await come(bot, alice, room)
    await wait_until_ripe(bot)
    assert await has_a_key(alice, room)
    assert not await has_a_key(bob, room)


async def test_somebody_who_declines_loses_the_promise(town: Town) -> None:
    bot, alice, bob = await speaking(town), await signed(town), await town.person("bob")
    room = await opened(bot, alice, bob)
    await say(bot, room, "to both", alice, bob)
    await alice.leave(room)
    bot.chat.invalidate(room)
    await bot.chat.deliver_owed_keys()
    assert await bot.vault.named("promised-room-keys") == {}


async def test_waiting_for_somebody_costs_no_requests(town: Town, between: Between) -> None:
    bot, alice = await speaking(town, url=between.url), await signed(town)
    room = await opened(bot, alice)
    await say(bot, room, "one", alice)
    between.passed.clear()
    await bot.chat.deliver_owed_keys()
    await say(bot, room, "two", alice)
    assert [request.path.split("/")[2] for request in between.passed] == ["send"]


async def test_a_promise_that_is_refused_once_is_kept(town: Town, between: Between) -> None:
    bot, alice = await speaking(town, url=between.url), await signed(town)
    room = await opened(bot, alice)
    first = await say(bot, room, "step one", alice)
    await come(bot, alice, room)
    between.once("PUT", "sendToDevice", Instead(status=502, body="<html>"))
    await wait_until_ripe(bot)
    assert not await has_a_key(alice, room)
    await bot.chat.deliver_owed_keys()
    assert await alice.read(room, first) == "step one"


async def test_promises_of_a_room_we_were_put_out_of_are_dropped(town: Town) -> None:
    bot, alice = await speaking(town), await signed(town)
    room = await opened(bot, alice)
    await say(bot, room, "step one", alice)
    await bot.leave(room)
    await bot.wire.ask("POST", ("rooms", room, "forget"), {})
    bot.chat.invalidate(room)
    await bot.chat.deliver_owed_keys()
    assert await bot.vault.named("promised-room-keys") == {}


def test_how_long_somebody_has_been_there_is_told_by_the_homeserver_or_is_no_time_at_all() -> None:
    member = {"type": "m.room.member", "content": {"membership": "join"}}
    ages: dict[str, object] = {"@a": {"age": 1500}, "@b": {"age": -9}, "@c": {"age": "old"}, "@d": [], "@e": {}}
    state = room_state([{**member, "state_key": user, "unsigned": unsigned} for user, unsigned in ages.items()])
    assert list(state.joined_for.values()) == [1.5, 0, 0, 0, 0]
