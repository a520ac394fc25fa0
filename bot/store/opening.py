"""The state opened, whichever keeps it: the encrypted file of a folder, or a database beside the folder's copy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from bot.config import State
from bot.host.disk import refuse_full
from bot.ports import Turn
from bot.store.connection import STATE_FILE, Database
from bot.store.errors import DatabaseRefusedError, StateInUseError
from bot.store.lock import lock_folder
from bot.store.postgres.beginning import COPY_FILE, Place, open_replica
from bot.store.postgres.elapsed import elapsed_s
from bot.store.postgres.replica import Replica
from bot.store.postgres.sealing import Seal
from bot.store.sqlite import SqliteStore, open_store


class OpenState:
    """A state that is open, but not ours to use before `lead` returned."""

    def __init__(self, store: SqliteStore, replica: Replica | None) -> None:
        self.store = store
        self._replica = replica
        self._leads = False
        self._since = elapsed_s()

    @property
    def marks(self) -> Replica | None:
        """How far it has come; None where nobody else can bring it back to an older day."""
        return self._replica

    def turn(self) -> Turn:
        """Return whose turn it is to speak."""
        return Turn(
            stands_by=not self._leads,
            role_seconds=elapsed_s() - self._since,
            seconds_since_database=None if self._replica is None else self._replica.silent_s,
        )

    async def lead(self, *, waits: bool = True) -> bool:
        """Return once the state is ours alone; False when it is another machine's, and nobody *waits*."""
        if self._replica is None or await self._replica.lead(waits=waits):
            self._leads, self._since = True, elapsed_s()
        return self._leads

    def held(self) -> AbstractAsyncContextManager[None]:
        """Keep it ours meanwhile."""
        return nullcontext() if self._replica is None else self._replica.held()

    async def hold(self) -> None:
        """Keep it ours, until cancelled. Raises CannotKeepError when it is not ours any more."""
        if self._replica is None:
            await asyncio.Event().wait()
        else:
            await self._replica.hold()


@asynccontextmanager
async def open_state(kept: State, *, begins: bool = True) -> AsyncIterator[OpenState]:
    """Open the state in its folder, or in its database with a copy in that folder, where one is *begun* if need be.

    Raises what `open_store` does, and `open_replica`.
    """
    if kept.database is None:
        async with await open_store(kept.folder, kept.key.reveal()) as store:
            yield OpenState(store, None)
    else:
        async with locked(kept.folder), opened_replica(place_of(kept, begins=begins)) as replica:
            yield OpenState(SqliteStore(replica.database, None), replica)


@asynccontextmanager
async def open_alone(kept: State, *, begins: bool = True) -> AsyncIterator[SqliteStore]:
    """Open the state for a command, while no bot uses it. Raises what `open_state` does, and StateInUseError."""
    async with open_state(kept, begins=begins) as state:
        if not await state.lead(waits=False):
            raise StateInUseError("keeping.database.in_use")
        async with state.held():
            yield state.store


@asynccontextmanager
async def open_copy(kept: State, folder: Path) -> AsyncIterator[Database]:
    """Open what the database has, loaded anew into the empty *folder*. Whoever uses it goes on, and sees nothing.

    Raises what `open_replica` does, and NothingKeptError when no state was begun.
    """
    async with locked(folder), opened_replica(place_of(kept, folder, begins=False)) as replica:
        yield replica.database


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[None]:
    """Keep a folder ours alone. Raises StateInUseError, or DiskError when it cannot be written."""
    lock = await asyncio.to_thread(lock_folder, folder)
    try:
        await asyncio.to_thread(refuse_full, folder)
        yield
    finally:
        lock.release()


@asynccontextmanager
async def opened_replica(place: Place) -> AsyncIterator[Replica]:
    """Open the working copy of a folder that is ours, to the end of the block. Raises what `open_replica` does."""
    replica = await open_replica(place)
    try:
        yield replica
    finally:
        await replica.close()


def place_of(kept: State, folder: Path | None = None, *, begins: bool = True, moves: bool = False) -> Place:
    """Return where the database is, with a copy in *folder*. Raises DatabaseRefusedError when none is configured."""
    address, key = address_of(kept), kept.key.reveal()
    return Place(folder=folder or kept.folder, key=key, address=address, begins=begins, moves=moves)


def address_of(kept: State) -> str:
    """Return the address of the database. Raises DatabaseRefusedError when none is configured."""
    if kept.database is None:
        raise DatabaseRefusedError("keeping.database.none_configured")
    return kept.database.reveal()


def is_begun(kept: State) -> bool:
    """Say whether a state may be there: a database tells when it is opened. Blocks."""
    return kept.database is not None or (kept.folder / STATE_FILE).exists()


def file_of(kept: State) -> tuple[Path, bytes]:
    """Return the file on this machine in which all is kept, and its key."""
    key = kept.key.reveal()
    return (kept.folder / STATE_FILE, key) if kept.database is None else (kept.folder / COPY_FILE, Seal(key).copy_key)
