"""The answering side of verifications, against an app made of the specification's text alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.names import UserId
from bot.matrix.account.seeds import public_of
from bot.ports import VerificationEnd, VerificationShown
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.verifier import Verifier
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE
from tests.matrix.verifying import MASTER, PHONE, Desk, opened
from tests.patience import eventually


@pytest.fixture
async def desk(server: FakeHomeserver, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(server, tmp_path) as desk:
        yield desk


# --- as it should be ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mac_first", [True, False])
async def test_both_sides_show_the_same_and_vouch_for_their_keys_whoever_confirms_first(
    desk: Desk, mac_first: bool
) -> None:
    verifier = desk.verifier()
    shown = await desk.shown(verifier)
    assert (shown.user, shown.device) == (BOB, PHONE)
    assert (shown.emoji, shown.numbers) == (verifier.emoji(), verifier.numbers())
    assert [news.comparison for news in desk.news if isinstance(news, VerificationShown)] == [shown]
    theirs = verifier.mac(desk.bobs_keys())
    if mac_first:
        desk.hear(theirs)
    assert desk.verifications.settle(shown.id, same=True, by=UserId(ALICE))
    assert verifier.believes(await desk.next("mac"), desk.keys())
    if not mac_first:
        desk.hear(theirs)
    await desk.next("done")
    desk.hear(verifier.message("done", {}))
    assert await desk.end() is VerificationEnd.VERIFIED
    assert desk.cancelled() == []
    assert desk.proven() == (MASTER, ALICE)
    (signed,) = desk.server.signatures
    assert signed[BOB][MASTER]["signatures"][BOT].keys() == {f"ed25519:{public_of(desk.seeds[2])}"}


async def test_an_app_without_emoji_is_shown_numbers(desk: Desk) -> None:
    verifier = desk.verifier()
    shown = await desk.shown(verifier, short_authentication_string=["decimal"])
    assert (shown.emoji, shown.numbers) == ((), verifier.numbers())


async def test_a_person_without_a_master_key_is_verified_by_their_device_alone(desk: Desk) -> None:
    del desk.server.master_keys[BOB]
    verifier = desk.verifier()
    shown = await desk.shown(verifier)
    desk.verifications.settle(shown.id, same=True)
    desk.hear(verifier.mac(desk.bobs_keys()), verifier.message("done", {}))
    assert await desk.end() is VerificationEnd.VERIFIED
    assert desk.proven() == (None, None)
    assert desk.server.signatures == []


async def test_an_app_that_does_not_vouch_for_the_master_key_proves_none(desk: Desk) -> None:
    verifier = desk.verifier()
    shown = await desk.shown(verifier)
    desk.verifications.settle(shown.id, same=True)
    device = {id_: key for id_, key in desk.bobs_keys().items() if id_ == f"ed25519:{PHONE}"}
    desk.hear(verifier.mac(device), verifier.message("done", {}))
    assert await desk.end() is VerificationEnd.VERIFIED
    assert desk.proven() == (None, None)


# --- mismatches ---------------------------------------------------------------------------------------------


async def test_who_says_that_it_is_not_the_same_ends_it_once(desk: Desk) -> None:
    shown = await desk.shown(desk.verifier())
    assert desk.verifications.settle(shown.id, same=False)
    assert not desk.verifications.settle(shown.id, same=True)
    assert await desk.end() is VerificationEnd.REFUSED
    assert desk.cancelled() == ["m.mismatched_sas"]
    assert "mac" not in [kind for kind, _ in desk.told()]
    assert not desk.verifications.settle(shown.id, same=True)


@pytest.mark.parametrize(
    "changed",
    [
        {f"ed25519:{PHONE}": MASTER},
        {f"ed25519:{MASTER}": "AAAA"},
        {f"ed25519:{PHONE}": None},
    ],
    ids=["another device key", "another master key", "no device key"],
)
async def test_keys_that_are_not_those_the_homeserver_publishes_are_a_mismatch(desk: Desk, changed: Json) -> None:
    verifier = desk.verifier()
    shown = await desk.shown(verifier)
    desk.verifications.settle(shown.id, same=True)
    keys = {id_: key for id_, key in (desk.bobs_keys() | changed).items() if key is not None}
    desk.hear(verifier.mac(keys), verifier.message("done", {}))
    assert await desk.end() is VerificationEnd.MISMATCH
    assert desk.cancelled() == ["m.key_mismatch"]
    assert desk.proven()[0] is None
    assert desk.server.signatures == []


async def test_a_device_that_is_called_like_its_owners_master_key_vouches_for_no_master_key(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as desk:
        server.devices[BOB, MASTER] = server.devices[BOB, PHONE]
        verifier = Verifier(BOB, MASTER, (BOT, DEVICE))
        desk.hear(verifier.request(desk.now_ms), verifier.start())
        await eventually(lambda: "accept" in [kind for kind, _ in desk.told(MASTER)])
        desk.hear(verifier.message("key", {"key": verifier.key}))
        await eventually(lambda: bool(desk.verifications.waiting()))
        told = dict(desk.told(MASTER))
        verifier.meet(told["accept"], told["key"])
        desk.verifications.settle(desk.verifications.waiting()[0].id, same=True)
        desk.hear(verifier.mac({f"ed25519:{MASTER}": MASTER}), verifier.message("done", {}))
        assert await desk.end() is VerificationEnd.MISMATCH
    assert server.signatures == []


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("m.mismatched_sas", VerificationEnd.MISMATCH),
        ("m.key_mismatch", VerificationEnd.MISMATCH),
        ("m.user", VerificationEnd.CANCELLED),
        (["m.user"], VerificationEnd.CANCELLED),
    ],
)
async def test_what_the_other_side_cancels_is_not_answered(desk: Desk, code: Any, end: VerificationEnd) -> None:
    verifier = desk.verifier()
    await desk.shown(verifier)
    desk.hear(verifier.message("cancel", {"code": code, "reason": ""}))
    assert await desk.end() is end
    assert desk.cancelled() == []
    assert desk.verifications.waiting() == ()


async def test_a_verification_is_not_over_until_the_other_side_is_done(desk: Desk) -> None:
    verifier = desk.verifier()
    shown = await desk.shown(verifier)
    desk.verifications.settle(shown.id, same=True)
    desk.hear(verifier.mac(desk.bobs_keys()))
    await desk.next("done")
    desk.hear(verifier.message("cancel", {"code": "m.key_mismatch", "reason": ""}))
    assert await desk.end() is VerificationEnd.MISMATCH
    assert desk.proven()[0] is None
    assert desk.server.signatures == []
