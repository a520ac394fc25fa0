"""What happens to the rotas, and to the addresses at which people can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAsked(Happened):
    """Somebody is asked whether their addresses still hold; the question itself is on its way."""

    user: UserId
    quarter: date
    """Its first day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAnswered(Deed):
    """Somebody said whether their addresses still hold. Which these are no fact says."""

    quarter: date
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSilenceTold(Happened):
    """The control room was told who has not answered."""

    users: tuple[UserId, ...]
    quarter: date


DutyFact = DutyChanged | DutyHoleTold
ContactFact = ContactAsked | ContactAnswered | ContactSilenceTold
