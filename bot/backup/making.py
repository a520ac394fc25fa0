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
from bot.host.disk import DiskError
from bot.host.secret import new_file
from bot.matrix.account.session import LOGIN, Login
from bot.ports import Vault
from bot.store.connection import copy_file
from bot.store.former_keys import FORMER_FILE, former_key
from bot.store.sqlite import STATE_FILE, open_store

_VAULT_NAME = "last-backup"


async def make(folder: Path, key: bytes, to: Path, recovery_key: bytes, now: datetime) -> Restored:
    """Write the state in *folder* into the new file *to*, and open that on trial; return what came out of it.

    A bot may go on with the folder meanwhile: what is kept is copied first, as it is at one moment.

    Raises:
        RecoveryError: it cannot be, and no file was left behind.
        SecretFileError: the file *to* is there already, or cannot be made.
        StoreError: the state cannot be read.
    """
    if not await asyncio.to_thread((folder / STATE_FILE).exists):
        raise RecoveryError("saving.nothing_kept", folder=folder)
    try:
        with new_file(to) as opened, tempfile.TemporaryDirectory(prefix="cellule-backup-") as place:
            copy = await asyncio.to_thread(_copied, folder, key, Path(place))
            login = await _login(copy, key)
            manifest = Manifest(user=login.user, device=login.device, made_at=now, version=__version__)
            await asyncio.to_thread(_write, opened, copy, manifest, (key, recovery_key))
            return await open_backup(to, recovery_key, Path(place, "trial"), key)
    except OSError as refused:
        raise RecoveryFailedError("saving.unwritten", why=refused.strerror) from None
    except DiskError as refused:
        raise RecoveryFailedError("saving.disk", why=refused) from None


def _copied(folder: Path, key: bytes, place: Path) -> Path:
    """Copy what is kept in *folder* into one below *place*, and return that."""
    copy = place / "copy"
    for new in (copy, place / "trial"):
        new.mkdir(mode=0o700)
    copy_file(folder / STATE_FILE, key.hex(), copy / STATE_FILE)
    if (former := folder / FORMER_FILE).exists():
        copy_file(former, former_key(key), copy / FORMER_FILE)
    return copy


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
