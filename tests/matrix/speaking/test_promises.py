"""Promised room keys are kept by room: one more costs the same however many rooms there are."""

from __future__ import annotations

import json

from bot.core.names import RoomId, UserId
from bot.matrix.speaking.promises import Holder, Promises
from tests.fakes.vault import MemoryVault

ALICE: Holder = ("@alice:example.org", "PHONE", "curve-alice")
BOB: Holder = ("@bob:example.org", "LAPTOP", "curve-bob")
ONE, TWO = RoomId("!one:example.org"), RoomId("!two:example.org")


async def test_a_promise_touches_only_what_is_kept_of_its_room() -> None:
    vault = MemoryVault()
    promises = Promises(vault)
    await promises.keep(ONE, "session", {ALICE: "key"})
    before = dict(vault.kept)
    await promises.keep(TWO, "session", {BOB: "key"})
    assert before.items() <= vault.kept.items()
    assert len(vault.kept) == len(before) + 1


async def test_what_is_kept_is_there_after_a_restart_and_gone_once_it_is_kept() -> None:
    vault = MemoryVault()
    promises = Promises(vault)
    await promises.keep(ONE, "session", {ALICE: "key", BOB: "key"})
    await promises.keep(TWO, "session", {ALICE: "other"})
    again = Promises(vault)
    await again.load()
    assert again.of(ONE) == {"session": {ALICE: "key", BOB: "key"}}
    assert set(again.people.of(UserId(ALICE[0]))) == {ONE, TWO}
    await again.settle(ONE, "session", frozenset({ALICE, BOB}))
    await again.drop(TWO, lambda holder: holder == ALICE)
    assert not again.rooms
    assert not again.people.people
    assert vault.kept == {}


async def test_what_was_kept_together_before_is_taken_over_once() -> None:
    old = {room: {"session": [[*ALICE, "key"]]} for room in (ONE, TWO)}
    vault = MemoryVault()
    await vault.put("promised-room-keys", json.dumps(old).encode())
    promises = Promises(vault)
    await promises.load()
    assert set(promises.rooms) == {ONE, TWO}
    assert promises.holders(TWO) == {ALICE}
    assert "promised-room-keys" not in vault.kept
    await promises.drop(ONE, lambda _: True)
    again = Promises(vault)
    await again.load()
    assert set(again.rooms) == {TWO}
