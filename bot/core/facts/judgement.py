"""Risk weighed and decided, drafts made and reviewed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts.base import Deed
from bot.core.names import DraftId, UserId
from bot.core.people.roster import Role
from bot.core.risk import RiskFactor, RiskLevel, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskWeighed(Deed):
    """One question of the risk to people was answered, with the reason."""

    factor: RiskFactor
    level: RiskLevel
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDecided(Deed):
    """A named person decided on the level of risk, with the reason."""

    level: RiskLevel
    reason: str
    confirmed_by: UserId | None = None
    """The second person that the decision of no risk needs."""
    as_dpo: bool = False
    """Whoever decided is the data protection officer, who advises."""
    as_controller: bool = False
    """One of those who decided does it for the organisation that answers for the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityScored(Deed):
    """Somebody scored the severity by ENISA's method, with the reason: an aid, and no decision."""

    score: Score
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMade(Deed):
    """A draft was written from the facts of that moment."""

    draft: DraftId
    version: int
    digest: str
    """SHA-256 of what it says: the same facts make the same version."""
    name: str = ""
    """What people call it in this room; empty where it was made before names were kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReviewed(Deed):
    """A version of a draft was read and found right."""

    draft: DraftId
    version: int
    role: Role
    """In which capacity: dpo or legal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHole:
    """A place in a frozen text that each client's letter fills."""

    label: str
    """What stands there, in brackets, until it is filled."""
    name: str
    """The column of the list: `client`, `client-email`."""
    optional: bool
    """True: its paragraph is left out of the letter of a client who has no such value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFrozen(Deed):
    """A reviewed version stands as it is, for a person to send."""

    draft: DraftId
    version: int
    text: str
    """The whole text, as Markdown: later facts do not change it."""
    holes: tuple[ClientHole, ...] = ()
    missing: tuple[str, ...] = ()
    """What nothing filled, as the text says it."""


JudgementFact = RiskWeighed | RiskDecided | SeverityScored | DraftMade | DraftReviewed | DraftFrozen
