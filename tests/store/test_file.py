"""What is special about the encrypted file: the key, the chain under tampering, and what lies on the disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.ports import Batch, ChainBrokenError
from bot.store.connection import STATE_FILE, open_database
from bot.store.errors import NewerStoreError, StorageFailedError, WrongKeyError
from bot.store.sqlite import SqliteStore, open_store
from tests.store.conftest import KEY
from tests.store.files import fill, make_state_file, opened_from_outside
from tests.store.samples import PHONE, STREAM, input_id, message, note, task

OTHER_KEY = bytes(32)


# --- opening ------------------------------------------------------------------------------------------------


async def test_everything_is_there_after_reopening(folder: Path) -> None:
    async with await open_store(folder, KEY) as store:
        await fill(store)
        await store.receive(Batch(events=(message(),), token="s1"))
        await store.put("name", b"value")
        async with store.transaction() as tx:
            await tx.queue([task()])
    async with await open_store(folder, KEY) as store:
        assert len(await store.history(STREAM)) == 3
        assert await store.waiting() == (message(),)
        assert await store.sync_token() == "s1"
        assert await store.tasks() == (task(),)
        assert await store.get("name") == b"value"


async def test_another_key_is_refused_and_the_right_one_still_opens(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with await open_store(folder, KEY) as store:
        await fill(store)
    with pytest.raises(WrongKeyError, match=r"state\.key_file") as refused:
        await open_store(folder, OTHER_KEY)
    assert OTHER_KEY.hex() not in str(refused.value)
    assert capfd.readouterr() == ("", "")
    async with await open_store(folder, KEY) as store:
        assert len(await store.history(STREAM)) == 3


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
async def test_a_key_of_another_length_is_refused(folder: Path, length: int) -> None:
    with pytest.raises(WrongKeyError, match=f"{length} bytes instead of 32"):
        await open_store(folder, bytes(length))


async def test_a_file_that_is_no_database_is_refused(folder: Path) -> None:
    make_state_file(folder, b"not a database" * 1000)
    with pytest.raises(WrongKeyError):
        await open_store(folder, KEY)


async def test_a_file_of_a_newer_version_is_refused_and_left_alone(folder: Path) -> None:
    async with await open_store(folder, KEY):
        pass
    with opened_from_outside(folder) as outside:
        outside.execute("PRAGMA user_version = 999")
    with pytest.raises(NewerStoreError, match="999"):
        await open_store(folder, KEY)
    with opened_from_outside(folder) as outside:
        assert outside.execute("PRAGMA user_version").fetchone() == (999,)


async def test_the_folder_is_free_again_after_a_refused_opening(folder: Path) -> None:
    async with await open_store(folder, KEY):
        pass
    with pytest.raises(WrongKeyError):
        await open_store(folder, OTHER_KEY)
    async with await open_store(folder, KEY):
        pass


async def test_the_file_is_written_with_care(folder: Path) -> None:
    make_state_file(folder)
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2}
    database = await open_database(folder / STATE_FILE, KEY)
    try:
        found = await database.read(
            lambda connection: {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
        )
    finally:
        await database.close()
    assert found == wanted


# --- faults -------------------------------------------------------------------------------------------------


async def test_a_fault_of_the_file_is_told_in_our_words(sqlite_store: SqliteStore, folder: Path) -> None:
    with opened_from_outside(folder) as outside:
        outside.execute("DROP TABLE vault")
    with pytest.raises(StorageFailedError, match=r"SQLITE_ERROR.*disk"):
        await sqlite_store.get("name")


async def test_a_damaged_page_is_told_in_our_words(folder: Path) -> None:
    async with await open_store(folder, KEY) as store:
        for number in range(20):
            await store.put(f"name-{number}", bytes(4000))
    path = folder / STATE_FILE
    damaged = bytearray(path.read_bytes())
    for place in range(4096, len(damaged), 4096):
        damaged[place + 100] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(StorageFailedError):
        await _read_all(folder)


async def _read_all(folder: Path) -> None:
    async with await open_store(folder, KEY) as store:
        await store.get("name-7")


async def test_a_fault_while_the_schema_is_brought_up_to_date_is_told_in_our_words(folder: Path) -> None:
    async with await open_store(folder, KEY):
        pass
    with opened_from_outside(folder) as outside:
        outside.execute("DROP TABLE inbox")
        outside.execute("CREATE VIEW inbox AS SELECT 1 AS number")
        outside.execute("PRAGMA user_version = 0")
    with pytest.raises(StorageFailedError):
        await open_store(folder, KEY)


async def test_a_fault_in_the_middle_of_a_commit_rolls_all_of_it_back(sqlite_store: SqliteStore, folder: Path) -> None:
    with opened_from_outside(folder) as outside:
        outside.execute("ALTER TABLE outbox RENAME TO gone")
    with pytest.raises(StorageFailedError):
        await _append_and_queue(sqlite_store)
    with opened_from_outside(folder) as outside:
        outside.execute("ALTER TABLE gone RENAME TO outbox")
    assert await sqlite_store.history(STREAM) == ()
    await _append_and_queue(sqlite_store)
    assert len(await sqlite_store.history(STREAM)) == 1


async def _append_and_queue(store: SqliteStore) -> None:
    async with store.transaction() as tx:
        await tx.append(STREAM, [note()], input=input_id(), device=PHONE)
        await tx.queue([task()])


# --- tampering ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE facts SET body = replace(body, 'two', 'TWO') WHERE number = 2",
        "UPDATE facts SET kind = 'Closed' WHERE number = 2",
        "UPDATE facts SET input = '$another' WHERE number = 1",
        "UPDATE facts SET device = 'LAPTOP' WHERE number = 3",
        "UPDATE facts SET device = NULL WHERE number = 3",
        "UPDATE facts SET digest = zeroblob(32) WHERE number = 3",
        "UPDATE facts SET number = number + 1 WHERE number = 3",
        "DELETE FROM facts WHERE number = 1",
        "DELETE FROM facts WHERE number = 2",
        "UPDATE facts SET stream = 'incident-0'",
    ],
)
async def test_a_fact_changed_from_outside_is_found(sqlite_store: SqliteStore, folder: Path, change: str) -> None:
    await fill(sqlite_store)
    await fill(sqlite_store, "untouched")
    assert await sqlite_store.verify() == ()
    with opened_from_outside(folder) as outside:
        outside.execute(f"{change} AND stream = ?" if "WHERE" in change else f"{change} WHERE stream = ?", (STREAM,))
    (broken,) = await sqlite_store.verify()
    assert broken != "untouched"
    with pytest.raises(ChainBrokenError, match="outside"):
        await sqlite_store.history(broken)
    assert len(await sqlite_store.history("untouched")) == 3


async def test_the_last_facts_alone_are_checked_too(sqlite_store: SqliteStore, folder: Path) -> None:
    await fill(sqlite_store)
    with opened_from_outside(folder) as outside:
        outside.execute("UPDATE facts SET body = replace(body, 'three', 'THREE')")
    with pytest.raises(ChainBrokenError):
        await sqlite_store.history(STREAM, last=1)


async def test_the_last_facts_without_the_one_before_are_refused(sqlite_store: SqliteStore, folder: Path) -> None:
    await fill(sqlite_store)
    with opened_from_outside(folder) as outside:
        outside.execute("DELETE FROM facts WHERE number = 2")
    with pytest.raises(ChainBrokenError):
        await sqlite_store.history(STREAM, last=1)


# --- waiting -----------------------------------------------------------------------------------------------


async def test_closing_waits_for_what_was_begun(folder: Path) -> None:
    async with await open_store(folder, KEY) as store:
        writing = asyncio.create_task(fill(store))
        await asyncio.sleep(0)
    await writing
    async with await open_store(folder, KEY) as store:
        assert len(await store.history(STREAM)) == 3


async def test_a_caller_cancelled_during_the_commit_leaves_all_or_nothing(sqlite_store: SqliteStore) -> None:
    """The commit is one unit of the file's thread: a cancelled caller cannot stop it halfway."""
    for turns in range(12):
        stream = f"incident-{turns}"
        writing = asyncio.create_task(fill(sqlite_store, stream))
        for _ in range(turns):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        assert len(await sqlite_store.history(stream)) in {0, 3}
    await fill(sqlite_store, "after")
    assert await sqlite_store.verify() == ()
