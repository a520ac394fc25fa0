"""A room taken back on a real homeserver: nothing of it can be read any more, by anybody, and nobody is in it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.names import EventId, RoomId
from bot.matrix.guard.crypto_store import keys_of
from bot.matrix.speaking.erasing import PAGE, Eraser
from bot.ports import RefusedError, UnreachableError
from tests.matrix.between import Between, Broken, Instead
from tests.matrix.people import Bot, Person, Town, opened, part_of, say

LIMITED = Instead(status=429, body={"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 10})


async def chunk(person: Person, room: RoomId) -> list[dict[str, Any]]:
    page = await person.wire.ask("GET", ("rooms", room, "messages"), query={"dir": "b", "limit": "100"})
    return list(page["chunk"])


async def members(person: Person, room: RoomId) -> dict[str, str]:
    events = await person.wire.ask_list("GET", ("rooms", room, "state"))
    return {event["state_key"]: event["content"]["membership"] for event in events if event["type"] == "m.room.member"}


async def spoken_in(bot: Bot, alice: Person, bob: Person) -> tuple[RoomId, list[EventId]]:
    """Return a room where the bot and alice said something; bob is invited only."""
    room = await opened(bot, alice, bob)
    await alice.join(room)
    said = [await say(bot, room, f"word {number}", alice) for number in range(3)]
    # What cannot be deleted stands among it.
    await bot.set_state(room, "m.room.topic", topic="x")
    clear = await alice.wire.ask(
        "PUT", ("rooms", room, "send", "m.room.message", "t"), {"msgtype": "m.text", "body": "x"}
    )
    return room, [*said, EventId(clear["event_id"])]


async def test_every_message_is_deleted_and_everybody_is_out(town: Town) -> None:
    bot, alice, bob = await town.bot(), await town.person(), await town.person("bob")
    room, said = await spoken_in(bot, alice, bob)
    assert await alice.read(room, said[0]) == "word 0"
    assert await bot.chat.erase(room) == 0
    for event in said:
        assert (await alice.raw(room, event))["content"] == {}
    assert (await members(alice, room))[alice.user] == "leave"
    for person in (alice, bob):
        with pytest.raises(RefusedError):
            await person.join(room)
    assert room not in (await bot.wire.ask("GET", ("joined_rooms",)))["joined_rooms"]


async def test_only_one_message_of_ours_is_deleted_and_nobody_is_put_out(town: Town) -> None:
    bot, alice, bob = await town.bot(), await town.person(), await town.person("bob")
    room, said = await spoken_in(bot, alice, bob)
    for _ in range(2):
        assert await bot.chat.erase(room, said[1]) == 0
    assert [(await alice.raw(room, event))["content"] == {} for event in said[:3]] == [False, True, False]
    assert (await members(alice, room))[alice.user] == "join"
    with pytest.raises(RefusedError):
        await bot.chat.erase(RoomId("!never:example.org"), said[1])


async def test_done_again_it_does_nothing(town: Town) -> None:
    bot, alice, bob = await town.bot(), await town.person(), await town.person("bob")
    room, _ = await spoken_in(bot, alice, bob)
    await bot.chat.erase(room)
    assert await bot.chat.erase(room) == 0
    assert await bot.chat.erase(RoomId("!never:example.org")) == 0


async def test_the_keys_of_the_room_are_forgotten_and_those_of_others_stay(town: Town) -> None:
    bot, alice, bob = await town.bot(), await town.person(), await town.person("bob")
    other, kept = await spoken_in(bot, alice, bob)
    room, said = await spoken_in(bot, alice, bob)
    assert await keys_of(bot.client._crypto, room)
    await bot.chat.erase(room)
    assert not await keys_of(bot.client._crypto, room)
    left = {session.room_id for session in bot.client.machine.inbound_group_store}
    assert left == {other}
    await alice.sync()
    assert await alice.read(other, kept[0]) == "word 0"
    assert await bot.chat.erase(other) == 0
    assert said


async def test_it_waits_as_long_as_the_homeserver_wants_and_goes_on_after_a_stop(town: Town, between: Between) -> None:
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")
    room, said = await spoken_in(bot, alice, bob)
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    eraser: Eraser = part_of(bot.chat.erase)
    eraser._sleep = rest
    between.once("PUT", "/redact/", Broken())
    with pytest.raises(UnreachableError):
        await bot.chat.erase(room)
    between.once("PUT", "/redact/", LIMITED)
    assert await bot.chat.erase(room) == 0
    assert rests == [2 * 0.1], "politely: twice the least we ever wait"
    assert all([(await alice.raw(room, event))["content"] == {} for event in said])


async def test_what_the_homeserver_does_not_let_us_delete_is_counted_and_stops_nothing(
    town: Town, between: Between
) -> None:
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")
    room, said = await spoken_in(bot, alice, bob)
    forbidden = Instead(status=403, body={"errcode": "M_FORBIDDEN"})
    between.always("PUT", "/redact/", forbidden)
    assert await bot.chat.erase(room) == len(said)
    assert (await members(alice, room))[alice.user] == "leave"


async def test_a_page_that_does_not_come_is_not_the_end(town: Town, between: Between) -> None:
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")
    room, _ = await spoken_in(bot, alice, bob)
    between.always("GET", "/messages", Instead(status=502, body="bad gateway"))
    with pytest.raises(UnreachableError):
        await bot.chat.erase(room)
    between.always("GET", "/messages", Instead(status=404, body={"errcode": "M_NOT_FOUND"}))
    with pytest.raises(RefusedError):
        await bot.chat.erase(room)
    assert (await members(alice, room))[alice.user] == "join"


async def test_pages_are_followed_to_the_beginning(
    town: Town, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PAGE > 3
    monkeypatch.setattr("bot.matrix.speaking.erasing.PAGE", 3)
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")
    room, said = await spoken_in(bot, alice, bob)
    assert await bot.chat.erase(room) == 0
    assert between.count("GET", "/messages") > 3
    assert all([(await alice.raw(room, event))["content"] == {} for event in said])
