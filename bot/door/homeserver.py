"""What the door asks of whoever has the accounts: Synapse, or Matrix Authentication Service in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Protocol


class Use(Enum):
    """What became of a registration token."""

    NONE = auto()
    """The homeserver has no such token."""
    FREE = auto()
    PENDING = auto()
    """Somebody registers with it at this moment."""
    USED = auto()
    """One account was made with it."""
    OVERUSED = auto()
    """More than one was: both look whether a token is used up before they note a use, so tries at once may pass."""


class Homeserver(Protocol):
    """Accounts, by its admin rights. Each raises AwayError when it does not answer, RightsError when it refuses."""

    async def server_name(self) -> str:
        """Return what stands behind the colon of its users' names; look whether the rights are there at all."""

    async def make(self, token: str, until: datetime) -> None:
        """Have *token* let one account be made until then. Made already, nothing changes."""

    async def use_of(self, token: str) -> Use:
        """Return what became of *token*."""

    async def uses(self) -> Mapping[str, Use]:
        """Return what became of every token there is."""

    async def drop(self, token: str) -> None:
        """Have *token* let nobody in from now on; nothing happens if it is gone."""

    async def is_free(self, name: str) -> bool:
        """Say whether an account may have this name, its first part."""

    async def has(self, user: str) -> bool:
        """Say whether there is this account."""

    async def lives(self, user: str) -> bool:
        """Say whether somebody can use this account: it is there, and neither ended nor locked."""

    async def deactivate(self, user: str) -> None:
        """Put an end to an account and all its sessions."""
