"""Messages whose key comes late, again, from somebody else, or never: when they are heard, and who is told what."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.core.names import InputId, RoomId, UserId
from bot.ports import Misnamed, Unreadable
from tests.fakes.homeserver import FakeHomeserver
from tests.fakes.peer import Peer
from tests.matrix.hearer import Bot
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, MALLORY, ROOM
from tests.patience import eventually


async def test_a_message_is_heard_once_its_key_comes_even_after_a_restart(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        key = alice.room_key(ROOM)
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        assert bot.heard == []
        assert len(bot.sealed.kept) == 1
    async with bot.running():
        alice.send_olm(BOT, DEVICE, "m.room_key", key)
        await bot.until(lambda: bot.texts() == ["!status"])
    assert bot.sealed.kept == {}


async def test_after_the_grace_period_the_sender_is_told_once_and_still_heard_later(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    server.make_room(ROOM, ALICE, MALLORY, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.say(ROOM, "!status")
        mallory.say(ROOM, "!close")
        await bot.until_caught_up()
        await bot.tick(timedelta(seconds=59))
        server.announce(BOB)
        await bot.until_caught_up()
        assert bot.heard == []
        await bot.tick(timedelta(seconds=2))
        await bot.until(lambda: len(bot.heard) == 1)
        await bot.tick(timedelta(seconds=120))
        server.announce(BOB)
        await bot.until_caught_up()
    assert [one.room for one in bot.heard if isinstance(one, Unreadable)] == [ROOM]
    assert len(bot.heard) == bot.counts.unopened == 1
    assert all(sealed.answered for sealed in bot.sealed.kept.values())
    async with bot.running():
        await bot.tick(timedelta(days=8))
        server.announce(BOB)
        await bot.until_caught_up()
        await bot.until(lambda: bot.sealed.kept == {})
    assert bot.counts.unopened == 1


def asked_for(server: FakeHomeserver) -> list[str]:
    """Return the sessions whose keys Alice's phone was asked for."""
    inbox = [event for _, event in server.devices[ALICE, "PHONE"].inbox]
    requests = [event["content"] for event in inbox if event["type"] == "m.room_key_request"]
    assert all(one["action"] == "request" and one["requesting_device_id"] == DEVICE for one in requests)
    assert len({one["request_id"] for one in requests}) == len(requests)
    return [one["body"]["session_id"] for one in requests]


async def test_a_key_that_did_not_come_is_asked_for_and_taken_from_its_author(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        again = alice.room_key_again(ROOM)
        alice.say(ROOM, "!status")
        alice.say(ROOM, "!list")
        await bot.until_caught_up()
        await bot.tick(timedelta(seconds=4))
        server.announce(BOB)
        await bot.until_caught_up()
        assert asked_for(server) == []
        await bot.tick(timedelta(seconds=2))
        await eventually(lambda: asked_for(server) == [alice.group.session_id])
        alice.send_olm(BOT, DEVICE, "m.forwarded_room_key", again)
        await bot.until(lambda: bot.texts() == ["!status", "!list"])
        await bot.look(timedelta(seconds=30))
    assert len(asked_for(server)) == 1


async def test_a_key_is_asked_for_three_times_and_then_its_sender(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        for _ in range(13):
            await bot.look(timedelta(seconds=5))
            server.announce(BOB)
            await bot.until_caught_up()
    assert asked_for(server) == [alice.group.session_id] * 3
    assert [type(one) for one in bot.heard] == [Unreadable]


async def test_a_session_that_another_names_first_is_still_asked_of_its_author(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice, bob = Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")
    server.make_room(ROOM, ALICE, BOB, BOT)
    async with bot.running():
        await bot.until_caught_up()
        content = alice.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": "!status"})
        server.say(ROOM, BOB, content)
        server.say(ROOM, ALICE, content)
        await bot.until_caught_up()
        await bot.look(timedelta(seconds=6))
        await eventually(lambda: asked_for(server) == [alice.group.session_id])
    assert len(bob.server.devices[BOB, "PHONE"].inbox) == 1


async def test_a_key_that_another_passes_on_opens_nothing(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice, bob = Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")
    server.make_room(ROOM, ALICE, BOB, BOT)
    async with bot.running():
        await bot.until_caught_up()
        again = alice.room_key_again(ROOM)
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        bob.send_olm(BOT, DEVICE, "m.forwarded_room_key", again)
        # As if it were his own: then it is not of Alice's device.
        bob.send_olm(BOT, DEVICE, "m.forwarded_room_key", again | {"sender_key": bob.curve25519})
        await bot.until_caught_up()
        bob.share(ROOM, BOT, DEVICE)
        bob.say(ROOM, "!list")
        await bot.until(lambda: bot.texts() == ["!list"])
    assert bot.texts() == ["!list"]


async def test_while_the_homeserver_is_not_heard_nobody_is_told_that_a_key_is_missing(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        key = alice.room_key(ROOM)
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
    # The key comes while we are away, and for a while after that nothing is to be heard.
    bot.wall.time += timedelta(minutes=5)
    alice.send_olm(BOT, DEVICE, "m.room_key", key)
    server.refusals += [(502, {})] * 20
    async with bot.running():
        await bot.until(lambda: bot.heard != [])
    assert bot.texts() == ["!status"]
    assert len(bot.heard) == 1


async def test_who_is_not_heard_for_a_while_is_told_with_the_next_answer(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        await bot.look(timedelta(minutes=5))
        assert bot.heard == []
        server.announce(BOB)
        await bot.until(lambda: len(bot.heard) == 1)
    assert isinstance(bot.heard[0], Unreadable)


async def test_what_waits_no_more_by_the_time_it_is_settled_holds_up_nothing_behind_it(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        ((id, sealed),) = bot.sealed.kept.items()
        gone, told = (
            Unreadable(id=InputId(name), room=RoomId(ROOM), sender=UserId(ALICE), received_at=sealed.received_at)
            for name in ("$gone", id)
        )
        assert bot._hearing is not None
        await bot._hearing._waiting.settle([gone, told])
        assert bot.sealed.kept[id].answered


async def test_what_waits_and_comes_again_is_kept_once_and_nobody_is_told(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        event = alice.say(ROOM, "!status")
        await bot.until_caught_up()
        waits = list(bot.sealed.kept.values())
        server.put(ROOM, event)
        await bot.until_caught_up()
        assert list(bot.sealed.kept.values()) == waits
    assert bot.heard == []


async def test_who_says_something_under_the_id_of_what_waits_is_told(server: FakeHomeserver, tmp_path: Path) -> None:
    bot, alice, bob = Bot(server, tmp_path), Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")
    server.make_room(ROOM, ALICE, BOB, BOT)
    async with bot.running():
        await bot.until_caught_up()
        event = alice.say(ROOM, "!status")
        await bot.until_caught_up()
        waits = list(bot.sealed.kept.values())
        server.put(ROOM, bob.say(ROOM, "!list") | {"event_id": event["event_id"]})
        await bot.until(lambda: any(isinstance(one, Misnamed) for one in bot.heard))
        assert waits[0] in bot.sealed.kept.values()
    assert [one.sender for one in bot.heard if isinstance(one, Misnamed)] == [BOB]


async def test_what_was_kept_and_reads_as_no_encrypted_event_is_let_go(server: FakeHomeserver, tmp_path: Path) -> None:
    """As after a release that reads events otherwise."""
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
    ((id, sealed),) = bot.sealed.kept.items()
    bot.sealed.kept[id] = replace(sealed, raw=json.dumps({**json.loads(sealed.raw), "type": "m.room.message"}))
    async with bot.running():
        await eventually(lambda: bot.sealed.kept == {})
    assert bot.heard == []
