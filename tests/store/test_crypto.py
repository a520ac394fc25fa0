"""Keys go to the file with whatever is written next: durable before all that came after them, and never by halves."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.ports import Batch, CryptoKind, CryptoRow
from bot.store.errors import StorageFailedError
from bot.store.sqlite import SqliteStore, open_store
from tests.store.conftest import KEY
from tests.store.files import opened_from_outside
from tests.store.samples import PHONE, STREAM, input_id, message, note

SCOPE = "CELLULE"


def put(store: SqliteStore, body: str, name: str = "session") -> None:
    store.crypto.put(CryptoRow(CryptoKind.SESSION, SCOPE, name, body))


async def on_its_way(store: SqliteStore) -> asyncio.Future[None]:
    """Begin a write, which takes along what is put, and return before it is done."""
    writing = asyncio.ensure_future(store.put("name", b"value"))
    await asyncio.sleep(0)
    return writing


def durable(folder: Path) -> list[str]:
    """Return what another process reads in the file now."""
    with opened_from_outside(folder, KEY) as connection:
        return [body for (body,) in connection.execute("SELECT body FROM crypto ORDER BY number")]


async def test_nothing_is_written_until_something_is(sqlite_store: SqliteStore, folder: Path) -> None:
    put(sqlite_store, "first")
    assert durable(folder) == []
    await sqlite_store.crypto.settle()
    assert durable(folder) == ["first"]


async def test_every_kind_of_write_takes_them_along(sqlite_store: SqliteStore, folder: Path) -> None:
    put(sqlite_store, "with a batch")
    await sqlite_store.receive(Batch(events=(message(),), token="token"))
    assert durable(folder) == ["with a batch"]
    put(sqlite_store, "with facts")
    async with sqlite_store.transaction() as tx:
        await tx.append(STREAM, [note()], input=input_id(), device=PHONE)
        assert durable(folder) == ["with a batch"]
    assert durable(folder) == ["with facts"]
    put(sqlite_store, "with a secret")
    await sqlite_store.put("name", b"value")
    assert durable(folder) == ["with a secret"]


async def test_what_is_put_while_a_write_is_on_its_way_goes_with_the_next(
    sqlite_store: SqliteStore, folder: Path
) -> None:
    put(sqlite_store, "first")
    first = await on_its_way(sqlite_store)
    put(sqlite_store, "second")
    await first
    await sqlite_store.crypto.settle()
    assert durable(folder) == ["second"]


async def test_who_waits_waits_for_what_is_on_its_way_too(sqlite_store: SqliteStore, folder: Path) -> None:
    put(sqlite_store, "first")
    writing = await on_its_way(sqlite_store)
    await sqlite_store.crypto.settle()
    assert writing.done()
    assert durable(folder) == ["first"]
    await writing


async def test_what_a_failed_write_took_along_goes_with_the_next(sqlite_store: SqliteStore, folder: Path) -> None:
    with opened_from_outside(folder, KEY) as connection:
        connection.execute("ALTER TABLE vault RENAME TO away")
    put(sqlite_store, "kept")
    put(sqlite_store, "other", "other")
    with pytest.raises(StorageFailedError):
        await sqlite_store.put("name", b"value")
    assert durable(folder) == []
    put(sqlite_store, "newer")
    await sqlite_store.crypto.settle()
    assert durable(folder) == ["newer", "other"]


async def test_what_came_since_a_failed_write_undoes_what_it_took_along(
    sqlite_store: SqliteStore, folder: Path
) -> None:
    with opened_from_outside(folder, KEY) as connection:
        connection.execute("ALTER TABLE vault RENAME TO away")
    for name in ("dropped", "put again", "of the scope"):
        put(sqlite_store, "old", name)
    failing = await on_its_way(sqlite_store)
    sqlite_store.crypto.drop(CryptoKind.SESSION, SCOPE, "dropped")
    sqlite_store.crypto.drop_scope(CryptoKind.SESSION, SCOPE)
    put(sqlite_store, "new", "put again")
    with pytest.raises(StorageFailedError):
        await failing
    put(sqlite_store, "newest", "put again")
    await sqlite_store.crypto.settle()
    assert durable(folder) == ["newest"]


async def test_a_caller_that_is_cancelled_costs_no_key(sqlite_store: SqliteStore, folder: Path) -> None:
    put(sqlite_store, "kept")
    writing = await on_its_way(sqlite_store)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await sqlite_store.crypto.settle()
    assert durable(folder) == ["kept"]


async def test_they_are_there_after_a_restart(folder: Path) -> None:
    async with await open_store(folder, KEY) as store:
        put(store, "kept")
        await store.crypto.settle()
        put(store, "never waited for")
    async with await open_store(folder, KEY) as store:
        assert [row.body for row in (await store.crypto.load(CryptoKind.SESSION))[CryptoKind.SESSION]] == ["kept"]
