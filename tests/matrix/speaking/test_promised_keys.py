"""Promised room keys are kept by room: one more costs the same however many rooms there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.names import RoomId, UserId
from bot.matrix.speaking.promised_keys import Holder, PromisedKeys, RoomsByPerson
from tests.fakes.vault import MemoryVault

ALICE: Holder = ("@alice:example.org", "PHONE", "curve-alice")
BOB: Holder = ("@bob:example.org", "LAPTOP", "curve-bob")
ONE, TWO = RoomId("!one:example.org"), RoomId("!two:example.org")


async def test_a_promise_touches_only_what_is_kept_of_its_room() -> None:
    vault = MemoryVault()
    promises = PromisedKeys(vault)
    await promises.keep(ONE, "session", {ALICE: "key"})
    before = dict(vault.kept)
    await promises.keep(TWO, "session", {BOB: "key"})
    assert before.items() <= vault.kept.items()
    assert len(vault.kept) == len(before) + 1


async def test_what_is_kept_is_there_after_a_restart_and_gone_once_it_is_kept() -> None:
    vault = MemoryVault()
    promises = PromisedKeys(vault)
    await promises.keep(ONE, "session", {ALICE: "key", BOB: "key"})
    await promises.keep(TWO, "session", {ALICE: "other"})
    again = PromisedKeys(vault)
    await again.load()
    assert again.of(ONE) == {"session": {ALICE: "key", BOB: "key"}}
    assert set(again.people.of(UserId(ALICE[0]))) == {ONE, TWO}
    await again.settle(ONE, "session", frozenset({ALICE, BOB}))
    await again.drop(TWO, lambda holder: holder == ALICE)
    assert not again.rooms
    assert not again.people.people
    assert vault.kept == {}


ROOMS = [RoomId(f"!{name}:example.org") for name in "abc"]
PEOPLE = [UserId(f"@{name}:example.org") for name in ("alice", "bob", "carol")]


@given(st.lists(st.tuples(st.sampled_from(ROOMS), st.frozensets(st.sampled_from(PEOPLE))), max_size=20))
def test_both_ends_tell_the_same_whatever_was_put(puts: list[tuple[RoomId, frozenset[UserId]]]) -> None:
    whereabouts = RoomsByPerson()
    for room, people in puts:
        whereabouts.put(room, people)
    last = dict(puts)
    for user in PEOPLE:
        assert set(whereabouts.of(user)) == {room for room, people in last.items() if user in people}
    assert whereabouts.people == frozenset().union(*last.values())
