"""What the encryption machine keeps: rows that only it understands, in the same file and transactions as all the rest.

It works in memory and cannot wait: a change is noted at once, and becomes durable with whatever is written next, or
when somebody waits for that. So nothing that came after a key can ever outlive it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class CryptoKind(StrEnum):
    """What a row is. Its scope is what it is dropped with, its name tells it from the others of that scope."""

    PICKLE_KEY = "pickle-key"
    """What accounts, sessions and room keys are encrypted with once more. One row, without scope and name."""
    ACCOUNT = "account"
    """The keys of a device of ours, which is the scope."""
    SESSION = "session"
    """An Olm session of the device of ours that is the scope, by its id."""
    DEVICE = "device"
    """A device of somebody's, by user and id; the scope is the device of ours that saw it."""
    ROOM_KEY = "room-key"
    """A Megolm session of the room that is the scope, by the device that sent it and its id."""
    OWN_ROOM_KEYS = "own-room-keys"
    """The ids of our own last sessions of the room that is the scope."""
    HEARD = "heard"
    """A message of a Megolm session that was opened, in the room that is the scope."""
    ENCRYPTED_ROOM = "encrypted-room"
    """The scope is a room that was encrypted once, and is so for good."""
    IDENTITY = "identity"
    """What is known of the cross-signing identity of the person that is the name."""


@dataclass(frozen=True, slots=True)
class CryptoRow:
    """One thing that is kept."""

    kind: CryptoKind
    scope: str
    name: str
    body: str
    """JSON, or the base64 of something encrypted."""


def named(*parts: str | int) -> str:
    """Return the name of a row that several words tell from the others."""
    return json.dumps(parts, separators=(",", ":"))


class CryptoRows(Protocol):
    """The rows of one state."""

    async def load(self, *kinds: CryptoKind) -> Mapping[CryptoKind, Sequence[CryptoRow]]:
        """Return every row of *kinds*, or of all, each kind in the order in which its rows first came."""

    def put(self, row: CryptoRow) -> None:
        """Keep *row*, or replace the one of its kind, scope and name."""

    def drop(self, kind: CryptoKind, scope: str, name: str) -> None:
        """Drop one row, if there is one."""

    def drop_scope(self, kind: CryptoKind, scope: str) -> None:
        """Drop every row of *kind* in *scope*."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make what changes inside durable together, or forget all of it if it raises. Await nothing inside."""

    async def settle(self) -> None:
        """Return once every change made so far is durable. Costs nothing when there is none.

        Raises CannotKeepError when it is not sure that this process may still speak: another may use these keys.
        """
