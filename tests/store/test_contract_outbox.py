"""One contract for outbox, vault and sealed events, in memory and in the encrypted file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ports import SHOWN_ONCE, Action, SealedEvents, Store, Task, Vault
from tests.store.samples import (
    ALICE,
    NOW,
    STREAM,
    card,
    room_task,
    sealed,
    some_of_each,
    task,
)


async def _queue(store: Store, *tasks: Task) -> None:
    async with store.transaction() as tx:
        await tx.queue(tasks)


# --- outbox -------------------------------------------------------------------------------------------------


async def test_tasks_come_back_whole_and_in_order(store: Store) -> None:
    tasks = (room_task(), card("card-1"), task("task-9"), task("task-1", lane="another"))
    await _queue(store, *tasks)
    assert await store.tasks() == tasks


async def test_a_task_is_queued_once_for_ever(store: Store) -> None:
    await _queue(store, task("task-1", body="first"), task("task-1", body="second"))
    assert await store.tasks() == (task("task-1", body="first"),)
    async with store.transaction() as tx:
        await tx.settle_task("task-1")
    await _queue(store, task("task-1", body="third"))
    assert await store.tasks() == ()


async def test_a_postponed_task_keeps_its_place_and_counts_its_attempts(store: Store) -> None:
    await _queue(store, task("task-1"), task("task-2"))
    for minutes in (1, 2):
        async with store.transaction() as tx:
            await tx.postpone_task("task-1", until=NOW + timedelta(minutes=minutes))
    first, second = await store.tasks()
    assert (first.id, first.attempts, first.not_before) == ("task-1", 2, NOW + timedelta(minutes=2))
    assert second == task("task-2")


async def test_a_task_done_or_unknown_cannot_be_postponed_or_settled_again(store: Store) -> None:
    await _queue(store, task("task-1"))
    for _ in range(2):
        async with store.transaction() as tx:
            await tx.settle_task("task-1")
            await tx.postpone_task("task-1", until=NOW)
            await tx.settle_task("unknown")
            await tx.postpone_task("unknown", until=NOW)
    assert await store.tasks() == ()


async def test_a_card_is_left_out_while_an_untried_one_of_its_lane_waits(store: Store) -> None:
    await _queue(store, card("card-1", not_before=NOW), task("task-1"))
    await _queue(store, card("card-2"), card("card-3", lane="another"), task("task-2"))
    assert [waiting.id for waiting in await store.tasks()] == ["card-1", "task-1", "card-3", "task-2"]


async def test_a_card_is_queued_behind_one_that_was_tried_or_done(store: Store) -> None:
    await _queue(store, card("card-1"))
    async with store.transaction() as tx:
        await tx.postpone_task("card-1", until=NOW)
        await tx.queue([card("card-2")])
    assert [waiting.id for waiting in await store.tasks()] == ["card-1", "card-2"]
    async with store.transaction() as tx:
        await tx.settle_task("card-1")
        await tx.settle_task("card-2")
        await tx.queue([card("card-3")])
    assert [waiting.id for waiting in await store.tasks()] == ["card-3"]


def _rows(action: Action, *named: tuple[str, str]) -> list[Task]:
    return [Task(id=id, lane=lane, action=action) for id, lane in named]


ONCE = [action for action in some_of_each() if type(action) in SHOWN_ONCE]
EACH = [action for action in some_of_each() if type(action) not in SHOWN_ONCE]


@pytest.mark.parametrize("action", ONCE, ids=lambda action: type(action).__name__)
async def test_of_what_says_all_there_is_one_waits_untried_in_a_lane(store: Store, action: Action) -> None:
    await _queue(store, *_rows(action, ("task-1", STREAM), ("task-2", STREAM), ("task-3", "another")))
    assert [waiting.id for waiting in await store.tasks()] == ["task-1", "task-3"]


@pytest.mark.parametrize("action", EACH, ids=lambda action: type(action).__name__)
async def test_two_tasks_of_any_other_kind_wait_side_by_side(store: Store, action: Action) -> None:
    await _queue(store, *_rows(action, ("task-1", STREAM), ("task-2", STREAM)))
    assert len(await store.tasks()) == 2


# --- vault and sealed events --------------------------------------------------------------------------------


async def test_the_vault_gives_back_what_was_put_last(store: Vault) -> None:
    assert await store.get("token") is None
    await store.put("token", b"one")
    await store.put("token", b"\x00\xfftwo")
    await store.put("device", b"")
    assert (await store.get("token"), await store.get("device")) == (b"\x00\xfftwo", b"")


async def test_the_vault_gives_back_together_what_has_names_alike_and_drops_one(store: Vault) -> None:
    for name in ("a:1", "a:2", "ab", "b:1"):
        await store.put(name, name.encode())
    assert await store.named("a:") == {"a:1": b"a:1", "a:2": b"a:2"}
    await store.drop("a:1")
    await store.drop("never kept")
    assert await store.named("a:") == {"a:2": b"a:2"}
    assert await store.get("a:1") is None
    assert await store.named("%") == {}


async def test_sealed_events_wait_in_order_until_they_are_forgotten(store: SealedEvents) -> None:
    assert await store.all() == ()
    await store.keep(sealed(1))
    await store.keep(sealed(2))
    await store.keep(sealed(1, answered=True))
    assert await store.all() == (sealed(1, answered=True), sealed(2))
    await store.forget(sealed(1).id)
    await store.forget(sealed(1).id)
    assert await store.all() == (sealed(2),)


async def test_a_sealed_event_comes_back_whole(store: SealedEvents) -> None:
    event = replace(sealed(answered=True), sender=ALICE, raw='{"\\ud800":"é"}')
    await store.keep(event)
    assert await store.all() == (event,)
