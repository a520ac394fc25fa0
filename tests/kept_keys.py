"""Keys of devices by the folder that a test names: whoever comes back to it finds them there, as after a restart."""

from __future__ import annotations

from pathlib import Path

from bot.matrix.guard.crypto_store import CryptoStore
from bot.matrix.guard.heard import Heard
from bot.ports import CryptoKind
from tests.fakes.crypto import MemoryCrypto

_KEPT: dict[Path, MemoryCrypto] = {}


def rows_in(folder: Path) -> MemoryCrypto:
    """Return what is kept in *folder*."""
    return _KEPT.setdefault(folder, MemoryCrypto())


def keys_in(folder: Path, device: str) -> CryptoStore:
    """Return the store of *device* over what is kept there."""
    rows = rows_in(folder)
    kept = rows.kept()
    return CryptoStore(rows, kept, Heard(rows, kept[CryptoKind.HEARD]), device)
