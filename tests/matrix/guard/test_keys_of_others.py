"""Room keys that a member sends in another's place, and quotes of a homeserver's: everybody keeps their own words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import Message, Unreadable
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.matrix.hearer import Bot
from tests.matrix.hearing.test_late_keys import asked_for
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, ROOM


def members(server: FakeHomeserver) -> tuple[Peer, Peer]:
    server.make_room(ROOM, ALICE, BOB, BOT)
    return Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_command_waits_for_its_senders_key_when_another_sends_it_as_theirs(
    server: FakeHomeserver, tmp_path: Path, *, is_first: bool
) -> None:
    """Alice's key is late. Bob has it, as every member, and sends it as his own: her command is not lost by that."""
    bot, (alice, bob) = Bot(server, tmp_path), members(server)
    async with bot.running():
        await bot.until_caught_up()
        hers = alice.room_key(ROOM)
        if is_first:
            bob.send_olm(BOT, DEVICE, "m.room_key", hers)
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        if not is_first:
            bob.send_olm(BOT, DEVICE, "m.room_key", hers)
            await bot.until_caught_up()
        await bot.look(timedelta(seconds=6))
        await bot.look(timedelta())  # whoever is looked at again was asked
        assert asked_for(server) == [alice.group.session_id]
        assert bot.texts() == []
        alice.send_olm(BOT, DEVICE, "m.room_key", hers)
        await bot.until(lambda: bot.texts() == ["!status"])
    assert bot.heard[0].sender == ALICE  # type: ignore[union-attr]


async def test_who_is_robbed_of_a_key_is_told_when_it_does_not_come(server: FakeHomeserver, tmp_path: Path) -> None:
    bot, (alice, bob) = Bot(server, tmp_path), members(server)
    async with bot.running():
        await bot.until_caught_up()
        hers = alice.room_key(ROOM)
        alice.say(ROOM, "!close")
        bob.send_olm(BOT, DEVICE, "m.room_key", hers)
        await bot.until_caught_up()
        await bot.look(timedelta(seconds=61))
        server.announce(BOB)
        await bot.until(lambda: bot.heard != [])
    (told,) = bot.heard
    assert isinstance(told, Unreadable)
    assert told.sender == ALICE


async def test_what_another_says_by_a_stolen_key_is_not_the_owners(server: FakeHomeserver, tmp_path: Path) -> None:
    """A homeserver shows as Alice's what was encrypted in Bob's session: no key makes it hers."""
    bot, (alice, bob) = Bot(server, tmp_path), members(server)
    async with bot.running():
        await bot.until_caught_up()
        bob.share(ROOM, BOT, DEVICE)
        alice.share(ROOM, BOT, DEVICE)
        await bot.until_caught_up()
        said = bob.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": "!close"})
        server.say(ROOM, ALICE, said)
        alice.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() != [])
        await bot.look(timedelta(seconds=61))
    assert bot.texts() == ["!status"]


QUOTING = "> <@bob:example.org> shall we?\n\n!close"


async def test_a_homeserver_makes_no_command_of_a_quote(server: FakeHomeserver, tmp_path: Path) -> None:
    """A relation outside of the encryption says that it answers something: the quote stays what Alice said."""
    bot, (alice, _) = Bot(server, tmp_path), members(server)
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        content = alice.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": QUOTING})
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": "$other"}}
        server.say(ROOM, ALICE, content)
        alice.say(ROOM, "!status")
        await bot.until(lambda: "!status" in bot.texts())
    assert "!close" not in bot.texts()


async def test_a_quote_of_the_senders_own_app_is_taken_off(server: FakeHomeserver, tmp_path: Path) -> None:
    bot, (alice, _) = Bot(server, tmp_path), members(server)
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        relation = {"m.in_reply_to": {"event_id": "$other"}}
        text = {"msgtype": "m.text", "body": QUOTING, "m.relates_to": relation}
        content = alice.payload(ROOM, "m.room.message", text)
        content["m.relates_to"] = relation
        server.say(ROOM, ALICE, content)
        await bot.until(lambda: bot.texts() == ["!close"])


REPLY = {"m.in_reply_to": {"event_id": "$question"}}
THREAD = {"rel_type": "m.thread", "event_id": "$root"}


@pytest.mark.parametrize(
    ("inside", "outside", "reply_to", "is_placed"),
    [
        (None, REPLY, None, True),
        (None, THREAD, None, False),
        (None, THREAD | REPLY, None, False),
        (REPLY, None, "$question", True),
        (REPLY, {"m.in_reply_to": {"event_id": "$other"}}, "$question", True),
        (THREAD, None, None, True),
        (REPLY, THREAD, "$question", True),
    ],
)
async def test_a_homeserver_makes_no_answer_of_talk_and_points_none_elsewhere(
    server: FakeHomeserver,
    tmp_path: Path,
    *,
    inside: Json | None,
    outside: Json | None,
    reply_to: str | None,
    is_placed: bool,
) -> None:
    bot, (alice, _) = Bot(server, tmp_path), members(server)
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        text = {"msgtype": "m.text", "body": "oui", **({"m.relates_to": inside} if inside else {})}
        content = alice.payload(ROOM, "m.room.message", text)
        if outside is not None:
            content["m.relates_to"] = outside
        server.say(ROOM, ALICE, content)
        await bot.until(lambda: bot.texts() == ["oui"])
    (heard,) = bot.heard
    assert isinstance(heard, Message)
    assert (heard.reply_to, heard.is_placed) == (reply_to, is_placed)
