"""A state opened to read a record from it, whether a bot uses it or not."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.cli.record.errors import RecordRefusedError
from bot.config import Config, State
from bot.papers.record.keys import RecordKey
from bot.service.upkeep.sealing import RECORD_KEY, record_key
from bot.store.connection import STATE_FILE, copy_file
from bot.store.errors import StateInUseError
from bot.store.opening import is_begun, open_alone, open_copy
from bot.store.sqlite import SqliteStore, open_store


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[tuple[SqliteStore, RecordKey]]:
    """Open what is kept, or a copy of it where a bot uses it, with the key of the records.

    Raises:
        RecordRefusedError: nothing is kept, or a bot of an earlier version, which has no key, uses it.
        StoreError: the state cannot be read.
    """
    kept = config.state
    if not await asyncio.to_thread(is_begun, kept):
        raise RecordRefusedError("purging.nothing_kept", folder=kept.folder)
    try:
        async with open_alone(kept, begins=False) as store:
            yield store, await record_key(store)
            return
    except StateInUseError:
        pass
    with tempfile.TemporaryDirectory(prefix="cellule-record-") as place:
        async with _copied(kept, Path(place)) as store:
            # Made in the copy, it would be no key of the bot's.
            if await store.get(RECORD_KEY) is None:
                raise RecordRefusedError("recording.no_key")
            yield store, await record_key(store)


@asynccontextmanager
async def _copied(kept: State, place: Path) -> AsyncIterator[SqliteStore]:
    if kept.database is not None:
        async with open_copy(kept, place) as database:
            yield SqliteStore(database, None)
        return
    key = kept.key.reveal()
    await asyncio.to_thread(copy_file, kept.folder / STATE_FILE, key.hex(), place / STATE_FILE)
    async with await open_store(place, key) as store:
        yield store
