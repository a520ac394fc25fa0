"""What `cellule check` says of the machine: the room on its disk, and whether the state folder is ours to use."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from bot.cli.checks.findings import Finding, error, ok, warning
from bot.cli.tongue import say
from bot.host.disk import free_bytes, is_ours_to_use, is_read_only, may, nearest
from bot.host.ownership import giving, ourselves, owner

MB = 1_000_000
SCARCE, FULL = 500 * MB, 50 * MB


def look_at_disk(folder: Path) -> Finding:
    """Say how much room there is where the state is, or will be."""
    return room_left(free_bytes(folder), nearest(folder))


def room_left(free: int, place: Path) -> Finding:
    """Say whether *free* bytes are enough."""
    found = {"free": f"{free // MB}", "path": place}
    if free < FULL:
        return error("disk", say("check.disk.full", **found))
    if free < SCARCE:
        return warning("disk", say("check.disk.scarce", **found))
    return ok("disk", say("check.disk.well", **found))


def look_at_folder(folder: Path) -> Finding | None:
    """Return what keeps this user from the state folder, or from a file in it; None when nothing does."""
    place = nearest(folder)
    if is_read_only(place):
        command = shlex.join(("mount", "-o", "remount,rw", str(_mount_of(place))))
        return _error("check.folder.read_only", place, command)
    if place == folder:
        refused = next(_refused(folder), None)
        return None if refused is None else _error("check.folder.foreign", refused, giving(folder))
    if not may(place, os.X_OK):
        return _error("check.folder.shut", place, shlex.join(("chmod", "o+x", str(place))))
    if not may(place, os.W_OK):
        command = shlex.join(("install", "-d", "-m", "700", "-o", ourselves(), str(folder)))
        return _error("check.folder.cannot_be_made", place, command)
    return None


def _error(key: str, path: Path, command: str) -> Finding:
    return error("state", say(key, path=path, owner=owner(path), user=ourselves(), command=command))


def _refused(folder: Path) -> Iterator[Path]:
    if not is_ours_to_use(folder):
        yield folder
        return
    yield from (path for path in sorted(folder.iterdir()) if not is_ours_to_use(path))


def _mount_of(path: Path) -> Path:
    return next((above for above in (path, *path.parents) if above.is_mount()), path)
