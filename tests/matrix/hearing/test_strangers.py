"""Who is in a room and not of it is told of, once, until they are gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.core.names import RoomId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.speaking.strangers import Sightings, Strangers
from bot.ports import Membership, Unreached
from tests.fakes.homeserver import FakeHomeserver
from tests.matrix.hearing.test_distrust import WHO, strict
from tests.matrix.listeners import ALICE, BOB, BOT, ROOM

MEMBERS = {UserId(BOT): "join", WHO: "join", UserId(BOB): "invite", UserId("@gone:example.org"): "leave"}


async def test_who_is_there_and_no_reader_is_a_stranger_until_gone() -> None:
    room, strangers = RoomId(ROOM), Strangers(UserId(BOT), patience_s=0)
    strangers.look(room, MEMBERS, frozenset({WHO, UserId(BOB)}))
    assert strangers.news() == []
    strangers.look(room, MEMBERS, frozenset({WHO}))
    assert strangers.news() == [(ROOM, BOB, "invite")]
    strangers.told(room, UserId(BOB))
    strangers.look(room, MEMBERS, frozenset({WHO}))
    assert strangers.news() == []
    strangers.look(room, {WHO: "join"}, frozenset({WHO}))
    strangers.look(room, MEMBERS | {UserId(BOB): "join"}, frozenset({WHO}))
    assert strangers.news() == [(ROOM, BOB, "join")]


async def test_whom_the_sync_told_of_is_news_again_after_they_went() -> None:
    room, strangers = RoomId(ROOM), Strangers(UserId(BOT), patience_s=0)
    strangers.told(room, UserId(BOB))
    strangers.gone(room, UserId(BOB))
    strangers.look(room, MEMBERS, frozenset({WHO}))
    assert len(strangers.news()) == 1


async def test_when_one_went_the_others_are_news_still() -> None:
    room, strangers = RoomId(ROOM), Strangers(UserId(BOT), patience_s=0)
    strangers.look(room, MEMBERS, frozenset())
    strangers.gone(room, WHO)
    assert strangers.news() == [(ROOM, BOB, "invite")]


async def test_who_went_as_the_sync_tells_is_no_news_by_what_was_seen_before() -> None:
    room, strangers = RoomId(ROOM), Strangers(UserId(BOT), patience_s=0)
    strangers.look(room, MEMBERS, frozenset({WHO}))
    strangers.told(room, UserId(BOB))
    strangers.gone(room, UserId(BOB))
    assert strangers.news() == []
    strangers.look(room, MEMBERS, frozenset({WHO}))
    assert len(strangers.news()) == 1


async def test_who_was_just_taken_off_the_roster_has_time_to_leave() -> None:
    strangers = Strangers(UserId(BOT))
    strangers.look(RoomId(ROOM), MEMBERS, frozenset({WHO}))
    assert strangers.news() == []


async def test_a_ghost_in_the_state_reaches_the_service_once(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = strict(server, tmp_path)
    async with bot.running():
        await bot.until_caught_up()
        bot.strangers.look(RoomId(ROOM), MEMBERS, frozenset({WHO}))
        await bot.tick(timedelta())
        await bot.until(lambda: len(bot.heard) == 1)
        server.announce(BOB)
        await bot.until_caught_up()
    (ghost,) = bot.heard
    assert isinstance(ghost, Membership)
    assert (ghost.room, ghost.user, ghost.present, ghost.invited) == (ROOM, BOB, False, True)


async def test_who_cannot_read_is_told_of_once_over_a_restart(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = strict(server, tmp_path)
    for _ in range(2):
        async with bot.running():
            await bot.until_caught_up()
            bot.unreached.see(RoomId(ROOM), {WHO: Distrust.NO_IDENTITY})
            await bot.tick(timedelta())
            await bot.until(lambda: len(bot.heard) == 1)
            server.announce(BOB)
            await bot.until_caught_up()
        bot.unreached = Sightings(patience_s=0)
    (deaf,) = bot.heard
    assert isinstance(deaf, Unreached)
    assert (deaf.room, deaf.user, deaf.why) == (ROOM, ALICE, Distrust.NO_IDENTITY)


async def test_who_comes_by_the_sync_is_not_told_of_twice(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = strict(server, tmp_path)
    async with bot.running():
        await bot.until_caught_up()
        server.set_state(ROOM, ALICE, "m.room.member", BOB, {"membership": "invite"})
        await bot.until(lambda: len(bot.heard) == 1)
        bot.strangers.look(RoomId(ROOM), MEMBERS, frozenset({WHO}))
        await bot.tick(timedelta())
        server.announce(BOB)
        await bot.until_caught_up()
    assert [one.invited for one in bot.heard if isinstance(one, Membership)] == [True]
