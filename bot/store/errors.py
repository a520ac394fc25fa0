"""What can go wrong with the state folder. Each message is for the operator and says what to do; none has content.

StoreError
├── StateInUseError       another process holds the folder
├── WrongKeyError         the key does not open the file
├── DatabaseRefusedError  the database does not take us, or is not what it must be
├── NothingKeptError      the database holds no state
├── RolledBackError       the database is older than what this machine, or the homeserver, has seen of it
├── NewerStoreError       the file was written by a newer version
├── UnreadableError       a stored thing has a shape this version does not know
└── StorageFailedError    SQLite reports a fault of the file

What may pass is a `CannotKeepError`, whatever it is that keeps: a disk that is full, read-only or somebody else's
(`DiskError`), a database that does not answer (`DatabaseAwayError`), another machine that speaks (`LeaseLostError`).
"""

from __future__ import annotations

from bot.host.disk import CannotKeepError
from bot.sentences.told import Told, ToldError


class StoreError(ToldError):
    """The state folder cannot be used, or not for this."""


class StateInUseError(StoreError):
    """Another process holds the state folder, or another machine the database."""

    def __init__(self, key: str = "keeping.in_use") -> None:
        super().__init__(key)


class WrongKeyError(StoreError):
    """The key does not open the state file."""

    def __init__(self, found: Told | None = None) -> None:
        super().__init__("keeping.wrong_key", found=found or Told("keeping.shut"))


class NewerStoreError(StoreError):
    """The state file was written by a newer version; nothing in it was changed."""

    def __init__(self, *, found: int, known: int) -> None:
        super().__init__("keeping.newer", found=found, known=known)


class UnreadableError(StoreError):
    """A stored thing has a kind or a shape this version does not know."""

    def __init__(self, kind: str) -> None:
        super().__init__("keeping.unreadable", kind=kind)
        self.kind = kind


class StorageFailedError(StoreError):
    """SQLite could not do it; the transaction was rolled back."""

    def __init__(self, code: str) -> None:
        super().__init__("keeping.failed", code=code)
        self.code = code


class DatabaseRefusedError(StoreError):
    """The database does not take us, or is not what it must be: a person has to see to it."""


class NothingKeptError(StoreError):
    """No state was begun yet."""

    def __init__(self) -> None:
        super().__init__("keeping.database.none_yet")


class RolledBackError(StoreError):
    """The database is older than what was seen of it, or went on without that: a person has to decide."""


class DatabaseAwayError(CannotKeepError):
    """The database does not answer, or cannot write."""


class LeaseLostError(CannotKeepError):
    """Another machine may speak now, or we do not know that it may not."""
