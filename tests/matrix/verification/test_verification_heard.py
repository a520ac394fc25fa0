"""Requests to verify the bot, by every way they come: encrypted or in clear in a room, to the device, late."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.matrix.hearer import Bot
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, ROOM
from tests.patience import eventually

READY = "m.key.verification.ready"


def asks_to_verify(bot: Bot, content: Json, kind: str = "m.room.message") -> Json:
    now = int(bot.wall.now().timestamp() * 1000)
    return bot.server.event(ALICE, kind, content, origin_server_ts=now)


def request(device: str = "PHONE") -> Json:
    methods = {"methods": ["m.sas.v1"], "from_device": device}
    return {"msgtype": "m.key.verification.request", "body": "verify", "to": BOT, **methods}


@pytest.mark.parametrize("encrypted", [True, False])
async def test_an_app_that_asks_to_verify_is_answered_by_the_way_it_asked(
    server: FakeHomeserver, tmp_path: Path, encrypted: bool
) -> None:
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        sealed = alice.payload(ROOM, "m.room.message", request())
        event = asks_to_verify(bot, sealed, "m.room.encrypted") if encrypted else asks_to_verify(bot, request())
        server.put(ROOM, event)
        await server.tell()
        await eventually(lambda: bot.told != [])
        now = int(bot.wall.now().timestamp() * 1000)
        asked = {"type": "m.key.verification.request", "sender": BOB}
        server.add_device(BOB, "PHONE")
        server.to_device(BOT, DEVICE, asked | {"content": request() | {"transaction_id": "t", "timestamp": now}})
        await server.tell()
        await eventually(lambda: [event["type"] for _, event in server.devices[BOB, "PHONE"].inbox] == [READY])
    assert bot.told == [(ROOM, ALICE, READY, event["event_id"])]
    assert bot.heard == []


async def test_an_encrypted_request_must_be_of_the_device_it_names(server: FakeHomeserver, tmp_path: Path) -> None:
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        sealed = [alice.payload(ROOM, "m.room.message", request(device)) for device in ("OTHER", "PHONE")]
        events = [asks_to_verify(bot, content, "m.room.encrypted") for content in sealed]
        for event in events:
            server.put(ROOM, event)
        await server.tell()
        await eventually(lambda: bot.told != [])
    assert bot.told == [(ROOM, ALICE, READY, events[1]["event_id"])]


async def test_a_request_whose_key_comes_late_is_answered_then(server: FakeHomeserver, tmp_path: Path) -> None:
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        key = alice.room_key(ROOM)
        server.put(ROOM, asks_to_verify(bot, alice.payload(ROOM, "m.room.message", request()), "m.room.encrypted"))
        await bot.until_caught_up()
        assert bot.told == []
        alice.send_olm(BOT, DEVICE, "m.room_key", key)
        await server.tell()
        await eventually(lambda: bot.told != [])
    assert bot.heard == []


async def test_requests_of_before_the_first_token_are_not_answered(server: FakeHomeserver, tmp_path: Path) -> None:
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    server.put(ROOM, asks_to_verify(bot, request()))
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!new")
        await bot.until(lambda: bot.texts() == ["!new"])
        assert bot.told == []
