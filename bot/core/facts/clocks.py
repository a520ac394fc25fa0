"""Clocks: started, filed, set aside, added, seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.clocks.rules import Rule
from bot.core.facts.base import Deed, Happened
from bot.core.names import RuleId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStarted(Happened):
    """An awareness time was confirmed, or corrected."""

    rule: RuleId
    aware: datetime
    by: UserId | None
    """None when the filing of another clock started it."""
    source: str
    previous: datetime | None = None
    """The awareness time this one corrects; None when it corrects none."""
    proposed: bool = False
    """It stands in a list of whoever coordinates: it counts, and nobody of the organisation has confirmed it yet."""
    confirms: bool = False
    """It is the time that was proposed, and somebody of the organisation says that it is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFiled(Deed):
    """A clock was stopped with the reference of its filing."""

    rule: RuleId
    reference: str
    filed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSetAside(Deed):
    """A person decided that a clock does not apply."""

    rule: RuleId
    reason: str
    confirmed_by: UserId | None = None
    """The second person that a clock of the law needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockClassified(Deed):
    """The second moment of a clock is known, which may end it earlier: DORA's classification as major."""

    rule: RuleId
    classified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockAdded(Deed):
    """A business clock runs from now on, beside those of the law."""

    rule: Rule
    person: UserId | None
    """Who is reminded; None means the holders of the rule's role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesAdded(Deed):
    """Dates of the firm's calendar run from now on."""

    dates: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFollowed(Deed):
    """A clock of the law is watched from now on, whatever the playbook says."""

    rule: Rule
    chained: tuple[Rule, ...] = ()
    """Those of the same duty that came with it: the filing of one starts the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Deed):
    """A person saw the reminders of these clocks."""

    rules: tuple[RuleId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(Deed):
    """Reminders of a clock rest until then, never past its due time."""

    rule: RuleId
    until: datetime


ClockFact = (
    ClockStarted
    | ClockFiled
    | ClockSetAside
    | ClockClassified
    | ClockAdded
    | DatesAdded
    | RuleFollowed
    | Acknowledged
    | Snoozed
)
