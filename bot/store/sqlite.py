"""The ports Store, Vault and SealedEvents over one encrypted file."""

from __future__ import annotations

import sqlite3
from asyncio import Lock, to_thread
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.core.facts import DeskFact, Fact, Recorded
from bot.core.names import DeviceId, EventId, InputId, RoomId
from bot.core.record.leaves import Place
from bot.core.report.entries import Written
from bot.host.disk import refuse_full
from bot.ports import Batch, Incoming, Received, Sealed, Spoken, Task
from bot.store.codec import encode
from bot.store.connection import STATE_FILE, Database, change_key, open_database
from bot.store.former_keys import take_over
from bot.store.lock import FolderLock, lock_folder
from bot.store.tables import erasing, inbox, outbox, vault
from bot.store.tables import facts as timeline
from bot.store.tables import leaves as record
from bot.store.tables import spoken as said
from bot.store.tables.crypto import CryptoTable
from bot.store.writing import as_written, read_record


class SqliteTransaction:
    """Collects changes and hands them over together at its end; until then the file knows nothing of them.

    What it reads stays true until then, because transactions wait for each other.
    """

    def __init__(self, database: Database, crypto: CryptoTable) -> None:
        self._database = database
        self._crypto = crypto
        self._changes: list[Callable[[sqlite3.Connection], None]] = []
        self._settled: set[InputId] = set()

    async def append(
        self, stream: str, facts: Sequence[Fact | DeskFact], *, input: InputId, device: DeviceId | None
    ) -> None:
        """Add facts to the end of *stream*, each chained to the one before."""
        new = timeline.addition(stream, facts, input=input, device=device)
        self._changes.append(lambda connection: timeline.append(connection, new))

    async def rewrite(self, stream: str, records: Sequence[Recorded[Fact | DeskFact]]) -> None:
        """Put *records* in the place of all facts of *stream*, chained anew; in its record every place stays."""
        new = tuple(
            (
                record.number,
                timeline.addition(stream, (record.fact,), input=record.input, device=record.device),
                record.fact,
            )
            for record in records
        )
        self._changes.append(lambda connection: erasing.rewrite(connection, stream, new))

    async def forget_room(self, room: RoomId, *, lane: str) -> None:
        """Forget what came from *room* and waits, what we said there, and what is still to be done there or in *lane*.

        What was said elsewhere about the incident *lane* is forgotten too.
        """
        self._changes.append(lambda connection: erasing.forget_room(connection, room, lane))

    async def leave_server(self, *, keep: Collection[str]) -> None:
        """Forget all but the facts, their record, and what the vault has under the names *keep*: the server is gone."""
        self._changes.append(lambda connection: erasing.leave_server(connection, keep))

    async def queue(self, tasks: Sequence[Task]) -> None:
        """Add outbox rows, but none twice, and of what is shown once no second untried one of a lane."""
        new = outbox.encoded(tasks)
        self._changes.append(lambda connection: outbox.queue(connection, new))

    async def receive(self, batch: Batch) -> Received:
        """Keep a batch's events and its token with all the rest."""
        rows = inbox.rows(batch.events)
        found = await self._database.read(lambda connection: inbox.sort(connection, rows))
        self._changes.append(lambda connection: inbox.keep(connection, found.kept, batch.token, batch.heard_at))
        return found.received

    async def settle_input(self, id: InputId) -> bool:
        """Mark an input as applied and forget its text. False if it was applied before."""
        if id in self._settled or await self._database.read(lambda connection: inbox.is_applied(connection, id)):
            return False
        self._settled.add(id)
        self._changes.append(lambda connection: inbox.apply(connection, id))
        return True

    async def settle_task(self, id: str) -> None:
        """Mark an outbox row as done and forget its content."""
        self._changes.append(lambda connection: outbox.settle(connection, id))

    async def postpone_task(self, id: str, *, until: datetime) -> None:
        """Count a failed attempt and let the row rest."""
        self._changes.append(lambda connection: outbox.postpone(connection, id, until))

    async def keep_spoken(self, spoken: Spoken) -> None:
        """Keep what a message of ours is about; the oldest of the room may go."""
        row, unclear = said.row(spoken), said.row(replace(spoken, about=(), poll=None))
        self._changes.append(lambda connection: said.keep(connection, row, unclear))

    async def commit(self) -> None:
        """Write everything collected: all or nothing, durable on return."""
        if self._changes:
            await self._crypto.write(self._write)

    def _write(self, connection: sqlite3.Connection) -> None:
        for change in self._changes:
            change(connection)


class SqliteStore:
    """Everything that must survive, in the state folder."""

    def __init__(self, database: Database, lock: FolderLock | None) -> None:
        """*lock* is let go of at the end, if there is one."""
        self._database = database
        self.crypto = CryptoTable(database)
        """What the encryption machine keeps; every write takes its changes along."""
        self._lock = lock
        self._turn = Lock()

    # --- Store ---

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteTransaction]:
        """Open a transaction; an exception inside leaves everything as it was."""
        async with self._turn:
            transaction = SqliteTransaction(self._database, self.crypto)
            yield transaction
            await transaction.commit()

    async def receive(self, batch: Batch) -> Received:
        """Keep a batch's events and its token in one transaction; events ever seen before are dropped."""
        rows = inbox.rows(batch.events)

        def kept(connection: sqlite3.Connection) -> Received:
            found = inbox.sort(connection, rows)
            inbox.keep(connection, found.kept, batch.token, batch.heard_at)
            return found.received

        async with self._turn:
            return await self.crypto.write(kept)

    async def sync_token(self) -> str | None:
        """Return the token of the last batch received, or None before the first."""
        return await self._database.read(inbox.token)

    async def heard_at(self) -> datetime | None:
        """Return when the homeserver was heard last, or None before the first time."""
        return await self._database.read(inbox.heard_at)

    async def waiting(self) -> tuple[Incoming, ...]:
        """Return events not yet applied, oldest first."""
        return await self._database.read(inbox.waiting)

    async def streams(self) -> tuple[str, ...]:
        """Return the name of every stream that has facts."""
        return await self._database.read(timeline.streams)

    async def history(
        self, stream: str, *, last: int | None = None, until: int | None = None
    ) -> tuple[Recorded[Fact | DeskFact], ...]:
        """Return the facts of *stream*, or its *last* ones, oldest first; with *until*, up to that number.

        Raises ChainBrokenError.
        """
        return await self._database.read(lambda connection: timeline.history(connection, stream, last, until))

    async def leaves(self, stream: str) -> tuple[bytes, ...]:
        """Return the leaves of the record of *stream*: the hash at each place, erased or not."""
        return await self._database.read(lambda connection: record.leaves(connection, stream))

    async def places(self, stream: str) -> tuple[Place, ...]:
        """Return the places of the record of *stream*, with what was not erased."""
        return await self._database.read(lambda connection: record.places(connection, stream))

    async def written(self, stream: str) -> Written:
        """Return the record of *stream* with all that can still be read of it. Raises ChainBrokenError."""
        places, kept = await self._database.read(lambda connection: read_record(connection, stream))
        return await to_thread(as_written, places, kept)

    async def tasks(self) -> tuple[Task, ...]:
        """Return outbox rows not done, oldest first."""
        return await self._database.read(outbox.open_tasks)

    async def spoken(self, room: RoomId, event: EventId) -> Spoken | None:
        """Return our message *event* of *room*; None when it is not ours, of another room, or was dropped."""
        return await self._database.read(lambda connection: said.find(connection, room, event))

    async def last_of_guide(self, room: RoomId, thread: EventId | None) -> Spoken | None:
        """Return the newest message of a guide there, be it its end; None when there was none."""
        return await self._database.read(lambda connection: said.last_of_guide(connection, room, thread))

    async def open_polls(self, room: RoomId) -> tuple[Spoken, ...]:
        """Return the newest polls of *room* that are not over, newest first."""
        return await self._database.read(lambda connection: said.open_polls(connection, room))

    async def compact(self) -> None:
        """Write the file anew without its free pages, and empty the journal."""
        await self._database.read(erasing.compact)
        if (elsewhere := self._database.elsewhere) is not None:
            await to_thread(elsewhere.compact)

    async def texts(self, stream: str) -> frozenset[str]:
        """Return the lines of text in *stream*, as they are written in the file: what a purge is to take out."""
        return await self._database.read(lambda connection: erasing.texts(connection, stream))

    async def kept(self, texts: frozenset[str]) -> frozenset[str]:
        """Return those of *texts* that stand in a row of what is kept."""
        return await self._database.read(lambda connection: erasing.kept(connection, texts))

    async def verify(self) -> tuple[str, ...]:
        """Check the chain of every stream and return the names of the broken ones: none when all is well."""
        names = await self.streams()
        # One visit each: a long file does not keep the bot from writing meanwhile.
        return tuple([name for name in names if not await self._is_whole(name)])

    # --- Vault ---

    async def get(self, name: str) -> bytes | None:
        """Return what was put under *name*, or None."""
        return await self._database.read(lambda connection: vault.get(connection, name))

    async def put(self, name: str, value: bytes) -> None:
        """Keep *value* under *name*, durable on return."""
        await self.crypto.write(lambda connection: vault.put(connection, name, value))

    async def named(self, prefix: str) -> Mapping[str, bytes]:
        """Return everything whose name begins with *prefix*."""
        return await self._database.read(lambda connection: vault.named(connection, prefix))

    async def drop(self, name: str) -> None:
        """Forget *name*; nothing happens if nothing is kept under it."""
        await self.crypto.write(lambda connection: vault.drop(connection, name))

    # --- SealedEvents ---

    async def keep(self, sealed: Sealed) -> None:
        """Keep it, or replace what is kept under its id."""
        body = encode(sealed)
        await self.crypto.write(lambda connection: vault.keep(connection, sealed.id, body))

    async def forget(self, id: EventId) -> None:
        """Drop it; nothing happens if it is not kept."""
        await self.crypto.write(lambda connection: vault.forget(connection, id))

    async def all(self) -> tuple[Sealed, ...]:
        """Return all that wait, oldest first."""
        return await self._database.read(vault.sealed)

    # --- life ---

    async def change_key(self, key: bytes) -> None:
        """Encrypt the file anew, under *key*. A stop in between may cost the file: work on a copy."""
        await self._database.read(lambda connection: change_key(connection, key))

    async def close(self) -> None:
        """Finish what was begun, close the file and let go of the folder."""
        try:
            await self._database.close()
        finally:
            if self._lock is not None:
                self._lock.release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _is_whole(self, stream: str) -> bool:
        return await self._database.read(lambda connection: timeline.is_whole(connection, stream))


async def open_store(folder: Path, key: bytes) -> SqliteStore:
    """Open the state in *folder*, made if it is missing; to be closed, or used with `async with`.

    Raises:
        StateInUseError: another process holds the folder.
        WrongKeyError: the key does not open the file, or is not 32 bytes long.
        NewerStoreError: a newer version wrote the file.
        DiskError: the folder is full, read-only or somebody else's.
    """
    lock = lock_folder(folder)
    try:
        refuse_full(folder)
        store = SqliteStore(await open_database(folder / STATE_FILE, key), lock)
    except BaseException:
        lock.release()
        raise
    try:
        await take_over(store.crypto, folder, key)
    except BaseException:
        await store.close()
        raise
    return store
