"""The half that hears, whole: what reaches the service, when, and what is kept in between."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web

from bot.matrix.http.ids import fingerprint
from bot.ports import Membership, Message
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import MEGOLM, Peer
from tests.matrix.hearer import DELIVERIES, Bot
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, MALLORY, ROOM
from tests.patience import eventually

OTHER = "!other:example.org"


async def test_what_was_before_the_first_token_is_not_heard(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    alice.say(ROOM, "!old")
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!new")
        server.set_state(ROOM, BOB, "m.room.member", BOB, {"membership": "join"})
        await bot.until(lambda: len(bot.heard) == 2)
    assert bot.texts() == ["!new"]
    assert [(one.user, one.present) for one in bot.heard if isinstance(one, Membership)] == [(BOB, True)]
    assert bot.sealed.kept == {}
    assert set(bot.invalidated) == {ROOM}


async def test_a_gap_is_filled_in_order(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    server.timeline_limit = 3
    async with bot.running():
        await bot.until_caught_up()
    alice.share(ROOM, BOT, DEVICE)
    said = [f"!note {number}" for number in range(250)]
    for body in said:
        alice.say(ROOM, body)
    async with bot.running():
        await bot.until(lambda: len(bot.heard) == len(said))
    assert bot.texts() == said


async def test_what_was_said_before_we_came_is_not_heard(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    server.timeline_limit = 2
    async with bot.running():
        await bot.until_caught_up()
    alice.share(ROOM, BOT, DEVICE)
    server.make_room(OTHER, ALICE)
    alice.send_olm(BOT, DEVICE, "m.room_key", alice.room_key(OTHER))
    alice.say(OTHER, "!before")
    server.set_state(OTHER, BOT, "m.room.member", BOT, {"membership": "join"})
    for number in range(5):
        alice.say(OTHER, f"!after {number}")
    async with bot.running():
        await bot.until(lambda: len(bot.heard) == 5)
    assert bot.texts() == [f"!after {number}" for number in range(5)]


async def test_a_message_from_a_device_not_known_yet_is_heard_without_another_answer(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice = Peer(server, ALICE, "PHONE")
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])
    assert bot.sealed.kept == {}


async def test_the_first_words_of_somebody_who_comes_are_heard_in_their_place(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running() as client:
        await bot.until_caught_up()
        bob = Peer(server, BOB, "PHONE")
        server.set_state(ROOM, BOT, "m.room.member", BOB, {"membership": "invite"})
        await bot.until_caught_up()
        await eventually(lambda: BOB in client.machine.tracked_users)
        server.set_state(ROOM, BOB, "m.room.member", BOB, {"membership": "join"})
        bob.share(ROOM, BOT, DEVICE)
        bob.say(ROOM, "!one")
        server.set_state(ROOM, BOB, "m.room.member", BOB, {"membership": "leave"})
        await bot.until(lambda: len(bot.heard) == 3)
    assert [type(one) for one in bot.heard] == [Membership, Message, Membership]


async def test_who_comes_speaks_and_goes_within_one_answer_is_heard(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE, BOT)
    bob = Peer(server, BOB, "PHONE")
    async with bot.running():
        await bot.until_caught_up()
        bob.share(ROOM, BOT, DEVICE)
        server.set_state(ROOM, BOB, "m.room.member", BOB, {"membership": "join"})
        bob.say(ROOM, "!one")
        server.set_state(ROOM, BOB, "m.room.member", BOB, {"membership": "leave"})
        await bot.until(lambda: bot.texts() == ["!one"])


async def test_a_room_that_becomes_none_of_ours_is_left_while_we_hear(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE, MALLORY, BOT)
    server.make_room(OTHER, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        assert not asked(server, OTHER, "leave")
        server.set_state(OTHER, ALICE, "m.room.member", MALLORY, {"membership": "invite"})
        await server.tell()
        await eventually(lambda: asked(server, OTHER, "leave"))
    assert not asked(server, ROOM, "leave")


async def test_an_inbox_that_fails_for_a_while_loses_and_doubles_nothing(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        bot.failing = 3
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!one")
        await bot.until(lambda: bot.texts() == ["!one"])
        alice.say(ROOM, "!two")
        await bot.until(lambda: bot.texts() == ["!one", "!two"])


async def test_keys_are_refilled_while_it_runs(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    async with bot.running():
        await bot.until_caught_up()
        server.devices[BOT, DEVICE].one_time_keys.clear()
        server.announce(ALICE)
        await server.tell()
        await eventually(lambda: bool(server.devices[BOT, DEVICE].one_time_keys))


def invitation(inviter: str, *, encrypted: bool = True) -> list[Json]:
    member = {
        "type": "m.room.member",
        "state_key": BOT,
        "sender": inviter,
        "content": {"membership": "invite"},
    }
    encryption = {
        "type": "m.room.encryption",
        "state_key": "",
        "sender": inviter,
        "content": {"algorithm": MEGOLM},
    }
    return [member, encryption] if encrypted else [member]


def came_to(server: FakeHomeserver, room: str) -> bool:
    return BOT in server.rooms[room].members()


def asked(server: FakeHomeserver, room: str, verb: str) -> bool:
    return any(path.endswith(f"/{room}/{verb}") for _, path in server.requests)


async def test_owed_keys_are_delivered_when_they_are_due_though_nothing_is_heard(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    bot.deliveries = 0
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        await eventually(lambda: bot.deliveries >= DELIVERIES)


async def test_an_invitation_of_one_of_our_people_is_followed(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE)
    # Waiting since before the first start.
    server.invite(BOT, ROOM, invitation(ALICE))
    alice = Peer(server, ALICE, "PHONE")
    async with bot.running():
        await eventually(lambda: asked(server, ROOM, "join"))
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!help")
        await bot.until(lambda: bot.texts() == ["!help"])
    assert not asked(server, ROOM, "leave")


async def test_other_invitations_are_declined(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    stranger, plain, readable = "!stranger:example.org", "!plain:example.org", "!readable:example.org"
    for room in (stranger, plain, readable):
        server.make_room(room, ALICE)
    server.set_state(readable, ALICE, "m.room.history_visibility", "", {"history_visibility": "world_readable"})
    async with bot.running():
        await bot.until_caught_up()
        server.invite(BOT, stranger, invitation(MALLORY))
        server.invite(BOT, plain, invitation(ALICE, encrypted=False))
        server.invite(BOT, readable, invitation(ALICE))
        await server.tell()
        await eventually(lambda: all(asked(server, room, "forget") for room in (stranger, plain, readable)))
    assert not asked(server, stranger, "join")
    assert not asked(server, plain, "join")
    assert not any(came_to(server, room) for room in (stranger, plain, readable))


async def test_a_room_that_was_followed_and_left_is_looked_at_anew(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE)
    async with bot.running():
        await bot.until_caught_up()
        server.invite(BOT, ROOM, invitation(ALICE))
        await server.tell()
        await eventually(lambda: came_to(server, ROOM))
        await eventually(lambda: bot.vault.kept["matrix-invitations"] == b"[]")
        server.set_state(ROOM, ALICE, "m.room.member", BOT, {"membership": "leave"})
        server.set_state(ROOM, ALICE, "m.room.history_visibility", "", {"history_visibility": "world_readable"})
        server.invite(BOT, ROOM, invitation(ALICE))
        await server.tell()
        await eventually(lambda: asked(server, ROOM, "forget"))


async def test_an_invitation_that_the_homeserver_takes_back_is_void(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE)
    server.lies[f"/{ROOM}/join"] = lambda _: web.json_response({"errcode": "M_FORBIDDEN"}, status=403)
    async with bot.running():
        await bot.until_caught_up()
        server.invite(BOT, ROOM, invitation(ALICE))
        await server.tell()
        await eventually(lambda: f"invitation to room {fingerprint(ROOM)} is void: M_FORBIDDEN" in caplog.messages)
        await eventually(lambda: bot.vault.kept["matrix-invitations"] == b"[]")
    assert not asked(server, ROOM, "leave")


async def test_who_invites_somebody_else_or_was_here_before_us_has_not_invited_us(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    """The homeserver may show with an invitation whatever else happened in the room."""
    bot = Bot(server, tmp_path)
    (ours, encryption) = invitation(MALLORY)
    of_another = {**ours, "sender": ALICE, "state_key": BOB}
    of_before = {**ours, "sender": ALICE, "content": {"membership": "leave"}}
    rooms = {"!another:example.org": of_another, "!before:example.org": of_before}
    async with bot.running():
        await bot.until_caught_up()
        for room, beside in rooms.items():
            server.make_room(room, ALICE)
            server.invite(BOT, room, [ours, beside, encryption])
        await server.tell()
        await eventually(lambda: all(asked(server, room, "forget") for room in rooms))
    assert not any(asked(server, room, "join") for room in rooms)


async def test_what_could_not_be_kept_at_once_is_not_late_at_the_next_try(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: client.device_store.device_from_sender_key(ALICE, alice.curve25519) is not None)
        alice.share(ROOM, BOT, DEVICE)
        await bot.until_caught_up()
        bot.failing = 3
        for body in ("!close", "!status"):
            alice.say(ROOM, body)
        await bot.until(lambda: len(bot.texts()) == 2)
    assert [(one.body, one.is_late) for one in bot.heard if isinstance(one, Message)] == [
        ("!close", False),
        ("!status", False),
    ]


async def test_what_is_late_is_late_also_when_the_bot_was_killed_before_it_was_kept(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: client.device_store.device_from_sender_key(ALICE, alice.curve25519) is not None)
        alice.share(ROOM, BOT, DEVICE)
        held = alice.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": "!close"})
        alice.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])
        bot.failing = 1_000
        server.say(ROOM, ALICE, held)
        alice.say(ROOM, "!who")
        await server.tell()
        await eventually(lambda: bot.failing < 1_000)
    bot.failing = 0
    async with bot.running():
        await bot.until(lambda: len(bot.texts()) == 3)
    said = [(one.body, one.is_late) for one in bot.heard if isinstance(one, Message)]
    assert said == [("!status", False), ("!close", True), ("!who", False)]


async def test_what_was_kept_and_comes_again_makes_nothing_beside_it_punctual(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: client.device_store.device_from_sender_key(ALICE, alice.curve25519) is not None)
        alice.share(ROOM, BOT, DEVICE)
        first = alice.say(ROOM, "!one")
        held = alice.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": "!close"})
        alice.say(ROOM, "!three")
        await bot.until(lambda: bot.texts() == ["!one", "!three"])
    async with bot.running():
        server.put(ROOM, first)
        server.say(ROOM, ALICE, held)
        await bot.until(lambda: len(bot.texts()) == 3)
    assert [one.is_late for one in bot.heard if isinstance(one, Message)] == [False, False, True]
