"""Votes as they come: which poll they are for may stand outside of the encryption, where the homeserver writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.names import EventId
from bot.ports import Reacted, Voted
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.matrix.hearer import Bot
from tests.matrix.listeners import ALICE, BOT, DEVICE, ROOM

VOTE = "org.matrix.msc3381.poll.response"
CHOSEN: Json = {VOTE: {"answers": ["a1"]}}


def reference(poll: str) -> Json:
    return {"rel_type": "m.reference", "event_id": poll}


async def polls_of(server: FakeHomeserver, folder: Path, inside: str | None, outside: str) -> list[EventId]:
    """Return which polls a vote is heard for that names one *inside* of the encryption, and one *outside*."""
    server.make_room(ROOM, ALICE, BOT)
    bot, alice = Bot(server, folder), Peer(server, ALICE, "PHONE")
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        relates = {} if inside is None else {"m.relates_to": reference(inside)}
        content = alice.payload(ROOM, VOTE, CHOSEN | relates)
        server.say(ROOM, ALICE, content | {"m.relates_to": reference(outside)})
        alice.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])
    return [one.poll for one in bot.heard if isinstance(one, Voted)]


async def test_apps_that_name_the_poll_only_outside_are_heard(server: FakeHomeserver, tmp_path: Path) -> None:
    assert await polls_of(server, tmp_path, None, "$poll") == ["$poll"]


async def test_a_homeserver_moves_no_vote_that_names_its_poll_inside(server: FakeHomeserver, tmp_path: Path) -> None:
    assert await polls_of(server, tmp_path, "$poll", "$other") == ["$poll"]


async def test_a_vote_whose_key_comes_late_is_heard(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOT)
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    async with bot.running():
        await bot.until_caught_up()
        key = alice.room_key(ROOM)
        server.say(ROOM, ALICE, alice.payload(ROOM, VOTE, CHOSEN | {"m.relates_to": reference("$poll")}))
        await bot.until_caught_up()
        assert bot.heard == []
        alice.send_olm(BOT, DEVICE, "m.room_key", key)
        await bot.until(lambda: any(isinstance(one, Voted) for one in bot.heard))


@pytest.mark.parametrize("kind", [VOTE, "m.reaction"])
async def test_a_thread_outside_makes_no_vote_of_what_names_no_poll(
    server: FakeHomeserver, tmp_path: Path, kind: str
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        thread = {"rel_type": "m.thread", "event_id": "$poll"}
        server.say(ROOM, ALICE, alice.payload(ROOM, kind, CHOSEN) | {"m.relates_to": thread})
        alice.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])
    assert not any(isinstance(one, Voted | Reacted) for one in bot.heard)
