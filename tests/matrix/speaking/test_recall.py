"""A message whose answer was lost, on a homeserver that remembers its transaction, and on one that has forgotten it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.core.names import EventId, RoomId
from bot.demo.homeserver import Homeserver
from bot.ports import BusyError, Content, UnreachableError
from tests.matrix.between import Between, Instead, Lost
from tests.matrix.people import Bot, Person, Town, opened, say

ONCE = Content(body="once", html="")


async def lose_an_answer(town: Town, between: Between) -> tuple[Bot, Person, RoomId]:
    """Let a bot say ONCE in a room with alice, and not hear that it did."""
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    await alice.join(room)
    bot.chat.invalidate(room)
    await say(bot, room, "hello", alice)
    between.once("PUT", "/send/m.room.encrypted/", Lost())
    with pytest.raises(UnreachableError):
        await bot.chat.say(room, ONCE, txn="lost", readers=frozenset({alice.user}))
    between.passed.clear()
    return bot, alice, room


async def times_read(alice: Person, bot: Bot, room: RoomId) -> int:
    assert await alice.read(room, await say(bot, room, "last", alice)) == "last"
    return [await alice.read(room, EventId(id)) for id in alice.timelines[room]].count("once")


async def test_what_was_not_confirmed_is_looked_for_and_not_sent_again(town: Town, between: Between) -> None:
    bot, alice, room = await lose_an_answer(town, between)
    event = await bot.chat.say(room, ONCE, txn="lost", readers=frozenset({alice.user}))
    assert [(request.method, request.path.rpartition("/")[2]) for request in between.passed] == [("GET", "messages")]
    assert await alice.read(room, event) == "once"
    assert await times_read(alice, bot, room) == 1


async def test_every_message_of_a_row_in_doubt_is_looked_for_however_often_it_is_asked_for(
    town: Town, between: Between
) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    room, readers = await opened(bot, alice), frozenset({alice.user})
    said = [await bot.chat.say(room, ONCE, txn=f"row-{number}", readers=readers) for number in range(2)]
    bot.open_chat().doubt(["row"])
    between.passed.clear()
    for _ in range(2):
        assert [await bot.chat.say(room, ONCE, txn=f"row-{number}", readers=readers) for number in range(2)] == said
    assert between.count("PUT", "/send/") == 0


async def test_what_never_arrived_is_sent(town: Town, between: Between) -> None:
    bot, alice, room = await lose_an_answer(town, between)
    bot.chat.doubt(["another"])
    event = await bot.chat.say(room, Content(body="another", html=""), txn="another", readers=frozenset({alice.user}))
    assert [request.method for request in between.passed] == ["GET", "PUT"]
    assert await alice.read(room, event) == "another"


async def test_it_is_known_of_what_was_not_confirmed_whether_it_was_said(town: Town, between: Between) -> None:
    bot, _, room = await lose_an_answer(town, between)
    assert await bot.chat.was_said(room, "lost")
    assert between.count("GET", "/messages") == 1
    assert not await bot.chat.was_said(room, "another"), "it was never sent: nothing is asked"
    bot.chat.doubt(["another"])
    assert not await bot.chat.was_said(room, "another")
    assert between.count("GET", "/messages") == 2
    assert between.count("PUT", "/send/") == 0


async def test_nothing_is_sent_while_the_looking_fails(town: Town, between: Between) -> None:
    bot, alice, room = await lose_an_answer(town, between)
    for status, error in ((502, UnreachableError), (429, BusyError)):
        between.once("GET", "/messages", Instead(status=status, body={}))
        with pytest.raises(error):
            await bot.chat.say(room, ONCE, txn="lost", readers=frozenset({alice.user}))
    between.once("GET", "/messages", Lost())
    with pytest.raises(UnreachableError):
        await bot.chat.say(room, ONCE, txn="lost", readers=frozenset({alice.user}))
    assert between.count("PUT", "/send/") == 0


async def test_who_may_not_look_sends_and_hears_why_not(town: Town, between: Between) -> None:
    bot, alice, room = await lose_an_answer(town, between)
    between.once("GET", "/messages", Instead(status=403, body={"errcode": "M_FORBIDDEN"}))
    await bot.chat.say(room, ONCE, txn="lost", readers=frozenset({alice.user}))
    assert between.count("PUT", "/send/") == 1
    assert await times_read(alice, bot, room) == 1


@pytest.mark.slow
@pytest.mark.e2e
async def test_a_homeserver_that_forgot_makes_no_second_message(tmp_path: Path) -> None:
    """As after a day and more: the transaction is gone from its table, and from its memory by a restart."""
    async with Homeserver(tmp_path / "synapse") as homeserver, Between(homeserver.url) as between:
        town = Town(homeserver, tmp_path)
        bot, alice, room = await lose_an_answer(town, between)
        await homeserver.stop()
        with sqlite3.connect(homeserver.database) as database:
            assert database.execute("DELETE FROM event_txn_id_device_id").rowcount > 0
        database.close()
        await homeserver.start()
        bot.open_chat().doubt(["lost"])
        event = await bot.chat.say(room, ONCE, txn="lost", readers=frozenset({alice.user}))
        assert await alice.read(room, event) == "once"
        assert await times_read(alice, bot, room) == 1
        await town.close()
