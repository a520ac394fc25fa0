"""A process killed with SIGKILL loses nothing that it confirmed, leaves nothing half done, and frees the folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.ports import CryptoKind
from bot.store.errors import StateInUseError
from bot.store.lock import lock_folder
from bot.store.sqlite import open_store
from tests.store.conftest import KEY
from tests.store.samples import STREAM, notes

ROOT = Path(__file__).parents[2]


@contextmanager
def writing(folder: Path, start: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.store.writer", str(folder), str(start)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def confirm(process: subprocess.Popen[str], count: int) -> None:
    assert process.stdout is not None
    for _ in range(count):
        assert process.stdout.readline().strip()


def kill_and_read_the_rest(process: subprocess.Popen[str]) -> int:
    """Return the last number the process confirmed; a line cut in two was not read as one."""
    process.kill()
    assert process.stdout is not None
    lines = process.stdout.read().splitlines(keepends=True)
    process.wait()
    whole = [int(line) for line in lines if line.endswith("\n")]
    return whole[-1] if whole else -1


@pytest.mark.slow
async def test_what_was_confirmed_survives_sigkill_and_nothing_is_half_done(folder: Path) -> None:
    done = 0
    for confirmed_before_the_kill in (1, 7, 40, 3, 120):
        with writing(folder, done + 1) as process:
            confirm(process, 1 + confirmed_before_the_kill)
            last = max(kill_and_read_the_rest(process), done + confirmed_before_the_kill)
        async with await open_store(folder, KEY) as store:
            assert await store.verify() == ()
            history = await store.history(STREAM)
            numbers = [int(text.split()[0]) for text in notes(history)]
            (task,) = await store.tasks()
            (account,) = (await store.crypto.load(CryptoKind.ACCOUNT))[CryptoKind.ACCOUNT]
        done = numbers[-1]
        # One more than confirmed may be in: committed, killed before it could say so.
        assert done in {last, last + 1}
        assert numbers == [number for number in range(1, done + 1) for _ in "ab"]
        assert task.id == f"task-{done}"
        assert account.body == str(done), "what is kept of a key and what came of it are one"


def test_a_second_process_is_refused_and_gets_the_folder_after_sigkill(folder: Path) -> None:
    with writing(folder, 1) as process:
        confirm(process, 1)
        with pytest.raises(StateInUseError, match="stop it first"):
            lock_folder(folder)
        process.kill()
        process.wait()
    lock_folder(folder).release()


async def test_the_same_process_is_refused_a_second_time_too(folder: Path) -> None:
    async with await open_store(folder, KEY):
        with pytest.raises(StateInUseError):
            await open_store(folder, KEY)
    async with await open_store(folder, KEY):
        pass


def test_releasing_twice_is_harmless(folder: Path) -> None:
    lock = lock_folder(folder)
    lock.release()
    lock.release()
    lock_folder(folder).release()
