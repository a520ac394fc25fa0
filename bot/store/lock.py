"""One process per state folder. The kernel holds the lock and drops it with the process, however it dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.host.disk import using
from bot.store.errors import StateInUseError

LOCK_FILE = "lock"
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


class FolderLock:
    """Holds a state folder until it is released or the process ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let others have the folder; nothing happens the second time."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock_folder(folder: Path) -> FolderLock:
    """Make *folder* ours alone: created if it is missing, closed to other users, locked to other processes.

    Raises:
        StateInUseError: another process, or another part of this one, holds it.
        DiskError: the folder cannot be used.
    """
    with using(folder):
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        folder.chmod(_FOLDER_MODE)
        descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StateInUseError from None
    return FolderLock(descriptor)


def make_private_file(path: Path) -> None:
    """Create *path* if it is missing, readable by nobody else. SQLite gives its side files the same mode.

    Raises DiskError when it cannot be used.
    """
    with using(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE))
        path.chmod(_FILE_MODE)
