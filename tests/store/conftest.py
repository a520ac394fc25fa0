from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from bot.ports import CryptoRows, Records, SealedEvents, Store, Vault
from bot.store.attached import tables_of
from bot.store.opening import open_alone, open_state
from bot.store.sqlite import SqliteStore, open_store
from tests.databases import Postgres, database_server, state_in
from tests.fakes.store import MemoryStore
from tests.store.beside import KEY, Beside

__all__ = ["KEY", "database_server"]


class WholeStore(Store, Records, Vault, SealedEvents, Protocol):
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


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[WholeStore]:
    match request.param:
        case "memory":
            yield MemoryStore()
        case "sqlite":
            async with await open_store(folder, KEY) as opened:
                yield opened
        case _:
            address = request.getfixturevalue("database_server").new_state()
            async with open_alone(state_in(folder, KEY, address)) as opened:
                yield opened
                await _is_followed(opened, folder.parent / "another", address)


async def _is_followed(store: SqliteStore, folder: Path, address: str) -> None:
    """See that another machine has every row, whatever the test did."""
    async with open_state(state_in(folder, KEY, address)) as another:
        assert await another.store._database.read(rows_of) == await store._database.read(rows_of)


def rows_of(connection: sqlite3.Connection) -> dict[str, set[tuple[object, ...]]]:
    """Return every row of every table."""
    return {table: set(connection.execute(f"SELECT * FROM {table}")) for table in tables_of(connection)}


@pytest.fixture
def beside(database_server: Postgres, tmp_path: Path) -> Beside:
    return Beside(database_server, database_server.new_state(), tmp_path)
