"""A database, and machines beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.config import State
from bot.store.opening import open_alone
from bot.store.sqlite import SqliteStore
from tests.databases import Postgres, state_in
from tests.store.samples import STREAM, input_id, note, notes

KEY = bytes(range(32))


@dataclass(frozen=True, slots=True)
class Beside:
    """A database, and machines beside it."""

    server: Postgres
    address: str
    place: Path

    def machine(self, name: str = "first", key: bytes = KEY) -> State:
        return state_in(self.place / name, key, self.address)

    def tell(self, statement: str) -> list[tuple[object, ...]]:
        return self.server.tell(statement, self.address)

    def save(self) -> None:
        """Keep the database as it is, as a dump does."""
        for table in ("rows", "head"):
            self.tell(f"DROP TABLE IF EXISTS saved_{table}; CREATE TABLE saved_{table} AS TABLE cellule_{table}")

    def bring_back(self) -> None:
        """Bring back what was saved."""
        for table in ("rows", "head"):
            self.tell(f"DELETE FROM cellule_{table}; INSERT INTO cellule_{table} TABLE saved_{table}")


async def write(kept: State, *texts: str) -> None:
    async with open_alone(kept) as store:
        await append(store, *texts)


async def append(store: SqliteStore, *texts: str) -> None:
    for text in texts:
        async with store.transaction() as tx:
            await tx.append(STREAM, [note(text)], input=input_id(), device=None)


async def texts(kept: State) -> list[str]:
    async with open_alone(kept) as store:
        assert await store.verify() == ()
        return notes(await store.history(STREAM))
