"""A backup made of a state that nobody uses, and opened on trial before it counts."""

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
from bot.host.secret import new_file
from bot.matrix.account.session import LOGIN, Login
from bot.ports import Vault
from bot.store.sqlite import STATE_FILE, open_store

_VAULT_NAME = "last-backup"


async def make(folder: Path, key: bytes, to: Path, recovery_key: bytes, now: datetime) -> Restored:
    """Write the state in *folder* into the new file *to*, and open that on trial; return what came out of it.

    Raises:
        RecoveryError: it cannot be, and no file was left behind.
        SecretFileError: the file *to* is there already, or cannot be made.
        StoreError: the state is in use, or cannot be read.
    """
    if not await asyncio.to_thread((folder / STATE_FILE).exists):
        raise RecoveryError(f"nothing is kept in {folder} yet; start the bot once, then there is something to save")
    async with await open_store(folder, key) as store:
        kept = await store.get(LOGIN)
        if kept is None:
            raise RecoveryError("the bot has never logged in; start it once, then there is something to save")
        login = Login.load(kept)
        manifest = Manifest(user=login.user, device=login.device, made_at=now, version=__version__)
        try:
            with new_file(to) as opened, tempfile.TemporaryDirectory(prefix="cellule-backup-") as place:
                await asyncio.to_thread(_write, opened, folder, manifest, (key, recovery_key))
                found = await open_backup(to, recovery_key, Path(place), key)
        except OSError as refused:
            raise RecoveryFailedError(f"the backup could not be written and tried ({refused.strerror})") from None
        await store.put(_VAULT_NAME, now.isoformat().encode())
    return found


async def last_made(vault: Vault) -> datetime | None:
    """Return when the last backup of this state was made, None when none was."""
    kept = await vault.get(_VAULT_NAME)
    return None if kept is None else datetime.fromisoformat(kept.decode())


def _write(to: BinaryIO, folder: Path, manifest: Manifest, keys: tuple[bytes, bytes]) -> None:
    state_key, recovery_key = keys
    pack(folder, manifest, state_key, to, recovery_key)
    to.flush()
    os.fsync(to.fileno())
