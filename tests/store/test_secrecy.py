"""Nothing in the state folder, the log or a printed object gives a word, an id or the key away."""

from __future__ import annotations

import logging
from base64 import b64encode
from pathlib import Path

import pytest

from bot.core.names import EventId, InputId, UserId
from bot.ports import Batch
from bot.store.connection import STATE_FILE
from bot.store.sqlite import SqliteStore, open_store
from tests.store.conftest import KEY
from tests.store.files import fill, make_state_file, modes, opened_from_outside
from tests.store.samples import ALICE, PHONE, ROOM, STREAM, input_id, message, note, sealed, task

PLANTED = "planted-word-xyzzy"


async def test_no_file_holds_a_word_an_id_or_the_key_in_clear(folder: Path) -> None:
    async with await open_store(folder, KEY) as store:
        await plant(store)
        assert_nothing_in_clear(folder)
        await forget(store)
        assert_nothing_in_clear(folder)
    assert_nothing_in_clear(folder)


async def plant(store: SqliteStore) -> None:
    await store.receive(Batch(events=(message(body=PLANTED),), token=PLANTED))
    await store.put("access-token", PLANTED.encode())
    await store.keep(sealed())
    async with store.transaction() as tx:
        await tx.append(STREAM, [note(PLANTED * 1000)], input=input_id(), device=PHONE)
        await tx.queue([task(body=PLANTED)])


async def forget(store: SqliteStore) -> None:
    await store.forget(sealed().id)
    async with store.transaction() as tx:
        await tx.settle_input(InputId(message().id))
        await tx.settle_task(task().id)


def assert_nothing_in_clear(folder: Path) -> None:
    secrets = [PLANTED, ROOM, ALICE, UserId("example.org"), EventId("$event-1"), KEY.hex()]
    needles = [secret.encode() for secret in secrets] + [KEY, b"SQLite format", b"CREATE TABLE"]
    # As a file is written into its row, wherever in a group of three the word begins.
    needles += [b64encode(b"." * shift + PLANTED.encode())[4:-4] for shift in range(3)]
    paths = list(folder.rglob("*"))
    assert {path.name for path in paths} >= {STATE_FILE, "lock"}
    for path in paths:
        content = path.read_bytes()
        assert not [needle for needle in needles if needle in content or needle in path.name.encode()]


async def test_what_was_applied_or_done_leaves_its_id_and_no_text(sqlite_store: SqliteStore, folder: Path) -> None:
    await plant(sqlite_store)
    await forget(sqlite_store)
    with opened_from_outside(folder) as outside:
        assert outside.execute("SELECT id, kind, body, applied FROM inbox").fetchall() == [("$event-1", "", None, 1)]
        assert outside.execute("SELECT id, lane, kind, body, done FROM outbox").fetchall() == [
            ("task-1", "", "", None, 1)
        ]


async def test_files_and_folder_are_closed_to_other_users(sqlite_store: SqliteStore, folder: Path) -> None:
    await fill(sqlite_store)
    files = dict.fromkeys((STATE_FILE, f"{STATE_FILE}-wal", f"{STATE_FILE}-shm", "lock"), 0o600)
    assert modes(folder) == {folder.name: 0o700} | files


async def test_a_folder_and_a_file_left_open_by_somebody_are_closed(folder: Path) -> None:
    make_state_file(folder)
    async with await open_store(folder, KEY):
        found = modes(folder)
    assert (found[folder.name], found[STATE_FILE]) == (0o700, 0o600)


async def test_the_log_says_neither_key_nor_content_even_at_debug(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with await open_store(folder, KEY) as store:
        await plant(store)
        await store.history(STREAM)
        await forget(store)
    assert "executing" in caplog.text
    for secret in (PLANTED, ROOM, ALICE, KEY.hex(), repr(KEY)):
        assert secret not in caplog.text


async def test_nothing_that_can_be_printed_holds_the_key(sqlite_store: SqliteStore) -> None:
    printed = repr(sqlite_store) + repr(vars(sqlite_store)) + repr(vars(sqlite_store._database))
    assert KEY.hex() not in printed
    assert repr(KEY) not in printed
