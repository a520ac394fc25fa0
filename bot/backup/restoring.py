"""A backup opened in a folder of its own, brought under another state key, and then moved into place."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.backup.archive import Manifest, unpack
from bot.backup.errors import DamagedBackupError, RecoveryError, RecoveryFailedError
from bot.core.names import UserId
from bot.matrix.account.session import LOGIN, Login
from bot.matrix.guard.crypto_store import holds, rest_sessions
from bot.store.connection import STATE_FILE
from bot.store.lock import LOCK_FILE, lock_folder
from bot.store.sqlite import open_store

_DRAFT = ".restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came out of a backup."""

    manifest: Manifest
    streams: int
    """How many chains of facts, each verified."""


async def restore(source: Path, recovery_key: bytes, folder: Path, key: bytes, user: UserId) -> Restored:
    """Fill the empty state *folder* from *source*, encrypted anew under *key*.

    Raises:
        RecoveryError: it cannot be, and nothing was written.
        StateInUseError: another process holds the folder.
        NewerStoreError: a newer version made the backup.
    """
    lock = await asyncio.to_thread(lock_folder, folder)
    draft = folder / _DRAFT
    try:
        await asyncio.to_thread(_make_room, folder, draft)
        restored = await open_backup(source, recovery_key, draft, key)
        if restored.manifest.user != user:
            raise RecoveryError("saving.another_account")
        await asyncio.to_thread(_move_in, draft, folder)
    except OSError as refused:
        raise RecoveryFailedError("saving.not_restored", folder=folder, why=refused.strerror) from None
    finally:
        await asyncio.to_thread(shutil.rmtree, draft, ignore_errors=True)
        lock.release()
    return restored


async def open_backup(source: Path, recovery_key: bytes, place: Path, key: bytes) -> Restored:
    """Open *source* in the empty folder *place*, encrypted anew under *key*, and see that all of it can be read."""
    manifest, old = await asyncio.to_thread(_unpack, source, recovery_key, place)
    async with await open_store(place, old) as store:
        streams, broken = await store.streams(), await store.verify()
        kept = await store.get(LOGIN)
        if broken or kept is None:
            raise DamagedBackupError("saving.changed")
        if not await holds(store.crypto, Login.load(kept).device):
            raise DamagedBackupError("saving.keyless")
        await rest_sessions(store.crypto)
        await store.change_key(key)
    (place / LOCK_FILE).unlink()
    return Restored(manifest=manifest, streams=len(streams))


def _unpack(source: Path, recovery_key: bytes, place: Path) -> tuple[Manifest, bytes]:
    try:
        opened = source.open("rb")
    except OSError as refused:
        raise RecoveryError("saving.unread", source=source, why=refused.strerror) from None
    with opened:
        return unpack(opened, recovery_key, place)


def _make_room(folder: Path, draft: Path) -> None:
    shutil.rmtree(draft, ignore_errors=True)  # of a restore that was cut short
    if any(path.name != LOCK_FILE for path in folder.iterdir()):
        raise RecoveryError("saving.not_empty", folder=folder)
    draft.mkdir(mode=0o700)


def _move_in(draft: Path, folder: Path) -> None:
    # The state last: without it the folder counts as empty.
    for path in sorted(draft.iterdir(), key=lambda path: path.name == STATE_FILE):
        with path.open("rb") as opened:
            os.fsync(opened.fileno())
        path.replace(folder / path.name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
