"""A backup opened as the state of a bot on another homeserver: what happened and who we are, and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.backup.archive import Manifest
from bot.backup.restoring import open_backup
from bot.core.facts import HouseRelocated, Relocated
from bot.core.incident import Incident, Status
from bot.core.names import InputId, UserId
from bot.matrix.account.seeds import SEEDS
from bot.ports import DESK
from bot.service.books import Books
from bot.service.tasks import incident_tasks
from bot.service.upkeep.sealing import RECORD_KEY
from bot.store.connection import STATE_FILE
from bot.store.lock import LOCK_FILE
from bot.store.sqlite import SqliteStore, open_store

_ORIGIN = "relocated-from"
_WHO_WE_ARE = (SEEDS, RECORD_KEY)
"""What people know us by, in rooms and in records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocation:
    """What came out of a backup."""

    manifest: Manifest
    incidents: int
    """How many are open and go on."""
    organisations: int
    """How many of them are those of a cascade: their rooms are not made anew."""
    people: frozenset[UserId]
    """Who was in the others: somebody may come in their place."""


async def relocate(source: Path, recovery_key: bytes, place: Path, key: bytes, now: datetime) -> Relocation:
    """Fill the new folder *place* from *source*, encrypted under *key*: a login on any homeserver goes on with it.

    Raises:
        RecoveryError: it cannot be opened.
        NewerStoreError: a newer version made it.
    """
    await asyncio.to_thread(place.mkdir, mode=0o700)
    opened = await open_backup(source, recovery_key, place, key)
    async with await open_store(place, key) as store:
        books = await Books.load(store)
        lasting = tuple(incident for incident in books.incidents() if incident.purged_at is None)
        await _write(store, lasting, now)
        await store.put(_ORIGIN, await asyncio.to_thread(_digest, source))
        await store.compact()
    await asyncio.to_thread((place / LOCK_FILE).unlink)
    going_on = [incident for incident in lasting if incident.status is not Status.CLOSED]
    own = [incident for incident in going_on if incident.parent is None]
    return Relocation(
        manifest=opened.manifest,
        incidents=len(going_on),
        organisations=len(going_on) - len(own),
        people=frozenset(user for incident in own for user in (*incident.roster, *incident.behind)),
    )


async def came_from(source: Path, place: Path, key: bytes) -> bool:
    """Say whether the state in *place* was filled from *source*. Raises StoreError, or OSError of the source."""
    if not (place / STATE_FILE).exists():
        return False
    async with await open_store(place, key) as store:
        kept = await store.get(_ORIGIN)
    return kept == await asyncio.to_thread(_digest, source)


async def _write(store: SqliteStore, incidents: Iterable[Incident], now: datetime) -> None:
    """Leave the homeserver, in one transaction: the rows that make the rooms anew wait for the first start."""
    async with store.transaction() as tx:
        await tx.leave_server(keep=_WHO_WE_ARE)
        for incident in incidents:
            fact, input = Relocated(at=now), InputId(f"relocated:{incident.id}:{now.isoformat()}")
            await tx.append(incident.id, (fact,), input=input, device=None)
            await tx.queue(incident_tasks(input, incident, (fact,), None, now))
        of_house = InputId(f"relocated:{DESK}:{now.isoformat()}")
        await tx.append(DESK, (HouseRelocated(at=now),), input=of_house, device=None)


def _digest(source: Path) -> bytes:
    with source.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()
