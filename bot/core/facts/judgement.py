"""Risk weighed and decided, decisions taken, drafts made and reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
class DecisionTaken(Deed):
    """Somebody decided something."""

    number: int
    """Counts from 1 within the incident."""
    text: str
    """Exactly as typed."""
    options: tuple[str, ...]
    """What else could have been done; none when nobody said."""
    reason: str
    """Empty when nobody said."""
    review_at: datetime | None
    """When it is to be looked at again, in UTC."""
    roles: tuple[Role, ...]
    """Of whoever decided, at that moment."""
    known: int
    """The number of the last fact before it: what was known then is a replay to there."""
    digest: str = ""
    """Of that fact, in hex, in older decisions; left out since: unsalted, it let words of hidden entries be tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAmended(Deed):
    """Somebody said more of a decision. What is empty stays as it was."""

    number: int
    reason: str = ""
    options: tuple[str, ...] = ()
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionReviewed(Deed):
    """Somebody looked at a decision again."""

    number: int
    text: str
    """What came of it, exactly as typed."""
    roles: tuple[Role, ...]
    """As in `DecisionTaken`."""


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


DecisionFact = DecisionTaken | DecisionAmended | DecisionReviewed
JudgementFact = RiskWeighed | RiskDecided | SeverityScored | DecisionFact | DraftMade | DraftReviewed | DraftFrozen
