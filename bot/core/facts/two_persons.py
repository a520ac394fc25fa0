"""What cannot be undone is asked for by one person and confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.facts.base import Deed
from bot.core.facts.desk import Enclosed
from bot.core.facts.work import Certainty
from bot.core.names import IncidentId, Question, RuleId, UserId
from bot.core.risk import RiskLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Close the incident though legal clocks run."""

    summary: str
    rules: tuple[RuleId, ...]
    """Those that fall silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Remove somebody who can lead."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiving:
    """Set aside a clock of the law."""

    rule: RuleId
    reason: str
    due: datetime | None
    """When it is due as it runs now; None where the law gives no figure, or it does not run."""
    runs: bool = True
    """False: nobody started it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDeciding:
    """Decide that a risk to people is unlikely."""

    level: RiskLevel
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Answer a question so that duties leave."""

    question: Question
    value: str
    reason: str
    rules: tuple[RuleId, ...]
    """The clocks of the law that leave with it."""
    certainty: Certainty | None = None
    """As in `Answered`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcing:
    """Send a bulletin to organisations."""

    text: str
    audience: str
    next_update: datetime | None
    recipients: tuple[IncidentId, ...] | None
    """As in `BulletinSent`."""
    told: int
    """How many organisations it is for."""
    closes: bool = False
    """It is a farewell: whoever reads it has no incident any more."""
    kept: int = 0
    """How many would be meant by a farewell, and stay open."""
    replaces: int | None = None
    """As in `BulletinSent`."""
    withdraws: bool = False
    """As in `BulletinSent`."""
    enclosed: Enclosed | None = None
    """As in `BulletinSent`."""
    every: timedelta | None = None
    """As in `BulletinSent`."""
    alone: bool = False
    """It is for a few, or for practice: whoever asks may confirm it too, once they saw what it reads like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """Take two organisations of a list for one."""

    into: str
    """The key of the first."""
    merged: str
    """The key of the second, which becomes part of it."""
    people: int
    """How many are invited into the room of the first."""
    rules: tuple[RuleId, ...]
    """Clocks of the law that go on there with the earlier hour of the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovingBelow:
    """Take somebody who can lead out of the room of an organisation."""

    key: str
    user: UserId
    new: UserId | None = None
    """Who takes their place."""
    is_last: bool = False
    """Nobody is left who can lead there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """Lift the legal hold."""

    reason: str
    """For which it was laid."""


Irreversible = Closing | Removal | Waiving | RiskDeciding | Answering | Announcing | Merging | RemovingBelow | Lifting


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationAsked(Deed):
    """Somebody asked for an act that needs a second person; nothing is done yet."""

    number: int
    """Counts from 1 within the incident."""
    act: Irreversible


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationGiven(Deed):
    """A second person confirmed; the facts of the act follow, in the name of who asked."""

    number: int
    asked_by: UserId
    act: Irreversible


ConfirmationFact = ConfirmationAsked | ConfirmationGiven
