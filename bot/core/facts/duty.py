"""What happens to the rotas, to the addresses at which people can be reached, and to who is on in an incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.facts.base import Deed, Happened
from bot.core.facts.work import DeviceProof
from bot.core.names import DeviceId, StepId, UserId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PointWritten(Deed):
    """Somebody said where things stand."""

    text: str
    """Empty: nothing is new, which is worth knowing too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceSet(Deed):
    """Somebody chose after how long a situation point follows the one before."""

    every: timedelta | None
    """None: none rings any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverGiven(Deed):
    """Somebody hands over to another, who is to acknowledge it; until then it does not count."""

    number: int
    """Counts from 1 in an incident."""
    to: UserId
    roles: tuple[Role, ...] = ()
    """Those that pass, beside the steps."""
    text: str = ""
    """What they add to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverTaken(Deed):
    """Whoever a handover is for acknowledged it, from a device of their own: it counts."""

    number: int
    steps: tuple[StepId, ...]
    """Those that were whoever gave it's, and are theirs now."""
    roles: tuple[Role, ...]
    """Those that they hold now beside their own."""
    device: DeviceId
    proof: DeviceProof


RhythmFact = PointWritten | CadenceSet | HandoverGiven | HandoverTaken
"""Of an incident."""
DutyFact = DutyChanged | DutyHoleTold
ContactFact = ContactAsked | ContactAnswered | ContactSilenceTold
