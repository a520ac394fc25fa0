"""What openings have in common is kept once: found again, bound by the chain, gone with the last one that names it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.chain import Entry, genesis, link
from bot.core.clocks.lengths import Elapsed
from bot.core.facts import Opened, PurgeCause, Purged
from bot.core.names import IncidentId
from bot.ports import ChainBrokenError
from bot.store.codec import decode_fact, encode, encode_fact
from bot.store.connection import STATE_FILE
from bot.store.errors import UnreadableError
from bot.store.pages import standing
from bot.store.sqlite import SqliteStore
from tests.store.conftest import KEY
from tests.store.files import opened_from_outside
from tests.store.samples import NOW, PHONE, STREAM, input_id, note, opened_with

OTHER = IncidentId("incident-2")
OPENED = opened_with(Elapsed(hours=72))
OTHER_OPENED = replace(OPENED, incident=OTHER, title="Another")
PARTS = 3
ACTION = "Couper le r\\u00e9seau."
"""Words of the frozen playbook, as the file has them."""
PURGED = Purged(at=NOW, cause=PurgeCause.OPERATOR, entries=1, head="ab")


async def open_both(store: SqliteStore) -> None:
    async with store.transaction() as tx:
        for opened in (OPENED, OTHER_OPENED):
            await tx.append(opened.incident, [opened, note()], input=input_id(), device=PHONE)


async def opening_of(store: SqliteStore, stream: str) -> Opened:
    fact = (await store.history(stream))[0].fact
    assert isinstance(fact, Opened)
    return fact


def parts_in(folder: Path) -> dict[str, str]:
    with opened_from_outside(folder) as outside:
        return dict(outside.execute("SELECT digest, body FROM parts").fetchall())


async def take_out(store: SqliteStore, stream: str) -> None:
    records = await store.history(stream)
    async with store.transaction() as tx:
        await tx.rewrite(stream, (replace(records[1], number=3, fact=PURGED),))
    await store.compact()


async def test_two_openings_keep_their_playbook_once_and_share_it(sqlite_store: SqliteStore, folder: Path) -> None:
    await open_both(sqlite_store)
    one, other = await opening_of(sqlite_store, STREAM), await opening_of(sqlite_store, OTHER)
    assert (one, other) == (OPENED, OTHER_OPENED)
    assert one.playbook is other.playbook
    assert one.rules is other.rules
    assert len(parts_in(folder)) == PARTS
    with opened_from_outside(folder) as outside:
        (bodies,) = outside.execute("SELECT sum(length(body)) FROM facts").fetchone()
    assert bodies < len(encode(OPENED))


async def test_another_playbook_is_another_part(sqlite_store: SqliteStore, folder: Path) -> None:
    await open_both(sqlite_store)
    newer = replace(OPENED, incident=IncidentId("incident-3"), playbook=replace(OPENED.playbook, version="2"))
    async with sqlite_store.transaction() as tx:
        await tx.append(newer.incident, [newer], input=input_id(3), device=PHONE)
    assert len(parts_in(folder)) == PARTS + 1
    assert (await opening_of(sqlite_store, "incident-3")).playbook.version == "2"
    assert (await opening_of(sqlite_store, STREAM)).playbook.version == "1"


async def test_an_opening_of_before_there_were_parts_is_read_and_shares_them(
    sqlite_store: SqliteStore, folder: Path
) -> None:
    await open_both(sqlite_store)
    stream, body = "incident-0", encode(replace(OPENED, incident=IncidentId("incident-0")))
    digest = link(genesis(stream), Entry(number=1, input="$old", device=None, kind="Opened", body=body))
    with opened_from_outside(folder) as outside:
        outside.execute("INSERT INTO facts VALUES (?, 1, 'Opened', ?, '$old', NULL, ?)", (stream, body, digest))
    assert await sqlite_store.verify() == ()
    old = await opening_of(sqlite_store, stream)
    assert old == replace(OPENED, incident=IncidentId(stream))
    assert old.playbook is (await opening_of(sqlite_store, STREAM)).playbook
    assert ACTION in await sqlite_store.texts(stream)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE parts SET body = replace(body, 'Couper', 'Payer')",
        "DELETE FROM parts WHERE body LIKE '%Couper%'",
        "UPDATE parts SET digest = 'x' || digest",
    ],
)
async def test_a_part_changed_from_outside_is_found(sqlite_store: SqliteStore, folder: Path, change: str) -> None:
    await open_both(sqlite_store)
    assert await sqlite_store.verify() == ()
    await opening_of(sqlite_store, STREAM)
    with opened_from_outside(folder) as outside:
        outside.execute(change)
    assert await sqlite_store.verify() == (STREAM, OTHER)
    with pytest.raises(ChainBrokenError, match="from outside"):
        await sqlite_store.history(STREAM)


async def test_an_opening_cannot_be_made_to_name_another_part(sqlite_store: SqliteStore, folder: Path) -> None:
    await open_both(sqlite_store)
    body, parts = encode_fact(OPENED)
    playbook = next(digest for digest, part in parts.items() if "Couper" in part)
    with opened_from_outside(folder) as outside:
        changed = (body.replace(playbook, "0" * 64), STREAM)
        outside.execute("UPDATE facts SET body = ? WHERE stream = ? AND number = 1", changed)
    assert await sqlite_store.verify() == (STREAM,)


async def test_a_part_goes_with_the_last_opening_that_names_it(sqlite_store: SqliteStore, folder: Path) -> None:
    await open_both(sqlite_store)
    sought = await sqlite_store.texts(STREAM)
    assert ACTION in sought
    await take_out(sqlite_store, STREAM)
    assert len(parts_in(folder)) == PARTS
    assert ACTION in await sqlite_store.kept(sought)
    await take_out(sqlite_store, OTHER)
    assert parts_in(folder) == {}
    # Not the name of the stream: a record of it stays.
    gone = sought - await sqlite_store.kept(sought) - {STREAM}
    assert ACTION in gone
    assert standing(folder / STATE_FILE, KEY, gone) == frozenset()


async def test_a_purge_that_keeps_the_opening_keeps_its_parts(sqlite_store: SqliteStore, folder: Path) -> None:
    await open_both(sqlite_store)
    records = await sqlite_store.history(STREAM)
    async with sqlite_store.transaction() as tx:
        await tx.rewrite(STREAM, (replace(records[0], fact=replace(OPENED, title="")),))
    assert len(parts_in(folder)) == PARTS
    assert (await opening_of(sqlite_store, STREAM)).playbook == OPENED.playbook
    assert await sqlite_store.verify() == ()


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"playbook":"a"}'])
def test_a_broken_opening_is_refused(body: str) -> None:
    with pytest.raises(UnreadableError, match="Opened"):
        decode_fact("Opened", body, dict[str, str]().__getitem__)
