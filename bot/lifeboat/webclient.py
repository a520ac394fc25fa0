"""A release of Element Web that the operator gives: unpacked, or as the archive that its makers hand out."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

from bot.lifeboat.errors import LifeboatError

_MARKS = ("index.html", "version")
"""What a release has at its top."""
_CONFIG = "config.json"
_MOST_BYTES, _MOST_FILES = 500_000_000, 10_000


def putting(source: Path, config: str) -> Callable[[Path], None]:
    """Return what puts *source* with *config* into a folder. Raises LifeboatError if it is no release."""
    if source.is_dir():
        if not all((source / mark).is_file() for mark in _MARKS):
            raise LifeboatError("lifeboat.client", path=source)
    elif not source.is_file() or not tarfile.is_tarfile(source):
        raise LifeboatError("lifeboat.client", path=source)

    def put(folder: Path) -> None:
        if source.is_dir():
            shutil.copytree(source, folder, symlinks=False)
        else:
            _unpack(source, folder)
        (folder / _CONFIG).write_text(config, encoding="utf-8")

    return put


def _unpack(source: Path, folder: Path) -> None:
    """Unpack what is in the archive's one folder: files alone, no more than a release has. Raises LifeboatError."""
    with tarfile.open(source) as archive:
        members = archive.getmembers()
        if len(members) > _MOST_FILES or sum(one.size for one in members) > _MOST_BYTES:
            raise LifeboatError("lifeboat.client", path=source)
        folder.mkdir(mode=0o700)
        for member in members:
            _, _, member.name = member.name.removeprefix("./").partition("/")
            if member.isfile() and member.name:
                archive.extract(member, folder, filter="data")
    if not all((folder / mark).is_file() for mark in _MARKS):
        raise LifeboatError("lifeboat.client", path=source)
