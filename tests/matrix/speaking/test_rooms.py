"""Rooms as the homeserver made them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.names import EventId, RoomId, UserId
from bot.ports import BusyError, RefusedError, UnreachableError
from tests.matrix.between import Between, Broken, Changed, Instead, Lost, Passed
from tests.matrix.people import Person, Town, opened, part_of, plan, say

HISTORY = "m.room.history_visibility"


async def content(person: Person, room: RoomId, kind: str, key: str = "") -> dict[str, Any] | None:
    try:
        return await person.wire.ask("GET", ("rooms", room, "state", kind, key))
    except RefusedError:
        return None


async def membership(bot: Person, room: RoomId, user: UserId) -> str | None:
    found = await content(bot, room, "m.room.member", user)
    return None if found is None else str(found["membership"])


async def joined_rooms(person: Person) -> list[str]:
    return list((await person.wire.ask("GET", ("joined_rooms",)))["joined_rooms"])


async def test_a_room_is_made_whole_in_one_call(town: Town, between: Between) -> None:
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")
    between.passed.clear()
    wanted = plan(alice, bob, admins=(alice,))
    room = await bot.chat.create_room(wanted)
    assert between.count("POST", "") == 1
    assert await content(bot, room, "m.room.name") == {"name": wanted.name}
    assert await content(bot, room, "m.room.encryption") == {
        "algorithm": "m.megolm.v1.aes-sha2",
        "rotation_period_msgs": 100,
        "rotation_period_ms": 86_400_000,
    }
    assert await content(bot, room, HISTORY) == {"history_visibility": "invited"}
    assert await content(bot, room, "m.room.join_rules") == {"join_rule": "invite"}
    assert await content(bot, room, "m.room.guest_access") == {"guest_access": "forbidden"}
    assert [await content(bot, room, kind) for kind in ("m.room.topic", "m.room.canonical_alias", "m.room.avatar")] == [
        None
    ] * 3
    assert [await membership(bot, room, person.user) for person in (alice, bob)] == ["invite", "invite"]


async def test_the_creator_of_a_room_of_version_12_is_given_no_level(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice, admins=(alice,))
    created, levels = await content(bot, room, "m.room.create"), await content(bot, room, "m.room.power_levels")
    assert created is not None
    assert levels is not None
    assert created["room_version"] == "12"
    assert levels["users"] == {alice.user: 100}
    assert levels["invite"] == 50


@pytest.mark.parametrize("kind", ["m.room.name", "m.room.topic", "m.room.avatar", "m.room.canonical_alias"])
async def test_nobody_but_the_bot_sets_what_the_homeserver_would_read_of_a_room(town: Town, kind: str) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice, admins=(alice,))
    await alice.join(room)
    before = await content(bot, room, kind)
    with pytest.raises(RefusedError, match="M_FORBIDDEN"):
        await alice.wire.ask("PUT", ("rooms", room, "state", kind, ""), {"name": "x", "topic": "x"})
    assert await content(bot, room, kind) == before
    await bot.chat.pin(room, EventId("$card"))


async def test_the_creator_of_an_older_room_has_more_power_than_any_person(town: Town, between: Between) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()

    def older(answer: dict[str, Any]) -> object:
        answer["capabilities"]["m.room_versions"]["default"] = "11"
        return answer

    between.once("GET", "capabilities", Changed(by=older))
    create = bot.wire.ask

    async def in_version_11(method: str, path: Any, body: Any = None, **_: Any) -> Any:
        return await create(method, path, {**body, "room_version": "11"} if path == ("createRoom",) else body)

    part_of(bot.chat.create_room)._wire.ask = in_version_11
    room = await opened(bot, alice, admins=(alice,))
    levels = await content(bot, room, "m.room.power_levels")
    assert levels is not None
    assert levels["users"] == {alice.user: 100, bot.user: 150}


async def test_a_room_may_be_kept_from_other_servers(town: Town) -> None:
    closed, open_ = await town.bot(federate=False), await town.bot(federate=True)
    created = await content(closed, await opened(closed), "m.room.create")
    assert created is not None
    assert created["m.federate"] is False
    created = await content(open_, await opened(open_), "m.room.create")
    assert created is not None
    assert created.get("m.federate", True) is True


async def test_only_the_first_ten_are_invited_and_the_others_can_be_afterwards(town: Town) -> None:
    bot = await town.bot()
    users = tuple(UserId(f"@nobody{number}:example.org") for number in range(12))
    room = await bot.chat.create_room(replace(plan(), invite=(bot.user, *users, users[0])))
    assert [await membership(bot, room, user) for user in users] == ["invite"] * 10 + [None] * 2
    await bot.chat.invite(room, users[10])
    assert await membership(bot, room, users[10]) == "invite"


@pytest.mark.parametrize("lost", [Lost(), Broken()])
async def test_an_unconfirmed_room_is_found_again_or_made(town: Town, between: Between, lost: Lost | Broken) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    wanted = plan(alice)
    between.once("POST", "createRoom", lost)
    with pytest.raises(UnreachableError):
        await bot.chat.create_room(wanted)
    bot.open_chat()
    room = await bot.chat.create_room(wanted)
    assert await joined_rooms(bot) == [room]
    assert await membership(bot, room, alice.user) == "invite"


async def test_the_same_plan_twice_is_one_room_even_after_a_restart(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    wanted = plan(alice)
    room = await bot.chat.create_room(wanted)
    bot.open_chat()
    assert await bot.chat.create_room(wanted) == room
    assert await joined_rooms(bot) == [room]


async def test_somebody_who_declined_is_not_asked_again_by_a_retry(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    wanted = plan(alice)
    room = await bot.chat.create_room(wanted)
    await alice.leave(room)
    assert await bot.chat.create_room(wanted) == room
    assert await membership(bot, room, alice.user) == "leave"


async def test_a_room_of_the_same_name_made_by_another_is_not_ours(town: Town, between: Between) -> None:
    bot, mallory = await town.bot(url=between.url), await town.person("mallory")
    wanted = plan()
    answer = await mallory.wire.ask(
        "POST", ("createRoom",), {"preset": "private_chat", "name": wanted.name, "invite": [bot.user]}
    )
    await bot.join(answer["room_id"])
    between.once("POST", "createRoom", Broken())
    with pytest.raises(UnreachableError):
        await bot.chat.create_room(wanted)
    assert await bot.chat.create_room(wanted) != answer["room_id"]


async def test_a_room_that_shows_less_of_its_past_than_we_asked_for_is_safe(town: Town, between: Between) -> None:
    bot = await town.bot(url=between.url)

    def stricter(answer: list[dict[str, Any]]) -> object:
        shown = {"history_visibility": "joined"}
        return [{**event, "content": shown} if event["type"] == HISTORY else event for event in answer]

    between.always("GET", "/state", Changed(by=stricter))
    room = await opened(bot)
    assert await joined_rooms(bot) == [room]


@pytest.mark.parametrize("kind", ["m.room.encryption", HISTORY, "m.room.join_rules", "m.room.guest_access"])
async def test_a_room_that_came_out_unsafe_is_left(town: Town, between: Between, kind: str) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()

    def without(answer: list[dict[str, Any]]) -> object:
        replaced = {"algorithm": "m.unknown", "history_visibility": "world_readable", "join_rule": "public"}
        replaced["guest_access"] = "can_join"
        return [{**event, "content": replaced} if event["type"] == kind else event for event in answer]

    between.always("GET", "/state", Changed(by=without))
    with pytest.raises(RefusedError, match="UNSAFE_ROOM"):
        await opened(bot, alice)
    assert await joined_rooms(bot) == []


async def test_being_limited_makes_no_room_and_leaves_nothing_to_look_for(town: Town, between: Between) -> None:
    bot = await town.bot(url=between.url)
    wanted = plan()
    between.once("POST", "createRoom", Instead(status=429, body={"errcode": "M_LIMIT_EXCEEDED"}))
    with pytest.raises(BusyError):
        await bot.chat.create_room(wanted)
    between.passed.clear()
    await bot.chat.create_room(wanted)
    assert between.count("GET", "joined_rooms") == 0


async def test_when_the_homeserver_takes_no_more_invitations_at_once_they_follow_one_by_one(
    town: Town, between: Between
) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    refusal = {"errcode": "M_UNKNOWN", "error": "Cannot invite so many users at once"}
    between.once("POST", "createRoom", Instead(status=400, body=refusal))
    room = await opened(bot, alice)
    assert await membership(bot, room, alice.user) == "invite"
    assert await joined_rooms(bot) == [room]


async def test_one_who_cannot_be_invited_does_not_keep_the_room_from_opening(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await bot.chat.create_room(replace(plan(), invite=(UserId("not a user id"), alice.user)))
    assert await membership(bot, room, alice.user) == "invite"


async def test_inviting_twice_or_somebody_present_is_no_error(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot)
    await bot.chat.invite(room, alice.user)
    await bot.chat.invite(room, alice.user)
    await alice.join(room)
    await bot.chat.invite(room, alice.user)
    assert await membership(bot, room, alice.user) == "join"


async def test_inviting_somebody_banned_is_refused(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot)
    await bot.wire.ask("POST", ("rooms", room, "ban"), {"user_id": alice.user})
    with pytest.raises(RefusedError, match="M_BAD_STATE"):
        await bot.chat.invite(room, alice.user)


async def test_an_invitation_that_another_one_overtook_is_no_error(town: Town, between: Between) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    await alice.join(room)
    between.once("GET", "m.room.member", Instead(status=404, body={"errcode": "M_NOT_FOUND"}))
    await bot.chat.invite(room, alice.user)
    assert between.count("POST", "/invite") == 1


async def test_a_removal_that_a_departure_overtook_is_no_error(town: Town, between: Between) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    await alice.leave(room)
    between.once("GET", "m.room.member", Instead(body={"membership": "join"}))
    await bot.chat.remove(room, alice.user)
    assert between.count("POST", "/kick") == 1


async def test_a_removal_that_is_not_allowed_is_refused(town: Town, between: Between) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    between.once("POST", "/kick", Instead(status=403, body={"errcode": "M_FORBIDDEN"}))
    with pytest.raises(RefusedError, match="M_FORBIDDEN"):
        await bot.chat.remove(room, alice.user)


async def test_one_whose_server_is_away_does_not_keep_the_room_from_opening(town: Town, between: Between) -> None:
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")

    def meddle(request: Passed) -> Instead | None:
        if request.path == "createRoom" and request.body["invite"]:
            return Instead(status=403, body={"errcode": "M_FORBIDDEN"})
        if request.path.endswith("/invite") and request.body["user_id"] == alice.user:
            return Instead(status=502, body={"errcode": "M_UNKNOWN"})
        return None

    between.meddle = meddle
    room = await opened(bot, alice, bob)
    assert await membership(bot, room, bob.user) == "invite"


async def test_when_our_own_homeserver_is_away_while_people_are_invited_the_room_is_not_taken_for_made(
    town: Town, between: Between
) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    wanted = plan(alice)
    is_away = False

    def meddle(request: Passed) -> Instead | Broken | None:
        nonlocal is_away
        if request.path == "createRoom" and request.body["invite"]:
            return Instead(status=403, body={"errcode": "M_FORBIDDEN"})
        is_away |= request.path.endswith("/invite")
        return Broken() if is_away else None

    between.meddle = meddle
    with pytest.raises(UnreachableError):
        await bot.chat.create_room(wanted)
    between.meddle = lambda _: None
    room = await bot.chat.create_room(wanted)
    assert await membership(bot, room, alice.user) == "invite"


async def test_one_who_is_invited_too_often_keeps_no_other_out_and_is_named(town: Town, between: Between) -> None:
    bot, alice, bob = await town.bot(url=between.url), await town.person(), await town.person("bob")
    wanted = plan(alice, bob)

    def meddle(request: Passed) -> Instead | None:
        if request.path == "createRoom" and request.body["invite"]:
            return Instead(status=403, body={"errcode": "M_FORBIDDEN"})
        if request.path.endswith("/invite") and request.body["user_id"] == alice.user:
            return Instead(status=429, body={"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 333_000})
        return None

    between.meddle = meddle
    with pytest.raises(BusyError) as busy:
        await bot.chat.create_room(wanted)
    assert (busy.value.invited, busy.value.retry_after) == (alice.user, timedelta(seconds=333))
    (room,) = map(RoomId, await joined_rooms(bot))
    assert await membership(bot, room, bob.user) == "invite"
    between.meddle = lambda _: None
    assert await bot.chat.create_room(wanted) == room
    assert await membership(bot, room, alice.user) == "invite"


async def test_a_room_nobody_lets_us_make_is_refused_and_can_be_tried_anew(town: Town, between: Between) -> None:
    bot, alice = await town.bot(url=between.url), await town.person()
    wanted = plan(alice)
    between.always("POST", "createRoom", Instead(status=403, body={"errcode": "M_FORBIDDEN"}))
    with pytest.raises(RefusedError, match="M_FORBIDDEN"):
        await bot.chat.create_room(wanted)
    between.meddle = lambda _: None
    room = await bot.chat.create_room(wanted)
    assert await joined_rooms(bot) == [room]


async def test_a_room_we_left_is_made_anew(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    wanted = plan(alice)
    first = await bot.chat.create_room(wanted)
    await bot.leave(first)
    second = await bot.chat.create_room(wanted)
    assert await joined_rooms(bot) == [second]


async def test_a_room_that_was_opened_to_the_world_is_left_and_not_taken_for_the_one_wanted(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    wanted = plan(alice)
    first = await bot.chat.create_room(wanted)
    await bot.set_state(first, "m.room.join_rules", join_rule="public")
    second = await bot.chat.create_room(wanted)
    assert await joined_rooms(bot) == [second]


@pytest.mark.parametrize("joined", [True, False])
async def test_somebody_joined_or_invited_is_taken_out(town: Town, *, joined: bool) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice, admins=(alice,))
    if joined:
        await alice.join(room)
    await bot.chat.remove(room, alice.user)
    assert await membership(bot, room, alice.user) == "leave"
    await bot.chat.remove(room, alice.user)


async def test_removing_somebody_absent_still_changes_the_session(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    before = await bot.raw(room, await say(bot, room, "1", alice))
    await bot.chat.remove(room, UserId("@nobody:example.org"))
    after = await bot.raw(room, await say(bot, room, "2", alice))
    assert before["content"]["session_id"] != after["content"]["session_id"]


async def test_one_event_is_pinned_at_a_time(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    first, second = await say(bot, room, "1", alice), await say(bot, room, "2", alice)
    await bot.chat.pin(room, first)
    await bot.chat.pin(room, second)
    await bot.chat.pin(room, second)
    assert await content(bot, room, "m.room.pinned_events") == {"pinned": [second]}


async def test_a_room_we_are_not_in_is_refused(town: Town) -> None:
    bot, mallory, alice = await town.bot(), await town.person("mallory"), await town.person()
    answer = await mallory.wire.ask("POST", ("createRoom",), {"preset": "private_chat"})
    room = RoomId(answer["room_id"])
    for attempt in (
        bot.chat.invite(room, alice.user),
        bot.chat.remove(room, alice.user),
        bot.chat.pin(room, EventId("$x")),
        say(bot, room, "hello?", alice),
    ):
        with pytest.raises(RefusedError, match="M_FORBIDDEN"):
            await attempt


@pytest.mark.parametrize("version", ["9" * 5_000, "org.example.1"])
async def test_a_version_that_is_no_number_counts_as_the_newest(town: Town, between: Between, version: str) -> None:
    bot = await town.bot(url=between.url)

    def other(answer: dict[str, Any]) -> object:
        answer["capabilities"]["m.room_versions"]["default"] = version
        return answer

    between.once("GET", "capabilities", Changed(by=other))
    levels = await content(bot, await opened(bot), "m.room.power_levels")
    assert levels is not None
    assert levels["users"] == {}
