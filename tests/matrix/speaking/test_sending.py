"""Who can read what is said, with real devices on a real homeserver."""

from __future__ import annotations

import pytest

from bot.core.names import EventId, RoomId
from bot.ports import Content, RefusedError
from tests.matrix.people import Town, opened, say


async def test_somebody_invited_reads_what_was_said_before_they_joined(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    first = await say(bot, room, "step one", alice)
    await alice.join(room)
    assert await alice.read(room, first) == "step one"


async def test_the_homeserver_sees_only_ciphertext(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    event = await bot.raw(room, await say(bot, room, "the vault code", alice))
    assert event["type"] == "m.room.encrypted"
    assert "vault" not in str(event)


async def test_the_bot_can_read_itself(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    assert await bot.read(room, await say(bot, room, "mine", alice)) == "mine"


async def test_a_member_who_is_no_reader_gets_no_key(town: Town) -> None:
    bot, alice, mallory = await town.bot(), await town.person(), await town.person("mallory")
    room = await opened(bot, alice, admins=(alice,))
    await alice.join(room)
    await alice.invite(room, mallory.user)
    await mallory.join(room)
    bot.chat.invalidate(room)
    event = await say(bot, room, "not for mallory", alice)
    assert await mallory.read(room, event) is None
    assert await alice.read(room, event) == "not for mallory"


async def test_a_reader_who_is_not_in_the_room_gets_no_key(town: Town) -> None:
    bot, alice, bob = await town.bot(), await town.person(), await town.person("bob")
    room = await opened(bot, alice)
    event = await say(bot, room, "before bob", alice, bob)
    await bot.chat.invite(room, bob.user)
    await bob.join(room)
    bot.chat.invalidate(room)
    later = await say(bot, room, "with bob", alice, bob)
    assert await bob.read(room, later) == "with bob"
    # History is visible from the invitation on, so the event itself must not even come.
    with pytest.raises(RefusedError):
        await bob.raw(room, event)


async def test_somebody_removed_cannot_read_the_next_message(town: Town) -> None:
    bot, alice, bob = await town.bot(), await town.person(), await town.person("bob")
    room = await opened(bot, alice, bob, admins=(alice,))
    await alice.join(room)
    await bob.join(room)
    bot.chat.invalidate(room)
    assert await bob.read(room, await say(bot, room, "with bob", alice, bob)) == "with bob"
    await bot.chat.remove(room, bob.user)
    await say(bot, room, "without bob", alice)
    # Even when an admin lets them back in as a guest of the room: they are on nobody's list.
    await alice.invite(room, bob.user)
    await bob.join(room)
    bot.chat.invalidate(room)
    event = await say(bot, room, "still without bob", alice)
    assert await bob.read(room, event) is None
    assert await alice.read(room, event) == "still without bob"


async def test_a_reader_taken_off_the_list_cannot_read_on_though_still_in_the_room(town: Town) -> None:
    bot, alice, bob = await town.bot(), await town.person(), await town.person("bob")
    room = await opened(bot, alice, bob)
    await alice.join(room)
    await bob.join(room)
    assert await bob.read(room, await say(bot, room, "with bob", alice, bob)) == "with bob"
    assert await bob.read(room, await say(bot, room, "without bob", alice)) is None


async def test_a_device_added_since_the_last_message_reads_the_next_one(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    await alice.join(room)
    await say(bot, room, "to the phone", alice)
    await bot.sync()
    tablet = await town.device_of(alice.account)
    await bot.sync()
    event = await say(bot, room, "to both", alice)
    assert await tablet.read(room, event) == "to both"
    assert await alice.read(room, event) == "to both"


async def test_a_message_for_nobody_who_could_read_it_is_refused(town: Town) -> None:
    bot, alice, bob = await town.bot(), await town.person(), await town.person("bob")
    room = await opened(bot, alice)
    with pytest.raises(RefusedError, match="NO_DEVICE"):
        await say(bot, room, "to nobody", bob)


async def test_an_unencrypted_room_is_refused(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    answer = await bot.wire.ask("POST", ("createRoom",), {"preset": "private_chat", "invite": [alice.user]})
    with pytest.raises(RefusedError, match="NOT_ENCRYPTED"):
        await say(bot, RoomId(answer["room_id"]), "in clear?", alice)


async def test_a_room_the_world_can_read_is_refused(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    await say(bot, room, "closed", alice)
    await bot.set_state(room, "m.room.history_visibility", history_visibility="world_readable")
    bot.chat.invalidate(room)
    with pytest.raises(RefusedError, match="WORLD_READABLE"):
        await say(bot, room, "open?", alice)


async def test_the_same_transaction_twice_is_one_message(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    content, readers = Content(body="once", html=""), frozenset({alice.user})
    first = await bot.chat.say(room, content, txn="task-1", readers=readers)
    assert await bot.chat.say(room, content, txn="task-1", readers=readers) == first


async def test_a_thread_and_an_edit_carry_their_relation_in_clear(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    await alice.join(room)
    card = await say(bot, room, "card", alice)
    edit = await bot.chat.say(
        room, Content(body="card 2", html="<b>card 2</b>", replaces=card), txn="edit", readers=frozenset({alice.user})
    )
    answer = await bot.chat.say(
        room, Content(body="in thread", html="", thread=card), txn="thread", readers=frozenset({alice.user})
    )
    assert (await bot.raw(room, edit))["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": card}
    assert (await bot.raw(room, answer))["content"]["m.relates_to"]["rel_type"] == "m.thread"
    read = (await alice.event(room, edit)).source["content"]
    assert read["m.new_content"]["formatted_body"] == "<b>card 2</b>"
    assert read["body"] == "* card 2"
    assert await alice.read(room, answer) == "in thread"


async def test_the_largest_message_is_taken_by_the_homeserver(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    await alice.join(room)
    body = "é" * 22_450
    assert await alice.read(room, await say(bot, room, body, alice)) == body


async def test_what_is_for_one_person_goes_into_a_room_of_two_only(town: Town) -> None:
    bot, alice, bob = await town.bot(), await town.person(), await town.person("bob")
    room = await opened(bot, alice)
    request = await say(bot, room, "request", alice)
    content = {"from_device": "X", "m.relates_to": {"rel_type": "m.reference", "event_id": request}}
    for _ in range(2):
        await bot.chat.tell(room, alice.user, "m.key.verification.ready", content, txn="once")
    await alice.join(room)
    await bot.chat.invite(room, bob.user)
    bot.chat.invalidate(room)
    with pytest.raises(RefusedError, match="NOT_DIRECT"):
        await bot.chat.tell(room, alice.user, "m.key.verification.key", content, txn="never")
    last = await say(bot, room, "done", alice)
    await alice.read(room, last)
    sealed = [id_ for id_, event in alice.timelines[room].items() if "state_key" not in event.source]
    told = [(await alice.event(room, EventId(id_))).source for id_ in sealed]
    assert [event["type"] for event in told] == ["m.room.message", "m.key.verification.ready", "m.room.message"]
    assert told[1]["content"]["m.relates_to"]["event_id"] == request
