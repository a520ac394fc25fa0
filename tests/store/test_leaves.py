"""The record of a stream: every fact has a place, and its hash stays there whatever is erased."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.facts import CheckpointPosted, Closed, Noted, Opened, PurgeCause, Purged
from bot.core.record.leaves import leaf_of
from bot.core.record.tree import Tree
from bot.store.codec import decode_fact
from bot.store.migrate import apply, migrate, migrations
from bot.store.sqlite import SqliteStore
from bot.store.tables import leaves
from tests.core.build import OPENED
from tests.store.conftest import WholeStore
from tests.store.files import opened_from_outside
from tests.store.samples import ALICE, NOW, PHONE, STREAM, input_id, note

SECRET = "Quetzalcoatlus over the host"
CLOSED = Closed(at=NOW, by=ALICE, summary=SECRET)
SEALED = CheckpointPosted(at=NOW, number=1, size=2, line="x", stamp=b"\x00\x01")
PURGED = Purged(at=NOW, cause=PurgeCause.OPERATOR, entries=4, head="ab")
LEAVES = 7
"""The migration with which facts have places."""


async def fill(store: WholeStore) -> None:
    async with store.transaction() as tx:
        await tx.append(STREAM, [note(SECRET), note("two"), SEALED, CLOSED], input=input_id(), device=PHONE)


async def purge(store: WholeStore) -> None:
    """Keep the checkpoint, empty the closing, drop the notes."""
    records = await store.history(STREAM)
    emptied = replace(records[3], fact=replace(CLOSED, summary=""))
    added = replace(records[3], number=5, fact=PURGED, device=None)
    async with store.transaction() as tx:
        await tx.rewrite(STREAM, (records[2], emptied, added))


async def test_every_fact_has_a_leaf_and_they_are_all_different(store: WholeStore) -> None:
    await fill(store)
    found = await store.leaves(STREAM)
    assert len(set(found)) == len(found) == 4
    assert await store.leaves("nobody") == ()


async def test_the_tree_goes_on_after_a_purge_where_it_ended_before(store: WholeStore) -> None:
    await fill(store)
    before = await store.leaves(STREAM)
    await purge(store)
    after = await store.leaves(STREAM)
    assert after[:4] == before
    assert len(after) == 5
    assert Tree(after).root(4) == Tree(before).root()
    assert [record.number for record in await store.history(STREAM)] == [1, 2, 3]
    async with store.transaction() as tx:
        await tx.append(STREAM, [note("after")], input=input_id(9), device=None)
    assert (await store.leaves(STREAM))[:5] == after


async def test_the_record_is_read_back_with_what_was_not_erased(store: WholeStore) -> None:
    await fill(store)
    whole = await store.written(STREAM)
    assert [place.leaf for place in whole.places] == list(await store.leaves(STREAM))
    assert list(whole.facts.values()) == [record.fact for record in await store.history(STREAM)]
    await purge(store)
    left = await store.written(STREAM)
    assert [place.leaf for place in left.places] == list(await store.leaves(STREAM))
    assert left.facts == {3: SEALED, 5: PURGED}
    assert [entry.fact for entry in left.entries()] == [None, None, SEALED, None, PURGED]
    assert (left.named, left.parts) == ({}, {})
    assert (await store.written("nobody")).places == ()


async def test_what_openings_have_in_common_is_read_with_them(sqlite_store: SqliteStore) -> None:
    async with sqlite_store.transaction() as tx:
        await tx.append(STREAM, [OPENED], input=input_id(), device=PHONE)
    found = await sqlite_store.written(STREAM)
    assert found.facts == {1: OPENED}
    assert set(found.named[1]) == set(found.parts)
    assert found.parts


# --- the file ---------------------------------------------------------------------------------------------------


async def test_a_place_has_the_fact_as_it_is_kept_and_the_salt_that_gives_its_leaf(sqlite_store: SqliteStore) -> None:
    await fill(sqlite_store)
    places = await sqlite_store.places(STREAM)
    assert [place.number for place in places] == [1, 2, 3, 4]
    assert len({place.salt for place in places}) == 4
    for place in places:
        assert place.entry is not None
        assert place.entry.number == place.number
        assert place.leaf == leaf_of(STREAM, place.entry, place.salt)


async def test_after_a_purge_only_what_reads_as_it_did_is_shown(sqlite_store: SqliteStore) -> None:
    await fill(sqlite_store)
    before = await sqlite_store.places(STREAM)
    await purge(sqlite_store)
    after = await sqlite_store.places(STREAM)
    assert [place.number for place in after if place.entry] == [3, 5]
    assert after[2] == before[2], "also its number in the record"
    assert [(place.leaf, place.salt) for place in after[:2]] == [(place.leaf, b"") for place in before[:2]]
    assert await sqlite_store.verify() == ()


async def test_the_salt_of_what_was_erased_is_gone(sqlite_store: SqliteStore, folder: Path) -> None:
    await fill(sqlite_store)
    await purge(sqlite_store)
    with opened_from_outside(folder) as outside:
        kept = outside.execute("SELECT place, fact, salt IS NULL FROM leaves ORDER BY place").fetchall()
    assert kept == [(1, None, 1), (2, None, 1), (3, 1, 0), (4, None, 1), (5, 3, 0)]


async def test_a_second_erasure_leaves_what_the_first_did(sqlite_store: SqliteStore) -> None:
    """As in the record of a parent, from which the calls to one organisation after the other go."""
    async with sqlite_store.transaction() as tx:
        await tx.append(STREAM, [note("a"), note("b"), note("c")], input=input_id(), device=PHONE)
    before = await sqlite_store.leaves(STREAM)
    for number, gone in ((3, 0), (3, 0)):
        records = await sqlite_store.history(STREAM)
        stay = [record for place, record in enumerate(records) if place != gone]
        added = replace(records[-1], number=number + 1, fact=note(f"erased {number}"))
        async with sqlite_store.transaction() as tx:
            await tx.rewrite(STREAM, (*stay, added))
    places = await sqlite_store.places(STREAM)
    assert [place.entry is not None for place in places] == [False, False, True, True, True]
    assert tuple(place.leaf for place in places[:3]) == before
    assert places[2].entry is not None
    assert isinstance(decode_fact(places[2].entry.kind, places[2].entry.body), Noted)
    assert await sqlite_store.verify() == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE leaves SET salt = zeroblob(16) WHERE place = 2",
        "UPDATE leaves SET leaf = zeroblob(32) WHERE place = 2",
        "UPDATE leaves SET fact = 1 WHERE place = 2",
    ],
)
async def test_a_place_changed_from_outside_is_found(sqlite_store: SqliteStore, folder: Path, change: str) -> None:
    await fill(sqlite_store)
    with opened_from_outside(folder) as outside:
        outside.execute(change)
    assert await sqlite_store.verify() == (STREAM,)


# --- facts of before --------------------------------------------------------------------------------------------


def test_facts_of_before_get_places_whose_leaves_stay_the_same() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for migration in (known for known in migrations() if known.number < LEAVES):
        apply(connection, migration)
    row = "INSERT INTO facts VALUES (?, ?, 'Noted', ?, '$1', NULL, x'00')"
    for number in (1, 2):
        connection.execute(row, (STREAM, number, f'{{"text":"{number}"}}'))
    migrate(connection)
    first = leaves.leaves(connection, STREAM)
    assert len(set(first)) == 2
    migrate(connection)
    for migration in migrations():
        apply(connection, migration)
    assert leaves.leaves(connection, STREAM) == first
    assert [place.entry is not None for place in leaves.places(connection, STREAM)] == [True, True]
    assert leaves.is_whole(connection, STREAM)
    connection.close()


def test_what_a_fact_is_called_here_is_what_the_verifiers_read() -> None:
    assert (Opened.__name__, CheckpointPosted.__name__) == ("Opened", "CheckpointPosted")
