"""What can go wrong with the state folder. Each message is for the operator and says what to do; none has content.

StoreError
├── StateInUseError       another process holds the folder
├── WrongKeyError         the key does not open the file
├── NewerStoreError       the file was written by a newer version
├── UnreadableError       a stored thing has a shape this version does not know
└── StorageFailedError    SQLite reports a fault of the file

A disk that is full, read-only or somebody else's is a `DiskError`, whatever lies on it.
"""

from __future__ import annotations

from bot.sentences.told import Told, ToldError


class StoreError(ToldError):
    """The state folder cannot be used, or not for this."""


class StateInUseError(StoreError):
    """Another process holds the state folder."""

    def __init__(self) -> None:
        super().__init__("keeping.in_use")


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
