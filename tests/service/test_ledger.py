from __future__ import annotations

import pytest

from bot.core.facts import ControlRoomReady
from bot.core.names import InputId
from bot.ports import DESK, ShowCard, Task
from bot.service.books import Books
from bot.service.ledger import Committed, Ledger
from bot.service.outcome import NOTHING, Outcome
from tests.core.build import NOW, ROOM
from tests.fakes.store import MemoryStore

INPUT = InputId("once")
ROW = Task(id="0" * 32, lane="lane", action=ShowCard())
READY = Outcome(facts=(ControlRoomReady(at=NOW, room=ROOM),), tasks=(ROW,))


class Follower:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[Committed] = []

    def took_in(self, committed: Committed) -> None:
        self.told.append(committed)


async def test_nothing_is_written_before_it_is_said_who_follows() -> None:
    store = MemoryStore()
    ledger = Ledger(store=store, books=Books())
    with pytest.raises(RuntimeError):
        await ledger.commit(INPUT, READY)
    assert await store.streams() == ()


async def test_what_is_committed_is_in_the_store_and_the_books_before_each_follower_is_told() -> None:
    store, first, second = MemoryStore(), Follower(), Follower()
    ledger = Ledger(store=store, books=Books())
    ledger.tell(first, second)
    await ledger.commit(INPUT, READY)
    assert ledger.books.desk.control_room == ROOM
    assert [record.fact for record in await store.history(DESK)] == list(READY.facts)
    assert first.told == second.told == [Committed(outcome=READY)]


async def test_an_input_that_comes_again_settles_its_row_and_leads_to_nothing() -> None:
    store, follower = MemoryStore(), Follower()
    ledger = Ledger(store=store, books=Books())
    ledger.tell(follower)
    await ledger.commit(INPUT, READY)
    await ledger.commit(INPUT, READY, done=ROW)
    assert follower.told[-1] == Committed(outcome=NOTHING, done=ROW)
    assert len(await store.history(DESK)) == 1
    assert await store.tasks() == ()


async def test_what_happens_once_for_a_reason_is_not_written_again_under_another_input() -> None:
    store, follower = MemoryStore(), Follower()
    ledger = Ledger(store=store, books=Books())
    ledger.tell(follower)
    for number in (1, 2):
        outcome = Outcome(facts=READY.facts, once=InputId("reason"))
        await ledger.commit(InputId(f"input {number}"), outcome)
    assert len(await store.history(DESK)) == 1
    assert follower.told[-1].outcome is NOTHING
