from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from bot.ports import CryptoRows, SealedEvents, Store, Vault
from bot.store.sqlite import SqliteStore, open_store
from tests.fakes.store import MemoryStore

KEY = bytes(range(32))


class WholeStore(Store, Vault, SealedEvents, Protocol):
    """All that is kept, behind one object."""

    @property
    def crypto(self) -> CryptoRows:
        """What the encryption machine keeps."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
async def sqlite_store(folder: Path) -> AsyncIterator[SqliteStore]:
    async with await open_store(folder, KEY) as store:
        yield store


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[WholeStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    async with await open_store(folder, KEY) as opened:
        yield opened
