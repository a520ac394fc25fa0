"""Verifications that must not succeed, must not be answered, or must cost nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.core.names import DeviceId, RoomId, UserId
from bot.matrix.verification.exchange import MOST_MESSAGES, Exchange
from bot.matrix.verification.verifications import MOST_IN_A_WHILE, PATIENCE
from bot.ports import BusyError, ChatError, UnreachableError, VerificationEnd
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.verifier import Verifier
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, MALLORY
from tests.matrix.verifying import MASTER, PHONE, Desk, opened
from tests.patience import eventually


@pytest.fixture
async def desk(server: FakeHomeserver, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(server, tmp_path) as desk:
        yield desk


# --- what cannot be answered --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "m.reciprocate.v1"},
        {"method": ["m.sas.v1"]},
        {"key_agreement_protocols": ["curve25519"]},
        {"hashes": ["md5"]},
        {"hashes": None},
        {"message_authentication_codes": ["hkdf-hmac-sha256"]},
        {"short_authentication_string": ["smell"]},
        {"from_device": "OTHER"},
        {"from_device": {}},
        {"half": "\ud800"},
    ],
    ids=str,
)
async def test_methods_we_do_not_have_are_refused(desk: Desk, changed: Json) -> None:
    verifier = desk.verifier()
    desk.hear(verifier.request(desk.now_ms), verifier.start(**changed))
    await desk.next("cancel")
    assert desk.cancelled() == ["m.unknown_method"]
    assert desk.news == []


@pytest.mark.parametrize("methods", [[], ["m.qr_code.scan.v1"]])
async def test_a_request_that_knows_no_emoji_is_refused(desk: Desk, methods: list[str]) -> None:
    desk.hear(desk.verifier().request(desk.now_ms, methods))
    await desk.next("cancel")
    assert [kind for kind, _ in desk.told()] == ["cancel"]
    assert desk.cancelled() == ["m.unknown_method"]


@pytest.mark.parametrize("kind", ["ready", "accept", "key", "mac", "done", "dance"])
async def test_a_message_out_of_order_ends_it(desk: Desk, kind: str) -> None:
    verifier = desk.verifier()
    desk.hear(verifier.request(desk.now_ms), verifier.message(kind, {}))
    await desk.next("cancel")
    assert desk.cancelled() == ["m.unexpected_message"]


async def test_a_second_mac_ends_it(desk: Desk) -> None:
    verifier = desk.verifier()
    await desk.shown(verifier)
    desk.hear(verifier.mac(desk.bobs_keys()), verifier.mac(desk.bobs_keys()))
    assert await desk.end() is VerificationEnd.FAILED
    assert desk.cancelled() == ["m.unexpected_message"]


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 43, "é" * 43, 7, None, ["A" * 43]])
async def test_a_key_that_is_none_ends_it(desk: Desk, key: Any) -> None:
    verifier = desk.verifier()
    desk.hear(verifier.request(desk.now_ms), verifier.start(), verifier.message("key", {"key": key}))
    await desk.next("cancel")
    assert desk.cancelled() == ["m.invalid_message"]


@pytest.mark.parametrize(
    "mac", [{}, {"mac": []}, {"mac": {}, "keys": "é"}, {"mac": {f"ed25519:{PHONE}": 1}, "keys": 1}]
)
async def test_a_mac_that_is_none_is_a_mismatch(desk: Desk, mac: Json) -> None:
    verifier = desk.verifier()
    shown = await desk.shown(verifier)
    desk.verifications.settle(shown.id, same=True)
    desk.hear(verifier.message("mac", mac))
    assert await desk.end() is VerificationEnd.MISMATCH
    assert desk.cancelled() == ["m.key_mismatch"]


async def test_a_verification_that_takes_too_long_is_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.shown(desk.verifier())
    assert desk.verifications.waiting() != ()
    loop, now = asyncio.get_running_loop(), asyncio.get_running_loop().time
    monkeypatch.setattr(loop, "time", lambda: now() + PATIENCE.total_seconds())
    assert await desk.end() is VerificationEnd.TIMED_OUT
    assert desk.cancelled() == ["m.timeout"]
    assert desk.verifications.waiting() == ()


# --- who is answered ----------------------------------------------------------------------------------------


async def told_nothing(desk: Desk) -> bool:
    """Wait until the bot has had the time to answer, and say whether it said nothing before that."""
    alice = desk.verifier(user=ALICE, transaction="a")
    desk.server.add_device(ALICE, PHONE)
    desk.hear(alice.request(desk.now_ms))
    await eventually(lambda: desk.told(user=ALICE) != [])
    return desk.told() == []


@pytest.mark.parametrize("age", [PATIENCE + timedelta(seconds=1), -timedelta(minutes=6)])
async def test_a_request_that_is_stale_is_not_answered(desk: Desk, age: timedelta) -> None:
    desk.hear(desk.verifier().request(desk.now_ms - int(age.total_seconds() * 1000)))
    assert await told_nothing(desk)


async def test_strangers_are_not_answered(desk: Desk) -> None:
    desk.server.add_device(MALLORY, PHONE)
    stranger = desk.verifier(user=MALLORY)
    desk.hear(stranger.request(desk.now_ms), stranger.message("mac", {}))
    assert await told_nothing(desk)
    assert desk.told(user=MALLORY) == []


@pytest.mark.parametrize("device", ["*", "", 7, None, "x" * 256])
async def test_a_request_must_name_its_device(desk: Desk, device: Any) -> None:
    request = desk.verifier().request(desk.now_ms)
    request["content"]["from_device"] = device
    desk.hear(request)
    assert await told_nothing(desk)


async def test_a_verification_that_is_not_known_any_more_is_cancelled_at_the_other_side(desk: Desk) -> None:
    verifier = desk.verifier(transaction="before the restart")
    desk.hear(*(verifier.message(kind, {}) for kind in ("start", "cancel", "done")))
    assert await told_nothing(desk)
    desk.hear(verifier.message("mac", {}))
    cancel = await desk.next("cancel")
    assert (cancel["code"], cancel["transaction_id"]) == ("m.unknown_transaction", "before the restart")


async def test_a_newer_request_of_the_same_person_takes_the_place_of_the_older(desk: Desk) -> None:
    first = await desk.shown(desk.verifier())
    second = desk.verifier(transaction="t2")
    desk.hear(second.request(desk.now_ms), second.request(desk.now_ms))
    await desk.next("ready", 2)
    assert await desk.end() is VerificationEnd.CANCELLED
    assert desk.cancelled() == ["m.user"]
    assert not desk.verifications.settle(first.id, same=True)
    assert [content["transaction_id"] for kind, content in desk.told() if kind == "ready"] == ["t1", "t2"]


# --- floods and garbage -------------------------------------------------------------------------------------


async def test_a_flood_of_requests_costs_a_handful_of_answers_and_passes(desk: Desk) -> None:
    for number in range(500):
        verifier = desk.verifier(transaction=f"flood {number}")
        desk.hear(
            verifier.request(desk.now_ms), Verifier(BOB, PHONE, (BOT, DEVICE), transaction="?").message("mac", {})
        )
    assert not await told_nothing(desk)
    await desk.next("ready")
    assert len([kind for kind, _ in desk.told() if kind == "ready"]) <= MOST_IN_A_WHILE
    desk.clock.advance(PATIENCE)
    verifier = desk.verifier(transaction="afterwards")
    desk.hear(verifier.request(desk.now_ms))
    await eventually(
        lambda: ("ready", "afterwards") in [(kind, content["transaction_id"]) for kind, content in desk.told()]
    )


async def test_a_flood_within_a_verification_ends_it_and_is_not_kept(desk: Desk) -> None:
    verifier = desk.verifier()
    shown = await desk.shown(verifier)
    exchange = desk.verifications._exchanges[UserId(BOB)]
    desk.hear(*(verifier.message("mac", {}) for _ in range(500)))
    assert exchange._heard.qsize() <= MOST_MESSAGES
    assert await desk.end() is VerificationEnd.FAILED
    assert desk.cancelled() == ["m.unexpected_message"]
    assert not desk.verifications.settle(shown.id, same=True)


@pytest.mark.parametrize(
    "garbage",
    [
        None,
        [],
        {},
        {"type": "m.key.verification.request"},
        {"type": "m.key.verification.request", "sender": BOB, "content": []},
        {"type": "m.key.verification.request", "sender": BOB, "content": {"transaction_id": {}}},
        {"type": "m.key.verification.request", "sender": BOB, "content": {"transaction_id": "x" * 256}},
        {"type": "m.key.verification.request", "sender": [BOB], "content": {"transaction_id": "t"}},
        {"type": "m.dummy", "sender": BOB, "content": {"transaction_id": "t"}},
        {
            "type": "m.key.verification.request",
            "sender": BOB,
            "content": {"transaction_id": "t", "from_device": PHONE, "methods": 1, "timestamp": 10**400},
        },
    ],
)
async def test_garbage_is_passed_over(desk: Desk, garbage: Any) -> None:
    desk.hear(garbage)
    assert await told_nothing(desk)


async def test_a_failure_of_ours_ends_one_verification_and_not_the_bot(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise KeyError("content that must not be logged")

    monkeypatch.setattr(Exchange, "run", fail)
    desk.hear(desk.verifier().request(desk.now_ms))
    await eventually(lambda: not desk.verifications._exchanges)
    monkeypatch.undo()
    assert "a verification broke off: KeyError" in caplog.messages
    assert (await desk.shown(desk.verifier(transaction="t2"))).user == BOB


# --- in rooms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("device", [DeviceId(PHONE), None], ids=["encrypted", "in clear"])
async def test_a_room_that_the_answer_must_not_go_to_ends_it_quietly(desk: Desk, device: DeviceId | None) -> None:
    desk.verifications.hear_in_room(RoomId("!room:example.org"), in_room(desk), device)
    assert desk.verifications._exchanges
    await eventually(lambda: not desk.verifications._exchanges)
    assert await told_nothing(desk)
    assert desk.news == []


@pytest.mark.parametrize(
    ("device", "changed"),
    [("OTHER", {}), (PHONE, {"to": ALICE}), (PHONE, {"msgtype": "m.text"}), (PHONE, {"from_device": 1})],
)
async def test_a_request_in_a_room_must_be_for_us_and_of_the_device_it_names(
    desk: Desk, device: str, changed: Json
) -> None:
    event = in_room(desk, **changed)
    desk.verifications.hear_in_room(RoomId("!room:example.org"), event, DeviceId(device))
    assert not desk.verifications._exchanges


def in_room(desk: Desk, **changed: Any) -> Any:
    content = {
        "msgtype": "m.key.verification.request", "body": "verify", "to": BOT, "from_device": PHONE,
        "methods": ["m.sas.v1"],
    }  # fmt: skip
    return SimpleNamespace(
        source={
            "type": "m.room.message",
            "event_id": "$request",
            "sender": BOB,
            "origin_server_ts": desk.now_ms,
            "content": content | changed,
        }
    )


class Halting:
    """Speaks once the homeserver has limited it and lost an answer of it."""

    def __init__(self) -> None:
        self.faults: list[ChatError] = [BusyError(timedelta()), UnreachableError("lost")]
        self.told: list[tuple[str, str]] = []
        self.told_at: list[float] = []

    async def tell(self, room: RoomId, user: UserId, kind: str, content: Json, *, txn: str) -> None:
        self.told.append((kind, txn))
        self.told_at.append(asyncio.get_running_loop().time())
        if self.faults:
            raise self.faults.pop(0)


async def test_what_the_homeserver_limits_or_loses_is_sent_again_after_a_while_as_the_same_message(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    halting = Halting()
    async with opened(server, tmp_path, speaking=halting) as desk:
        desk.verifications.hear_in_room(RoomId("!room:example.org"), in_room(desk), None)
        await eventually(lambda: len(halting.told) == 3)
    assert len(set(halting.told)) == 1
    assert all(later - earlier > 0.4 for earlier, later in pairwise(halting.told_at))


async def test_a_signature_of_ours_that_is_not_taken_undoes_no_verification(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.server.signature_failures = {BOB: {MASTER: {"errcode": "M_INVALID_SIGNATURE"}}}
    verifier = desk.verifier()
    shown = await desk.shown(verifier)
    desk.verifications.settle(shown.id, same=True)
    desk.hear(verifier.mac(desk.bobs_keys()), verifier.message("done", {}))
    assert await desk.end() is VerificationEnd.VERIFIED
    assert "our signature on a verified person's key was not taken" in caplog.text
