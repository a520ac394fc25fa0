"""The folder: each file whole or not there, secrets made once, and one process at a time in it."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.config.reading import Spot, read_file, read_group
from bot.lifeboat.boat import Boat
from bot.lifeboat.errors import AfloatError, LifeboatError
from bot.sentences.told import Told

BOAT, PEOPLE, DOORS = "boat.yaml", "people.csv", "doors.json"
_LOCK = ".lock"
_DRAFT = ".draft-"
_LONGEST = 88
"""Bytes of its path, for the kernel takes 107 for that of a socket, and the longest is state/console.sock."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where everything of one lifeboat is, for its owner alone."""

    path: Path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def boat(self) -> Boat | None:
        """Return the lifeboat that is kept here; None if none is. Raises LifeboatError."""
        file = self / BOAT
        if not file.is_file():
            return None
        problems: list[Told] = []
        written = read_file(file, problems)
        found = None if written is None else read_group(Boat, written, Spot("", self.path, problems))
        if found is None or problems:
            raise LifeboatError("lifeboat.damaged", path=file, why=problems[0] if problems else "?")
        return found

    def refuse_foreign(self) -> None:
        """Raise LifeboatError where something else is, or no socket can be made."""
        if len(os.fsencode(self.path.absolute())) > _LONGEST:
            raise LifeboatError("lifeboat.long_path", path=self.path, most=_LONGEST)
        if self.path.exists() and not self.path.is_dir():
            raise LifeboatError("lifeboat.foreign", path=self.path)
        try:
            found = {one.name for one in self.path.iterdir()} if self.path.exists() else set[str]()
        except OSError as refused:
            raise LifeboatError("lifeboat.unread", path=self.path, why=refused.strerror) from None
        if BOAT not in found and any(name != _LOCK and not name.startswith(_DRAFT) for name in found):
            raise LifeboatError("lifeboat.foreign", path=self.path)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only one in the folder, which is made if it is not there. Raises AfloatError, LifeboatError."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
            lock = os.open(self / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as refused:
            raise LifeboatError("lifeboat.unwritten", path=self.path, why=refused.strerror) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AfloatError("lifeboat.afloat", path=self.path) from None
        else:
            yield
        finally:
            os.close(lock)

    def write(self, name: str, content: bytes | str) -> None:
        """Write a file, or none of it."""
        data = content.encode() if isinstance(content, str) else content
        path = self._ready(name)
        draft = path.with_name(f"{_DRAFT}{path.name}")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(path)

    def write_once(self, name: str, content: Callable[[], bytes | str]) -> None:
        """Write a file that is not there yet; one that is there stays as it is."""
        if not (self / name).exists():
            self.write(name, content())

    def make_secret(self, name: str) -> None:
        """Make a secret of 256 bits, once: letters and figures, on one line."""
        self.write_once(name, lambda: f"{secrets.token_hex(32)}\n")

    def secret(self, name: str) -> str:
        """Return a secret that was made. Raises LifeboatError."""
        return self.read(name).strip()

    def read(self, name: str) -> str:
        """Return the text of a file. Raises LifeboatError."""
        try:
            return (self / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise LifeboatError("lifeboat.unfinished", path=self.path, name=name) from None
        except (OSError, UnicodeDecodeError) as refused:
            why = refused.strerror if isinstance(refused, OSError) else "UTF-8"
            raise LifeboatError("lifeboat.unread", path=self / name, why=why) from None

    def fill(self, name: str, put: Callable[[Path], object]) -> None:
        """Fill a folder by *put*, whole or not at all; what was there before goes."""
        target = self / name
        draft, former = self / f"{_DRAFT}{name}", self / f"{_DRAFT}{name}.former"
        for rest in (draft, former):
            shutil.rmtree(rest, ignore_errors=True)
        put(draft)
        draft.chmod(0o700)
        if target.exists():
            target.rename(former)
        draft.rename(target)
        shutil.rmtree(former, ignore_errors=True)

    def _ready(self, name: str) -> Path:
        path = self / name
        for folder in reversed(path.relative_to(self.path).parents[:-1]):
            (self.path / folder).mkdir(mode=0o700, exist_ok=True)
        return path


def written(boat: Boat) -> str:
    """Return boat.yaml."""
    return yaml.safe_dump(boat.written(), sort_keys=False)
