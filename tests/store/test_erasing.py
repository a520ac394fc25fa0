"""What is taken out of the store: gone from every answer, and from every page of the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.facts import Closed, Fact, PurgeCause, Purged
from bot.core.names import EventId, RoomId
from bot.ports import Batch, Incoming, Message
from bot.store.connection import STATE_FILE
from bot.store.pages import PAGE, pages, standing
from bot.store.sqlite import SqliteStore
from tests.store.conftest import KEY, WholeStore
from tests.store.samples import ALICE, NOW, PHONE, ROOM, STREAM, input_id, message, note, sealed, task, unreadable

OTHER_ROOM, OTHER = RoomId("!other:example.org"), "incident-2"
SECRET = "Quetzalcoatlus over the host"
LONG = "\n".join(f"{SECRET} {number} é" for number in range(2_000))
PURGED = Purged(at=NOW, cause=PurgeCause.OPERATOR, entries=3, head="ab")


async def fill(store: WholeStore) -> None:
    async with store.transaction() as tx:
        for stream in (STREAM, OTHER):
            closing = Closed(at=NOW, by=ALICE, summary="over")
            facts: list[Fact] = [note(f"{SECRET} in {stream}"), note(LONG), closing]
            await tx.append(stream, facts, input=input_id(), device=PHONE)
        await tx.queue(
            [
                task("lane", body=SECRET),
                task("room", lane="!direct:example.org"),
                task("elsewhere", lane=OTHER, room=OTHER_ROOM),
            ]
        )
    here, there = message(1, SECRET), replace(message(2, "!status"), room=OTHER_ROOM)
    await store.receive(Batch(events=(here, unreadable(3), there), token="t"))
    for waiting in (here, there):
        await store.keep(replace(sealed(), id=EventId(waiting.id), room=waiting.room, raw=f'"{SECRET}"'))


async def purge(store: WholeStore) -> None:
    records = await store.history(STREAM)
    async with store.transaction() as tx:
        await tx.rewrite(STREAM, (records[2], replace(records[2], number=4, fact=PURGED)))
        await tx.forget_room(ROOM, lane=STREAM)


# --- the contract -----------------------------------------------------------------------------------------------


async def test_a_stream_is_chained_anew_and_the_others_stay_as_they_were(store: WholeStore) -> None:
    await fill(store)
    other = await store.history(OTHER)
    await purge(store)
    left = await store.history(STREAM)
    assert [(record.number, type(record.fact)) for record in left] == [(1, Closed), (2, Purged)]
    assert {(record.input, record.device) for record in left} == {(input_id(), PHONE)}
    assert await store.history(OTHER) == other
    async with store.transaction() as tx:
        await tx.append(STREAM, [note("after")], input=input_id(9), device=None)
    assert len(await store.history(STREAM)) == 3


def room_of(event: Incoming) -> RoomId:
    assert isinstance(event, Message)
    return event.room


async def test_what_waits_in_the_room_is_forgotten_and_never_comes_again(store: WholeStore) -> None:
    await fill(store)
    await purge(store)
    assert [room_of(event) for event in await store.waiting()] == [OTHER_ROOM]
    assert [sealed.room for sealed in await store.all()] == [OTHER_ROOM]
    assert [left.id for left in await store.tasks()] == ["elsewhere"]
    await store.receive(Batch(events=(message(1, SECRET),), token="u"))
    async with store.transaction() as tx:
        await tx.queue([task("lane")])
        assert not await tx.settle_input(input_id(1))
    assert [room_of(event) for event in await store.waiting()] == [OTHER_ROOM]
    assert [left.id for left in await store.tasks()] == ["elsewhere"]


async def test_a_purge_that_fails_leaves_everything(store: WholeStore) -> None:
    await fill(store)
    before = await store.history(STREAM)

    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.rewrite(STREAM, ())
            await tx.forget_room(ROOM, lane=STREAM)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await store.history(STREAM) == before
    assert (len(await store.waiting()), len(await store.all()), len(await store.tasks())) == (3, 2, 3)


# --- the file ---------------------------------------------------------------------------------------------------


async def test_the_pages_are_those_sqlite_wrote(sqlite_store: SqliteStore, folder: Path) -> None:
    await fill(sqlite_store)
    found = list(pages(folder / STATE_FILE, KEY))
    assert len(found) > 30
    assert {len(page) for page in found} <= {PAGE - 80, PAGE - 80 - 16}
    assert standing(folder / STATE_FILE, KEY, {SECRET, "Archaeopteryx"}) == {SECRET}
    assert standing(folder / STATE_FILE, bytes(32), {SECRET}) == frozenset()


async def test_what_was_deleted_stands_in_free_pages_or_the_journal_until_the_file_is_made_compact(
    sqlite_store: SqliteStore, folder: Path
) -> None:
    """So the look at the pages would find it; and afterwards it finds nothing."""
    await fill(sqlite_store)
    sought = await sqlite_store.texts(STREAM)
    assert {f"{SECRET} in {STREAM}", f"{SECRET} 1999 \\u00e9"} <= sought
    await purge(sqlite_store)
    gone = sought - await sqlite_store.kept(sought)
    assert f"{SECRET} in {STREAM}" in gone
    assert f"{SECRET} 7 \\u00e9" not in gone, "the other incident says it too"
    assert standing(folder / STATE_FILE, KEY, gone)
    await sqlite_store.compact()
    assert standing(folder / STATE_FILE, KEY, gone) == frozenset()
    assert standing(folder / STATE_FILE, KEY, {f"{SECRET} in {OTHER}"})
    assert (folder / f"{STATE_FILE}-wal").stat().st_size == 0
    assert await sqlite_store.verify() == ()


@pytest.mark.parametrize("text", ["short", "x" * 7])
async def test_texts_that_stand_anywhere_are_not_looked_for(sqlite_store: SqliteStore, text: str) -> None:
    async with sqlite_store.transaction() as tx:
        await tx.append(STREAM, [note(text), note("y" * 100)], input=input_id(), device=None)
    assert {line for line in await sqlite_store.texts(STREAM) if line[0] in "sxy"} == {"y" * 60}
