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


class StoreError(Exception):
    """The state folder cannot be used, or not for this."""


class StateInUseError(StoreError):
    """Another process holds the state folder."""

    def __init__(self) -> None:
        super().__init__("another Cellule holds the state folder; stop it first, or give this one a folder of its own")


class WrongKeyError(StoreError):
    """The key does not open the state file."""

    def __init__(self, found: str = "the state file does not open with this key") -> None:
        super().__init__(
            f"{found}; point state.key_file at the key the file was made with, or restore both from one backup"
        )


class NewerStoreError(StoreError):
    """The state file was written by a newer version; nothing in it was changed."""

    def __init__(self, *, found: int, known: int) -> None:
        super().__init__(
            f"the state file has schema {found} and this version of Cellule knows up to {known}; "
            "install the version that wrote it, or a newer one"
        )


class UnreadableError(StoreError):
    """A stored thing has a kind or a shape this version does not know."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"a stored {kind} has a shape this version of Cellule does not know; install the one that wrote it"
        )
        self.kind = kind


class StorageFailedError(StoreError):
    """SQLite could not do it; the transaction was rolled back."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the state file could not be read or written ({code}); check the disk's space and health")
        self.code = code
