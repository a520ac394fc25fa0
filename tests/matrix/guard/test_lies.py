"""A homeserver that answers with what it likes: nothing ends the half that hears, nothing grows without end."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import vodozemac
from aiohttp import web
from unpaddedbase64 import encode_base64

from tests.fakes.homeserver import KIND, FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.matrix.hearer import Bot
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, ROOM
from tests.patience import eventually

ODD: list[Any] = [[], ["join"], {}, 7, None, True]


@pytest.mark.parametrize("before", ODD)
async def test_a_membership_of_before_may_be_anything(server: FakeHomeserver, tmp_path: Path, before: Any) -> None:
    server.make_room(ROOM, ALICE, BOB, BOT)
    bot = Bot(server, tmp_path)
    async with bot.running():
        await bot.until_caught_up()
        left = server.set_state(ROOM, BOB, "m.room.member", BOB, {"membership": "leave"})
        left["unsigned"]["prev_content"] = {"membership": before}
        alice = Peer(server, ALICE, "PHONE")
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])


def undecryptable(peer: Peer, recipient: str) -> Json:
    """Return an Olm message of a session whose beginning nobody was sent."""
    other = vodozemac.Account()
    other.generate_one_time_keys(1)
    (key,) = other.one_time_keys.values()
    theirs = peer.account.create_outbound_session(other.curve25519_key, key)
    first = vodozemac.PreKeyMessage.from_base64(encode_base64(theirs.encrypt(b"x").to_parts()[1]))
    session, _ = other.create_inbound_session(peer.account.curve25519_key, first)
    kind, text = session.encrypt(b"y").to_parts()
    return peer.olm_event(recipient, {"type": kind, "body": encode_base64(text)})


REFUSALS = {
    "a failure": (500, b'{"errcode":"M_UNKNOWN","error":"Internal server error"}'),
    "a limit": (429, b'{"errcode":"M_LIMIT_EXCEEDED","error":"x","retry_after_ms":5}'),
    "a proxy": (502, b"<html>Bad gateway</html>"),
    "nothing": (200, b"{}"),
    "no object": (200, b"[]"),
    "odd keys": (200, json.dumps({"one_time_keys": {BOB: {"PHONE": []}}}).encode()),
}


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_claim_that_is_refused_ends_nothing(server: FakeHomeserver, tmp_path: Path, refusal: str) -> None:
    """After an Olm message that opens nothing another session is asked for."""
    server.make_room(ROOM, ALICE, BOB, BOT)
    bob, bot = Peer(server, BOB, "PHONE"), Bot(server, tmp_path)
    status, body = REFUSALS[refusal]
    claims = []

    def refuse(_: Json) -> web.Response:
        claims.append(status)
        return web.Response(body=body, status=status, content_type="application/json")

    async with bot.running() as client:
        await bot.until_caught_up()
        await eventually(lambda: client.device_store.device_from_sender_key(BOB, bob.curve25519) is not None)
        server.lies["/keys/claim"] = refuse
        own = client.machine.account.identity_keys["curve25519"]
        server.to_device(BOT, DEVICE, undecryptable(bob, own))
        await server.tell()
        await eventually(lambda: len(claims) == 1)
        bob.say(ROOM, "before its key")
        bob.share(ROOM, BOT, DEVICE)
        bob.say(ROOM, "!status")
        await bot.until(lambda: "!status" in bot.texts())


COUNTS: list[Any] = [-100_000, -(10**30), 10**30, True, "50", [50]]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("where", ["/sync", "/keys/upload"])
async def test_a_count_of_keys_that_cannot_be_makes_no_more_of_them_and_ends_nothing(
    server: FakeHomeserver, tmp_path: Path, where: str, count: Any
) -> None:
    server.make_room(ROOM, ALICE, BOT)
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")

    def lie(told: Json) -> Json:
        name = "device_one_time_keys_count" if where == "/sync" else "one_time_key_counts"
        return told | {name: {KIND: count}}

    async with bot.running() as client:
        await bot.until_caught_up()
        server.lies[where] = lie
        server.devices[BOT, DEVICE].one_time_keys.clear()
        for _ in range(2):
            server.announce(ALICE)
            await bot.until_caught_up()
            await bot.look(timedelta())
        assert len(client.machine.account.one_time_keys["curve25519"]) <= client.machine.account.max_one_time_keys
        assert len(server.devices[BOT, DEVICE].one_time_keys) <= 2 * client.machine.account.max_one_time_keys
        server.lies.clear()
        server.announce(ALICE)
        await bot.until_caught_up()
        await eventually(lambda: len(server.devices[BOT, DEVICE].one_time_keys) > 0 or not client.should_upload_keys)
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])
