"""What people ask of the rotas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.people.roster import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDuty:
    """Show who is on duty, now and in the weeks to come."""

    role: Role | None = None
    """The only one to show, for longer; None: every role that has a rota."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowContact:
    """Show the asker's own addresses, as far as they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerContact:
    """Say whether the asker's addresses still hold."""

    holds: bool
    words: str = ""
    """What they say besides: which one does not, or what it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDuty:
    """Have somebody (as typed) on duty for a time, or away from it."""

    role: Role
    who: str
    start: datetime | None = None
    """None: at once."""
    end: datetime | None = None
    """None: as long as the week lasts in which it begins."""
    away: bool = False
