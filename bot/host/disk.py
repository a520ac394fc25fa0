"""What a disk refuses, in words for an operator: which path, why, and what to do about it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.host.ownership import giving, ourselves, owner
from bot.sentences.told import Told, ToldError

LITTLE = 1_000_000
"""With fewer bytes left than this a disk is full: SQLite asks for several pages at a time."""
_FULL = {"ENOSPC", "EDQUOT", "SQLITE_FULL"}
_OF_SQLITE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")


class CannotKeepError(ToldError):
    """Nothing can be kept now, for a reason that lies outside of us and may pass. What was durable still is."""


class DiskError(CannotKeepError):
    """Files of ours cannot be read or written."""

    def __init__(self, path: Path, answer: str) -> None:
        """Look at *path* for the reason; *answer* is what the system or SQLite said, by its own name for that."""
        told = _reason(path, answer)
        super().__init__(told.key, **told.holes)


def is_of_the_disk(code: str) -> bool:
    """Say whether an error of SQLite comes from the disk rather than from what is in the file."""
    return code.startswith(_OF_SQLITE)


@contextmanager
def using(path: Path) -> Iterator[None]:
    """Raise DiskError where the system refuses *path* inside."""
    try:
        yield
    except OSError as refused:
        raise DiskError(path, errno.errorcode.get(refused.errno or 0, type(refused).__name__)) from None


def refuse_full(path: Path) -> None:
    """Raise DiskError where too little may still be written for anything to be begun."""
    with using(path):
        if free_bytes(path) < LITTLE:
            raise DiskError(path, "ENOSPC")


def free_bytes(path: Path) -> int:
    """Return how much may still be written where *path* lies, or will lie. Raises OSError."""
    disk = os.statvfs(nearest(path))
    return disk.f_bavail * disk.f_frsize


def is_read_only(path: Path) -> bool:
    """Say whether the file system that holds *path* is mounted read-only. Raises OSError."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def may(path: Path, how: int) -> bool:
    """Say whether the user this process runs as may use *path* so: `os.R_OK` and its like."""
    return os.access(path, how, effective_ids=os.access in os.supports_effective_ids)


def is_ours_to_use(path: Path) -> bool:
    """Say whether we may read and write *path*, and enter it if it is a folder."""
    return may(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0))


def _reason(path: Path, answer: str) -> Told:
    seen = nearest(path)
    if is_read_only(seen):
        return Told("disk.read_only", path=path)
    if not is_ours_to_use(seen):
        return _of_others(seen)
    if answer in _FULL or free_bytes(seen) < LITTLE:
        return Told("disk.full", path=path)
    return Told("disk.broken", path=path, answer=answer)


def _of_others(seen: Path) -> Told:
    folder = seen if seen.is_dir() else seen.parent
    if ourselves() == owner(seen):
        return Told("disk.shut", path=seen, folder=folder)
    return Told("disk.foreign", path=seen, owner=owner(seen), user=ourselves(), command=giving(folder))


def nearest(path: Path) -> Path:
    """Return *path*, or the nearest folder above it that can be looked at."""
    for seen in (path, *path.absolute().parents):
        try:
            seen.stat()
        except OSError:
            continue
        return seen
    return Path("/")
