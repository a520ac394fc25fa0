"""What is inside a backup: a tar archive of `backup.json`, the state key, and the databases as they lie in the folder.

The databases are encrypted under that key, so nothing ever lies open on a disk, on the way out or on the way back.
"""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, cast

from bot.backup.errors import DamagedBackupError
from bot.backup.sealing import Sealing, Unsealing
from bot.core.names import DeviceId, UserId
from bot.store.connection import KEY_BYTES, STATE_FILE
from bot.store.former_keys import FORMER_FILE
from bot.store.lock import make_private_file

FILES = frozenset({STATE_FILE, f"{STATE_FILE}-wal", FORMER_FILE, f"{FORMER_FILE}-wal"})
"""What is taken of the state folder, if it is there. A bot that was killed leaves its last writes in -wal."""

_MANIFEST = "backup.json"
_STATE_KEY = "state.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Of whom the backup is, and when it was made."""

    user: UserId
    device: DeviceId
    made_at: datetime
    version: str
    """Of the Cellule that made it."""


def pack(folder: Path, manifest: Manifest, state_key: bytes, to: BinaryIO, recovery_key: bytes) -> None:
    """Write the backup of *folder*, in which nothing may be written meanwhile."""
    sealing = Sealing(to, recovery_key)
    with tarfile.open(fileobj=cast("IO[bytes]", sealing), mode="w|") as tar:
        told = asdict(manifest) | {"made_at": manifest.made_at.isoformat()}
        for name, content in ((_MANIFEST, json.dumps(told).encode()), (_STATE_KEY, state_key)):
            tar.addfile(_member(name, len(content)), io.BytesIO(content))
        for path in sorted(path for path in folder.iterdir() if path.name in FILES):
            with path.open("rb") as opened:
                tar.addfile(_member(path.name, path.stat().st_size), opened)
    sealing.finish()


def unpack(source: BinaryIO, recovery_key: bytes, into: Path) -> tuple[Manifest, bytes]:
    """Write the databases of a backup into the folder *into*; return what the backup is, and their key."""
    unsealing = Unsealing(source, recovery_key)
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=cast("IO[bytes]", unsealing), mode="r|") as tar:
        for name, content in _members(tar):
            if name in FILES:
                make_private_file(into / name)
                with (into / name).open("wb") as opened:
                    shutil.copyfileobj(content, opened)
            elif name in {_MANIFEST, _STATE_KEY}:
                found[name] = content.read()
    unsealing.finish()
    return _read(found)


def _read(found: dict[str, bytes]) -> tuple[Manifest, bytes]:
    try:
        told = json.loads(found[_MANIFEST])
        manifest = Manifest(**told | {"made_at": datetime.fromisoformat(told["made_at"])})
        key = found[_STATE_KEY]
    except (KeyError, TypeError, ValueError):
        raise DamagedBackupError("saving.lacking") from None
    if len(key) != KEY_BYTES:
        raise DamagedBackupError("saving.lacking")
    return manifest, key


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in tar:
        content = tar.extractfile(member)
        if content is not None:
            yield member.name, content


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    return member
