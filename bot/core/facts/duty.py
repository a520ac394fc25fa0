"""What happens to the rotas, and to the addresses at which people can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.facts.base import Deed, Happened
from bot.core.names import UserId
from bot.core.people.roster import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyChanged(Deed):
    """Somebody is on duty for a role, or is away from it, for a time. Of what was said of a moment, the last counts."""

    role: Role
    user: UserId
    start: datetime
    end: datetime
    away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyHoleTold(Happened):
    """The control room was told that nobody is on duty for a role from *start* to *end*."""

    role: Role
    start: datetime
    end: datetime


DutyFact = DutyChanged | DutyHoleTold
