"""One contract for facts, transactions and inbox, in memory and in the encrypted file."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.chain import Entry, genesis, link
from bot.core.facts import ControlRoomReady
from bot.ports import DESK, Batch, Store, Task
from bot.store.codec import encode
from tests.store.samples import (
    NOW,
    PHONE,
    ROOM,
    STREAM,
    input_id,
    membership,
    message,
    note,
    task,
    unreadable,
)


class _Fault(Exception):
    pass


async def _append(store: Store, *texts: str, stream: str = STREAM) -> None:
    async with store.transaction() as tx:
        await tx.append(stream, [note(text) for text in texts], input=input_id(), device=PHONE)


async def _queue(store: Store, *tasks: Task) -> None:
    async with store.transaction() as tx:
        await tx.queue(tasks)


async def _settle_input(store: Store, number: int = 1) -> bool:
    async with store.transaction() as tx:
        return await tx.settle_input(input_id(number))


async def _receive_and_fail(store: Store, batch: Batch) -> None:
    async with store.transaction() as tx:
        await tx.receive(batch)
        raise _Fault


async def _do_everything_and_fail(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.settle_input(input_id())
        await tx.append(STREAM, [note()], input=input_id(), device=PHONE)
        await tx.settle_task("kept")
        await tx.queue([task("new")])
        raise _Fault


# --- facts --------------------------------------------------------------------------------------------------


async def test_a_stream_without_facts_is_empty(store: Store) -> None:
    assert await store.history(STREAM) == ()
    assert await store.history(STREAM, last=3) == ()
    assert await store.streams() == ()


async def test_facts_come_back_in_order_with_what_caused_them(store: Store) -> None:
    await _append(store, "one", "two")
    await _append(store, "three")
    history = await store.history(STREAM)
    assert [(recorded.number, recorded.fact) for recorded in history] == [
        (1, note("one")),
        (2, note("two")),
        (3, note("three")),
    ]
    assert {(recorded.input, recorded.device) for recorded in history} == {(input_id(), PHONE)}


async def test_each_fact_is_chained_to_the_one_before(store: Store) -> None:
    await _append(store, "one", "two")
    before = genesis(STREAM)
    for recorded in await store.history(STREAM):
        body = encode(recorded.fact)
        entry = Entry(number=recorded.number, input=input_id(), device=PHONE, kind="Noted", body=body)
        before = link(before, entry)
        assert recorded.digest == before.hex()


@pytest.mark.parametrize(
    ("last", "texts"), [(0, []), (1, ["three"]), (2, ["two", "three"]), (9, ["one", "two", "three"])]
)
async def test_the_last_facts_of_a_stream_can_be_read_alone(store: Store, last: int, texts: list[str]) -> None:
    await _append(store, "one", "two", "three")
    assert [recorded.fact for recorded in await store.history(STREAM, last=last)] == [note(text) for text in texts]


@pytest.mark.parametrize(
    ("last", "until", "texts"), [(None, 2, ["one", "two"]), (1, 2, ["two"]), (2, 9, ["two", "three"]), (5, 0, [])]
)
async def test_the_facts_up_to_a_number_can_be_read_alone(
    store: Store, last: int | None, until: int, texts: list[str]
) -> None:
    await _append(store, "one", "two", "three")
    found = await store.history(STREAM, last=last, until=until)
    assert [recorded.fact for recorded in found] == [note(text) for text in texts]


async def test_streams_are_apart(store: Store) -> None:
    await _append(store, "one", stream="incident-2")
    async with store.transaction() as tx:
        await tx.append(DESK, [ControlRoomReady(at=NOW, room=ROOM)], input=input_id(2), device=None)
    assert set(await store.streams()) == {DESK, "incident-2"}
    (recorded,) = await store.history(DESK)
    assert recorded.fact == ControlRoomReady(at=NOW, room=ROOM)
    assert (recorded.number, recorded.device) == (1, None)


@pytest.mark.parametrize("text", ["", "é — 日本語 🜁", "\x00 and \ud800 and \u202e", "x" * 100_000, '"}]\\'])
async def test_a_text_of_any_length_and_script_is_kept_exactly(store: Store, text: str) -> None:
    await _append(store, text)
    assert (await store.history(STREAM))[0].fact == note(text)


# --- transactions -------------------------------------------------------------------------------------------


async def test_an_exception_inside_rolls_all_of_it_back(store: Store) -> None:
    await store.receive(Batch(events=(message(),), token="s1"))
    await _queue(store, task("kept"))
    with pytest.raises(_Fault):
        await _do_everything_and_fail(store)
    assert await store.waiting() == (message(),)
    assert await store.tasks() == (task("kept"),)
    assert await store.streams() == ()
    assert await _settle_input(store)


async def test_a_cancelled_transaction_leaves_nothing_and_the_next_one_works(store: Store) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with store.transaction() as tx:
            await tx.append(STREAM, [note("half")], input=input_id(), device=PHONE)
            inside.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await inside.wait()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    await _append(store, "whole")
    assert [recorded.fact for recorded in await store.history(STREAM)] == [note("whole")]


async def test_two_transactions_do_not_mix(store: Store) -> None:
    first_is_in = asyncio.Event()
    second_waits = asyncio.Event()

    async def first() -> None:
        async with store.transaction() as tx:
            await tx.append(STREAM, [note("lost")], input=input_id(1), device=PHONE)
            first_is_in.set()
            await second_waits.wait()
            raise _Fault

    async def second() -> None:
        await first_is_in.wait()
        second_waits.set()
        async with store.transaction() as tx:
            await tx.append(STREAM, [note("kept")], input=input_id(2), device=PHONE)

    results = await asyncio.gather(first(), second(), return_exceptions=True)
    assert isinstance(results[0], _Fault)
    assert [recorded.fact for recorded in await store.history(STREAM)] == [note("kept")]


async def test_what_a_transaction_did_is_not_seen_before_its_end(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.append(STREAM, [note()], input=input_id(), device=PHONE)
        await tx.queue([task()])
        assert (await store.history(STREAM), await store.tasks()) == ((), ())
    assert len(await store.history(STREAM)) == 1


async def test_an_empty_transaction_changes_nothing(store: Store) -> None:
    async with store.transaction():
        pass
    assert await store.streams() == ()


async def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    await asyncio.gather(*(_append(store, str(number)) for number in range(20)))
    history = await store.history(STREAM)
    assert [recorded.number for recorded in history] == list(range(1, 21))


# --- inbox --------------------------------------------------------------------------------------------------


async def test_before_the_first_batch_there_is_no_token(store: Store) -> None:
    assert await store.sync_token() is None
    assert await store.waiting() == ()


async def test_a_batch_is_kept_with_its_token(store: Store) -> None:
    events = (message(), unreadable(), membership())
    await store.receive(Batch(events=events, token="s1"))
    await store.receive(Batch(events=(message(2),), token="s2"))
    assert await store.waiting() == (*events, message(2))
    assert await store.sync_token() == "s2"


async def test_an_empty_batch_moves_the_token(store: Store) -> None:
    await store.receive(Batch(events=(), token="s1"))
    assert (await store.sync_token(), await store.waiting()) == ("s1", ())


async def test_when_the_homeserver_was_heard_last_is_kept_with_its_batch(store: Store) -> None:
    assert await store.heard_at() is None
    await store.receive(Batch(events=(), token="s1", heard_at=NOW))
    await store.receive(Batch(events=(message(),), token="s1"))
    assert await store.heard_at() == NOW


async def test_a_batch_can_be_kept_with_all_that_it_leads_to_or_not_at_all(store: Store) -> None:
    batch = Batch(events=(message(1), message(2)), token="s1", heard_at=NOW)
    with pytest.raises(_Fault):
        await _receive_and_fail(store, batch)
    assert (await store.sync_token(), await store.waiting()) == (None, ())
    async with store.transaction() as tx:
        await tx.receive(batch)
        assert await tx.settle_input(input_id(1))
        await tx.queue([task("answer")])
    assert (await store.sync_token(), await store.heard_at()) == ("s1", NOW)
    assert await store.waiting() == (message(2),)
    assert not await _settle_input(store, 1)
    assert await store.tasks() == (task("answer"),)


async def test_an_event_seen_before_is_dropped_whether_it_waits_or_was_applied(store: Store) -> None:
    await store.receive(Batch(events=(message(), message(body="another text")), token="s1"))
    await store.receive(Batch(events=(message(),), token="s2"))
    assert await store.waiting() == (message(),)
    assert await _settle_input(store)
    await store.receive(Batch(events=(message(),), token="s3"))
    assert await store.waiting() == ()


async def test_an_input_is_applied_once(store: Store) -> None:
    await store.receive(Batch(events=(message(1), message(2)), token="s1"))
    assert await _settle_input(store, 1)
    assert not await _settle_input(store, 1)
    assert await store.waiting() == (message(2),)


async def test_an_input_that_was_never_received_is_applied_once_too(store: Store) -> None:
    assert await _settle_input(store, 7)
    assert not await _settle_input(store, 7)


async def test_an_input_settled_twice_in_one_transaction_counts_once(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.settle_input(input_id())
        assert not await tx.settle_input(input_id())
