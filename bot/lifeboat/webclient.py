"""A release of Element Web that the operator gives: unpacked, or as the archive that its makers hand out."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path, PurePosixPath

from bot.lifeboat.errors import LifeboatError

_MARKS = ("index.html", "version")
"""What a release has at its top."""
_CONFIG, _START = "config.json", "index.html"
_NARROW, _HEAD = "narrow.css", "</head>"
"""What makes it readable on a phone, and where its page names such things."""
_MOST_BYTES, _MOST_FILES = 500_000_000, 10_000


def putting(source: Path, config: str) -> Callable[[Path], None]:
    """Return what puts *source* with *config* into a folder. Raises LifeboatError if it is no release."""
    put = _unpacking(source) if source.is_file() else _copying(source)

    def put_all(folder: Path) -> None:
        put(folder)
        (folder / _CONFIG).write_text(config, encoding="utf-8")
        _make_narrow(folder)

    return put_all


def _make_narrow(folder: Path) -> None:
    start = folder / _START
    style = files("bot.lifeboat").joinpath(_NARROW).read_text("utf-8")
    (folder / _NARROW).write_text(style, encoding="utf-8")
    link = f'<link rel="stylesheet" href="{_NARROW}">{_HEAD}'
    start.write_text(start.read_text("utf-8").replace(_HEAD, link, 1), encoding="utf-8")


def _copying(source: Path) -> Callable[[Path], None]:
    if not all((source / mark).is_file() for mark in _MARKS):
        raise LifeboatError("lifeboat.client", path=source)

    def put(folder: Path) -> None:
        shutil.copytree(source, folder)

    return put


def _unpacking(source: Path) -> Callable[[Path], None]:
    try:
        with tarfile.open(source) as archive:
            files = _files(archive)
    except (tarfile.TarError, EOFError, OSError):
        files = {}
    if not all(mark in files for mark in _MARKS) or len(files) > _MOST_FILES or sum(files.values()) > _MOST_BYTES:
        raise LifeboatError("lifeboat.client", path=source)

    def put(folder: Path) -> None:
        with tarfile.open(source) as archive:
            for member in archive:
                name, opened = _inside(member), archive.extractfile(member) if member.isfile() else None
                if opened is not None and name in files:
                    (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    with opened, (folder / name).open("wb") as target:
                        shutil.copyfileobj(opened, target)

    return put


def _files(archive: tarfile.TarFile) -> Mapping[str, int]:
    """Return the files below the one folder of a release, and their sizes; none if any lies outside of it."""
    found = {_inside(member): member.size for member in archive if member.isfile()}
    return {} if any(".." in PurePosixPath(name).parts or name.startswith("/") for name in found) else found


def _inside(member: tarfile.TarInfo) -> str:
    return member.name.removeprefix("./").partition("/")[2]
