from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.sqlite import SqliteStore, open_store
from tests.fakes.store import MemoryStore

KEY = bytes(range(32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
async def sqlite_store(folder: Path) -> AsyncIterator[SqliteStore]:
    async with await open_store(folder, KEY) as store:
        yield store


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[MemoryStore | SqliteStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    async with await open_store(folder, KEY) as opened:
        yield opened
