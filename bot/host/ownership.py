"""Whose a file is, and how it is given to us: what a refusal of the kernel leaves out."""

from __future__ import annotations

import os
import pwd
import shlex
from pathlib import Path

from bot.sentences.told import Told


def ourselves() -> str:
    """Return the name of the user this process runs as."""
    return _name(os.geteuid())


def owner(path: Path) -> str:
    """Return whose *path* is; `?` when that cannot be seen."""
    try:
        return _name(path.stat().st_uid)
    except OSError:
        return "?"


def giving(path: Path) -> str:
    """Return the command by which root gives us *path* and all below it."""
    return shlex.join(("chown", "-R", f"{ourselves()}:", str(path)))


def mending(path: Path, refused: OSError) -> Told:
    """Return what to do about a file that cannot be read."""
    if isinstance(refused, PermissionError):
        return Told("disk.to_take", owner=owner(path), command=giving(path))
    return Told("disk.to_give")


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
