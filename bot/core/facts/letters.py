"""One letter to each client: written from a frozen draft, and told by a person of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.facts.base import Deed
from bot.core.names import DraftId, RuleId


class Channel(StrEnum):
    """How a letter went to its client."""

    EMAIL = "email"
    POST = "post"
    REGISTERED = "registered"
    """By post, with a receipt."""
    HAND = "hand"
    PORTAL = "portal"
    """Laid down where the client reads it, with a login."""
    RETURNED = "returned"
    """It came back, or did not go after all: the client is still to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The letter of one client."""

    number: int
    """Counts from 1 among the letters of one version of a draft; stays with its client."""
    client: str
    values: Mapping[str, str]
    """What fills the holes of the draft for this client: `client-email`, `client-address`, ...; none is empty."""
    digest: str
    """SHA-256 of its file, in hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersMade(Deed):
    """A list of clients became a letter for each; of clients of an earlier list, it takes the place of theirs."""

    draft: DraftId
    name: str
    """What people call the draft in this room."""
    version: int
    text: str
    """SHA-256 of the frozen text, in hex."""
    clock: RuleId | None
    """The clock that telling all of them stops; None when it stops none."""
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersSent(Deed):
    """A person says that letters went to their clients."""

    draft: DraftId
    version: int
    clients: tuple[int, ...]
    """The numbers of their letters."""
    channel: Channel
    sent_at: datetime
    reference: str
    """As typed: the number of a receipt, of a mailing; may be empty."""


LettersFact = LettersMade | LettersSent
