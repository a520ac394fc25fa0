"""Refusals about letters: see `bot.core.errors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import RuleError
from bot.core.names import DraftId


@dataclass(eq=False)
class NoClientsSent(RuleError):
    """The asker sent no list of clients in this room within the last hour."""

    draft: DraftId


@dataclass(eq=False)
class DraftNotFrozen(RuleError):
    """Letters are written from what no longer changes."""

    draft: DraftId


@dataclass(eq=False)
class DraftNotForClients(RuleError):
    """The frozen text has no place for a client's name: everybody would get the same."""

    draft: DraftId


@dataclass(eq=False)
class DraftIncomplete(RuleError):
    """Something in the frozen text is still to be filled in, so it would be in every letter."""

    draft: DraftId
    labels: tuple[str, ...]


@dataclass(eq=False)
class NoLetters(RuleError):
    """No letters were made of this draft, or of any."""


@dataclass(eq=False)
class WhichLetters(RuleError):
    """Clients of several drafts are still to be told; *drafts* says which."""

    drafts: tuple[str, ...]


@dataclass(eq=False)
class AllTold(RuleError):
    """All who are meant were told already."""

    draft: str


@dataclass(eq=False)
class NobodyTold(RuleError):
    """Nothing can have come back from who was told nothing."""

    draft: str


@dataclass(eq=False)
class UnknownClient(RuleError):
    """No letter is for a client of that name."""

    who: str
    known: tuple[str, ...]
    """Those with a like name; empty when there are none."""


@dataclass(eq=False)
class AmbiguousClient(RuleError):
    """Several clients are called like that."""

    who: str
    candidates: tuple[str, ...]


@dataclass(eq=False)
class UnknownLetter(RuleError):
    """No letter has that number."""

    number: int
    limit: int
    """The last one."""


@dataclass(eq=False)
class SentBeforeMade(RuleError):
    """A letter cannot have gone before it was written."""

    given: datetime
    aware: datetime
    """When the letters were made."""
