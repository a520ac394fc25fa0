"""Keys of devices by the folder that a test names: whoever comes back to it finds them there, as after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.core.names import DeviceId
from bot.matrix.guard.crypto_store import CryptoStore, open_crypto
from bot.matrix.guard.heard import Heard
from bot.matrix.guard.olm import GuardedOlm
from bot.ports import CryptoKind
from bot.store.sqlite import SqliteStore
from tests.fakes.crypto import MemoryCrypto

_KEPT: dict[Path, MemoryCrypto] = {}


@asynccontextmanager
async def machine_over(store: SqliteStore, user: str, device: DeviceId) -> AsyncIterator[GuardedOlm]:
    """Give the machine of *device* over a state on the disk; what it learns is durable afterwards."""
    yield GuardedOlm(user, device, await open_crypto(store.crypto, device), lambda _: True)
    await store.crypto.settle()


def rows_in(folder: Path) -> MemoryCrypto:
    """Return what is kept in *folder*."""
    return _KEPT.setdefault(folder, MemoryCrypto())


def keys_in(folder: Path, device: str) -> CryptoStore:
    """Return the store of *device* over what is kept there."""
    rows = rows_in(folder)
    kept = rows.kept()
    return CryptoStore(rows, kept, Heard(rows, kept[CryptoKind.HEARD]), device)
