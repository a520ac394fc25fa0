"""The bot asks an app to compare emoji: it begins, the app made of the specification's text alone accepts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.names import UserId
from bot.matrix.verification.exchange import MOST_MESSAGES
from bot.ports import VerificationEnd
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.fakes.verifier import Verifier
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, MALLORY
from tests.matrix.verifying import MASTER, PHONE, Desk, opened
from tests.patience import eventually

TABLET = "TABLET"


@pytest.fixture
async def desk(server: FakeHomeserver, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(server, tmp_path) as desk:
        yield desk


async def asked(desk: Desk, count: int = 1, user: str = BOB) -> Verifier:
    """Ask the apps of *user*, and return the phone as it was asked for the *count*-th time."""
    desk.verifications.begin(UserId(user))
    request = await desk.next("request", count)
    assert request["from_device"] == DEVICE
    assert request["methods"] == ["m.sas.v1"]
    return Verifier(user, PHONE, (BOT, DEVICE), transaction=request["transaction_id"])


async def shown(desk: Desk, verifier: Verifier, **accept: Any) -> None:
    """Go on until both sides have something to show, or the bot ended it."""
    before = len(desk.cancelled())
    desk.hear(verifier.ready())
    start = await desk.next("start")
    assert start["transaction_id"] == verifier.transaction
    desk.hear(verifier.accept(start, **accept))
    desk.hear(verifier.told(await desk.next("key")))
    await eventually(lambda: bool(desk.verifications.waiting()) or len(desk.cancelled()) > before)


async def test_both_sides_show_the_same_and_the_master_key_is_proven(desk: Desk) -> None:
    verifier = await asked(desk)
    await shown(desk, verifier)
    (comparison,) = desk.verifications.waiting()
    assert (comparison.user, comparison.device) == (BOB, PHONE)
    assert (comparison.emoji, comparison.numbers) == (verifier.emoji(), verifier.numbers())
    assert desk.verifications.settle(comparison.id, same=True, by=UserId(ALICE))
    assert verifier.believes(await desk.next("mac"), desk.keys())
    desk.hear(verifier.mac(desk.bobs_keys()), verifier.message("done", {}))
    assert await desk.end() is VerificationEnd.VERIFIED
    assert desk.proven() == (MASTER, ALICE)
    assert desk.cancelled() == []


async def test_every_device_is_asked(desk: Desk) -> None:
    Peer(desk.server, BOB, TABLET)
    await asked(desk)
    assert [kind for kind, _ in desk.told(TABLET)] == ["request"]


@pytest.mark.parametrize("taken", [False, True], ids=["at once", "once the first has begun"])
async def test_the_first_that_is_ready_is_the_one(desk: Desk, taken: bool) -> None:
    Peer(desk.server, BOB, TABLET)
    verifier = await asked(desk)
    tablet = Verifier(BOB, TABLET, (BOT, DEVICE), transaction=verifier.transaction)
    desk.hear(verifier.ready())
    start = await desk.next("start") if taken else None
    desk.hear(tablet.ready())
    start = start or await desk.next("start")
    desk.hear(verifier.accept(start))
    desk.hear(verifier.told(await desk.next("key")))
    await eventually(lambda: bool(desk.verifications.waiting()))
    (comparison,) = desk.verifications.waiting()
    assert comparison.device == PHONE
    assert comparison.emoji == verifier.emoji()
    assert desk.cancelled() == []
    assert [kind for kind, _ in desk.told(TABLET)] == ["request"]


async def test_the_same_device_that_is_ready_twice_ends_it(desk: Desk) -> None:
    verifier = await asked(desk)
    desk.hear(verifier.ready(), verifier.ready())
    await desk.next("cancel")
    assert desk.cancelled() == ["m.unexpected_message"]


async def test_where_both_began_at_once_the_lesser_of_the_two_did(desk: Desk) -> None:
    """BOB sorts before the bot: what he began counts."""
    assert BOB < BOT
    verifier = await asked(desk)
    desk.hear(verifier.ready())
    await desk.next("start")
    desk.hear(verifier.start())
    accept = await desk.next("accept")
    desk.hear(verifier.message("key", {"key": verifier.key}))
    verifier.meet(accept, await desk.next("key"))
    await eventually(lambda: bool(desk.verifications.waiting()))
    assert desk.verifications.waiting()[0].emoji == verifier.emoji()


async def test_where_both_began_at_once_and_we_are_the_lesser_theirs_is_passed_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.verifications, "_knows", lambda user: user == LAST)
    desk.server.add_device(LAST, PHONE)
    desk.verifications.begin(UserId(LAST))
    await eventually(lambda: desk.told(user=LAST) != [])
    verifier = Verifier(LAST, PHONE, (BOT, DEVICE), transaction=desk.told(user=LAST)[0][1]["transaction_id"])
    desk.hear(verifier.ready())
    await eventually(lambda: "start" in dict(desk.told(user=LAST)))
    start = dict(desk.told(user=LAST))["start"]
    desk.hear(verifier.start(), verifier.accept(start))
    await eventually(lambda: "key" in dict(desk.told(user=LAST)))
    desk.hear(verifier.told(dict(desk.told(user=LAST))["key"]))
    await eventually(lambda: bool(desk.verifications.waiting()))
    assert desk.verifications.waiting()[0].emoji == verifier.emoji()


LAST = "@zoe:example.org"


async def test_who_declines_ends_it_and_can_be_asked_again(desk: Desk) -> None:
    verifier = await asked(desk)
    desk.hear(verifier.message("cancel", {"code": "m.user", "reason": "no"}), verifier.ready())
    # Of what was declined nothing is known any more.
    await desk.next("cancel")
    assert desk.cancelled() == ["m.unknown_transaction"]
    assert desk.news == []
    again = await asked(desk, 2)
    await shown(desk, again)
    assert desk.verifications.waiting()[0].emoji == again.emoji()


async def test_who_never_answered_is_asked_again_and_the_former_request_is_over(desk: Desk) -> None:
    former = await asked(desk)
    again = await asked(desk, 2)
    assert former.transaction != again.transaction
    desk.hear(former.ready())
    await desk.next("cancel")
    assert desk.cancelled() == ["m.unknown_transaction"]
    await shown(desk, again)
    assert desk.verifications.waiting()[0].emoji == again.emoji()


async def test_a_key_that_is_not_the_promised_one_is_a_mismatch(desk: Desk) -> None:
    verifier = await asked(desk)
    await shown(desk, verifier, commitment="A" * 43)
    assert desk.cancelled() == ["m.mismatched_commitment"]
    assert desk.verifications.waiting() == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"key_agreement_protocol": "curve25519"},
        {"hash": "md5"},
        {"message_authentication_code": "hkdf-hmac-sha256"},
        {"short_authentication_string": ["smell"]},
        {"short_authentication_string": None},
        {"commitment": None},
        {"commitment": ["A"]},
    ],
    ids=str,
)
async def test_what_we_did_not_offer_is_not_accepted(desk: Desk, changed: Json) -> None:
    verifier = await asked(desk)
    desk.hear(verifier.ready())
    desk.hear(verifier.accept(await desk.next("start"), **changed))
    await desk.next("cancel")
    assert desk.cancelled() == ["m.unknown_method"]
    assert desk.news == []


async def test_an_app_that_is_ready_for_something_else_only_is_refused(desk: Desk) -> None:
    verifier = await asked(desk)
    desk.hear(verifier.ready(methods=["m.qr_code.show.v1"]))
    await desk.next("cancel")
    assert desk.cancelled() == ["m.unknown_method"]


@pytest.mark.parametrize("device", ["*", "", 7, None])
async def test_who_is_ready_names_the_device(desk: Desk, device: Any) -> None:
    verifier = await asked(desk)
    desk.hear(verifier.message("ready", {"from_device": device, "methods": ["m.sas.v1"]}))
    await shown(desk, verifier)
    assert desk.verifications.waiting()[0].device == PHONE


@pytest.mark.parametrize("kind", ["key", "mac", "done", "dance"])
async def test_a_message_out_of_order_ends_it(desk: Desk, kind: str) -> None:
    verifier = await asked(desk)
    desk.hear(verifier.ready())
    await desk.next("start")
    desk.hear(verifier.message(kind, {"key": verifier.key}))
    await desk.next("cancel")
    assert desk.cancelled() == ["m.unexpected_message"]


async def test_a_flood_ends_it_and_is_not_kept(desk: Desk) -> None:
    verifier = await asked(desk)
    desk.hear(verifier.ready())
    await desk.next("start")
    desk.hear(*(verifier.message("dance", {}) for _ in range(100 * MOST_MESSAGES)))
    await desk.next("cancel")
    assert len(desk.cancelled()) <= 6


async def test_of_another_nothing_is_taken_for_what_we_asked(desk: Desk) -> None:
    verifier = await asked(desk)
    desk.server.add_device(MALLORY, PHONE)
    desk.server.add_device(ALICE, PHONE)
    for user in (MALLORY, ALICE):
        desk.hear(Verifier(user, PHONE, (BOT, DEVICE), transaction=verifier.transaction).ready())
    await shown(desk, verifier)
    assert desk.verifications.waiting()[0].user == BOB
    assert "start" not in dict(desk.told(user=ALICE))


async def test_when_they_ask_meanwhile_one_of_the_two_goes_on(desk: Desk) -> None:
    ours = await asked(desk)
    theirs = desk.verifier(transaction="theirs")
    await desk.shown(theirs)
    assert desk.verifications.waiting()[0].emoji == theirs.emoji()
    desk.hear(ours.ready())
    await eventually(lambda: "m.user" in desk.cancelled())
    assert (await desk.next("start"))["transaction_id"] == ours.transaction
