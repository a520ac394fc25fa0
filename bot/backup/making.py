"""A backup made of a state, whether a bot uses it or not, and opened on trial before it counts."""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from bot import __version__
from bot.backup.archive import Manifest, pack
from bot.backup.errors import RecoveryError, RecoveryFailedError
from bot.backup.restoring import Restored, open_backup
from bot.config import State
from bot.host.disk import DiskError
from bot.host.secret import new_file
from bot.matrix.account.session import LOGIN, Login
from bot.ports import Vault
from bot.store.connection import STATE_FILE, copy_file
from bot.store.former_keys import FORMER_FILE, former_key
from bot.store.moving import write_file
from bot.store.opening import is_begun, open_copy
from bot.store.sqlite import open_store

_VAULT_NAME = "last-backup"


async def make(kept: State, to: Path, recovery_key: bytes, now: datetime) -> Restored:
    """Write the state into the new file *to*, and open that on trial; return what came out of it.

    A bot may go on with it meanwhile: what is kept is copied first, as it is at one moment.

    Raises:
        RecoveryError: it cannot be, and no file was left behind.
        SecretFileError: the file *to* is there already, or cannot be made.
        StoreError: the state cannot be read.
    """
    key = kept.key.reveal()
    if not await asyncio.to_thread(is_begun, kept):
        raise RecoveryError("saving.nothing_kept", folder=kept.folder)
    try:
        with new_file(to) as opened, tempfile.TemporaryDirectory(prefix="cellule-backup-") as place:
            copy = await _copied(kept, Path(place))
            login = await _login(copy, key)
            manifest = Manifest(user=login.user, device=login.device, made_at=now, version=__version__)
            await asyncio.to_thread(_write, opened, copy, manifest, (key, recovery_key))
            return await open_backup(to, recovery_key, Path(place, "trial"), key)
    except OSError as refused:
        raise RecoveryFailedError("saving.unwritten", why=refused.strerror) from None
    except DiskError as refused:
        raise RecoveryFailedError("saving.disk", why=refused) from None


async def _copied(kept: State, place: Path) -> Path:
    """Copy what is kept into a folder below *place*, and return that."""
    copy = place / "copy"
    for new in (copy, place / "trial"):
        new.mkdir(mode=0o700)
    if kept.database is None:
        await asyncio.to_thread(_copy_files, kept.folder, kept.key.reveal(), copy)
    else:
        async with open_copy(kept, place / "database") as database:
            await write_file(database, copy, kept.key.reveal())
    return copy


def _copy_files(folder: Path, key: bytes, copy: Path) -> None:
    copy_file(folder / STATE_FILE, key.hex(), copy / STATE_FILE)
    if (former := folder / FORMER_FILE).exists():
        copy_file(former, former_key(key), copy / FORMER_FILE)


async def _login(copy: Path, key: bytes) -> Login:
    async with await open_store(copy, key) as store:
        kept = await store.get(LOGIN)
    if kept is None:
        raise RecoveryError("saving.never_in")
    return Login.load(kept)


async def note_made(vault: Vault, at: datetime) -> None:
    """Remember when the last backup of this state was made."""
    await vault.put(_VAULT_NAME, at.isoformat().encode())


async def last_made(vault: Vault) -> datetime | None:
    """Return when the last backup of this state was made, None when none was."""
    kept = await vault.get(_VAULT_NAME)
    return None if kept is None else datetime.fromisoformat(kept.decode())


def _write(to: BinaryIO, folder: Path, manifest: Manifest, keys: tuple[bytes, bytes]) -> None:
    state_key, recovery_key = keys
    pack(folder, manifest, state_key, to, recovery_key)
    to.flush()
    os.fsync(to.fileno())
