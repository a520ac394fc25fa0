"""The door: another process, which alone may make accounts on the homeserver. We ask it for ways in, and about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.people.guests import WayIn


class DoorSilentError(Exception):
    """The door, or the homeserver behind it, does not answer, or answers what no door of ours does."""


class DoorRefusesError(Exception):
    """It will not make one more way in."""


class DoorKeeper(Protocol):
    """Asks the door. Every call raises DoorSilentError, and ends in time."""

    async def open(self, id: str, until: datetime) -> str:
        """Return the link of a new way in; of one that waits already, a new link. Raises DoorRefusesError."""

    async def look(self, ids: Collection[str]) -> Sequence[WayIn]:
        """Return what the door knows of *ids*; it may have forgotten some."""

    async def end(self, id: str) -> bool:
        """Put an end to a link and, where one was made by it, to the account; say whether nothing of it is left."""
