"""What is kept beside the facts: small secrets, files of evidence, and encrypted events that wait for their key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.names import EventId, IncidentId, RoomId, UserId

EVIDENCE_PART = 1_000_000
"""Bytes of evidence that are kept under one name: no write takes long, and others come between two of them."""


def evidence_part(incident: IncidentId, digest: str = "", number: int | None = None) -> str:
    """Return the name of a part of a file that is kept as evidence, or how those of it begin, or all of *incident*."""
    whose = f"evidence:{incident}:"
    return whose + (f"{digest}:" if digest else "") + ("" if number is None else f"{number:06}")


class Vault(Protocol):
    """What has a name, encrypted at rest: token, device, identity seeds and marks of the gateway, files of evidence."""

    async def get(self, name: str) -> bytes | None:
        """Return what was put under *name*, or None."""

    async def put(self, name: str, value: bytes) -> None:
        """Keep *value* under *name*, durable on return."""

    async def named(self, prefix: str) -> Mapping[str, bytes]:
        """Return everything whose name begins with *prefix*."""

    async def drop(self, name: str) -> None:
        """Forget *name*; nothing happens if nothing is kept under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An encrypted event that could not be read yet."""

    id: EventId
    room: RoomId
    sender: UserId
    session: str
    """Id of the Megolm session that opens it, as the event says."""
    raw: str
    """The event as the homeserver gave it, JSON: ciphertext and envelope."""
    origin: str
    """See `FromEvents`."""
    received_at: datetime
    answered: bool = False
    """True once `Unreadable` was given for it."""


class SealedEvents(Protocol):
    """Events that wait for their key, kept over restarts."""

    async def keep(self, sealed: Sealed) -> None:
        """Keep it, or replace what is kept under its id."""

    async def forget(self, id: EventId) -> None:
        """Drop it; nothing happens if it is not kept."""

    async def all(self) -> tuple[Sealed, ...]:
        """Return all that wait, oldest first."""
