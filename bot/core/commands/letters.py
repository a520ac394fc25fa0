"""What people ask about letters to clients, in an incident room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.facts import Channel
from bot.core.names import DraftId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLetters:
    """Show who was told and who is left."""

    as_file: bool = False
    """True: hand out the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLetters:
    """Write a frozen draft to each client of the list that the asker sent."""

    draft: DraftId


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSent:
    """Say that letters went to their clients."""

    who: tuple[int, ...] | str | None
    """Numbers, or a name as typed; None means all who are left."""
    channel: Channel
    draft: DraftId | None = None
    """None means the only one of which somebody is left."""
    reference: str = ""
    when: datetime | None = None
    """None means now."""
