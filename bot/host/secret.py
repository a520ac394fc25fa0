"""Secrets in files: read once, checked for who else could read them, never printed, never written over."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Generic, NoReturn, TypeVar

from bot.host.ownership import mending
from bot.sentences.told import ToldError

Kept = TypeVar("Kept")

MAX_BYTES = 64 * 1024


class SecretFileError(ToldError):
    """A secret file cannot be used. The text names the file and says what to do, never what is in it."""


class SecretMissingError(SecretFileError):
    """There is no such file."""


class Secret(Generic[Kept]):
    """Holds a secret so that no log, traceback or repr of what surrounds it can show it."""

    __slots__ = ("_kept",)

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def reveal(self) -> Kept:
        """Return the secret itself; call this at the last moment, where it is used."""
        return self._kept

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and bool(self._kept == other._kept)

    def __hash__(self) -> int:
        return hash(self._kept)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


def read_bytes(path: Path) -> Secret[bytes]:
    """Return what the file holds, byte for byte; refuse a file that others can read."""
    try:
        # Not blocking: a named pipe would hold the start for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise SecretMissingError("secret.missing", path=path) from None
    except OSError as refused:
        raise SecretFileError(
            "secret.unread", path=path, why=refused.strerror, mending=mending(path, refused)
        ) from None
    try:
        _check_kept_apart(path, os.fstat(descriptor))
        return Secret(os.read(descriptor, MAX_BYTES))
    finally:
        os.close(descriptor)


def _check_kept_apart(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SecretFileError("secret.no_file", path=path)
    if status.st_mode & 0o077:
        raise SecretFileError("secret.exposed", path=path)
    if status.st_size > MAX_BYTES:
        raise SecretFileError("secret.too_long", path=path, size=status.st_size)


def read_text(path: Path) -> Secret[str]:
    """Return the file's one line of text, without the line end an editor leaves."""
    try:
        text = read_bytes(path).reveal().decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretFileError("secret.no_text", path=path) from None
    if not text.strip():
        raise SecretFileError("secret.empty", path=path)
    if "\n" in text or "\r" in text:
        raise SecretFileError("secret.several", path=path)
    return Secret(text)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Make a file that nobody else may read, and give it to be written; it goes again when that fails.

    Raises:
        SecretFileError: there is one already, or none can be made there.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise SecretFileError("secret.there", path=path) from None
    except OSError as refused:
        raise SecretFileError("secret.unwritten", path=path, why=refused.strerror) from None
    try:
        with os.fdopen(descriptor, "wb") as opened:
            yield opened
    except BaseException:
        path.unlink(missing_ok=True)
        raise
