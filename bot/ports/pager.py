"""A second channel: how a page leaves us, and how far we can know what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from bot.core.people.contacts import Contact


class Handed(Enum):
    """What became of an attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: the same again would be refused again."""
    LATER = "later"
    """The far side has not taken it; it may when it is asked again."""
    UNKNOWN = "unknown"
    """It was handed over, and no answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A page: no word of an incident's content."""

    id: str
    """The same at every attempt, and of nothing else."""
    to: Contact
    text: str
    """One short line."""
    at: datetime
    """When it is sent."""


class Pager(Protocol):
    """One second channel. Nothing it sends or logs names more than the letter and the contact do."""

    @property
    def repeats(self) -> bool:
        """Say whether its far side tells a page that comes again from another one, by its id."""

    async def page(self, letter: Letter, handing_over: Callable[[], Awaitable[None]]) -> Handed:
        """Hand *letter* over; *handing_over* is awaited right before what cannot be taken back."""

    async def look(self) -> None:
        """See that the far side is there, and page nobody. Raises OSError with what to look at."""
