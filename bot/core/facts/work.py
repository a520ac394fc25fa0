"""Steps, answers, notes, what is kept as evidence, and what it all costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.costs.amounts import Amount, CostKind
from bot.core.facts.base import Deed
from bot.core.names import DeviceId, EventId, Question, StepId, UserId
from bot.core.people.roster import Role


class Certainty(StrEnum):
    """How sure an answer is, as whoever gave it said."""

    ESTABLISHED = "established"
    UNCONFIRMED = "unconfirmed"
    """Somebody says so; nobody has checked it."""
    SUPPOSED = "supposed"
    RULED_OUT = "ruled-out"
    """It was thought of, and it is not so: no answer to the question."""

    @property
    def is_open(self) -> bool:
        """Say whether it may still turn out otherwise: no text may state it."""
        return self in (Certainty.UNCONFIRMED, Certainty.SUPPOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAssigned(Deed):
    """Somebody, or the holders of a role, took a step on."""

    step: StepId
    to: UserId | Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone(Deed):
    """A step was finished, with its result exactly as typed (may be empty)."""

    step: StepId
    result: str
    evidence: tuple[int, ...] = ()
    """The numbers of evidence that the result names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSkipped(Deed):
    """A step was left out, with the reason."""

    step: StepId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReopened(Deed):
    """A finished or skipped step is open again; its history stays."""

    step: StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Deed):
    """A question of the playbook was answered, or answered anew."""

    question: Question
    value: str
    reason: str = ""
    """Why, where the answer takes a duty away; empty otherwise."""
    confirmed_by: UserId | None = None
    """The second person such an answer needs."""
    certainty: Certainty | None = None
    """None where nobody said how sure it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Deed):
    """A line for the timeline, exactly as typed."""

    text: str


class DeviceProof(StrEnum):
    """What says whose device something came from."""

    COMPARED = "compared"
    """Its owner's identity vouches for it, and somebody compared that with them."""
    SIGNED = "signed"
    """Its owner's identity vouches for it; nobody compared that with them yet."""
    FIRST_USE = "first-use"
    """The homeserver alone, when it was seen first."""


class Keeping(StrEnum):
    """Where a thing of evidence is."""

    KEPT = "kept"
    """Here: a copy of it lies encrypted in the state."""
    WITH_HOLDER = "with-holder"
    """With whoever has it; only its fingerprint is here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOrigin:
    """The message by which a file came."""

    event: EventId
    sender: UserId
    device: DeviceId
    proof: DeviceProof
    """As it stood when the file was taken in."""
    sent_at: datetime
    """By the sender's server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTaken(Deed):
    """Somebody had a file taken in as evidence, or named a thing that stays with its holder.

    *at* is when its fingerprint was taken, or noted.
    """

    number: int
    """Counts from 1 within the incident."""
    name: str
    """Of the file, as its sender named it; of another thing what it is."""
    digest: str
    """SHA-256 of its bytes, in hex: of a file taken here, of a thing that never came as whoever named it says."""
    keeping: Keeping
    size: int | None = None
    """In bytes, as they came; None for what never came here."""
    origin: FileOrigin | None = None
    """None for what never came here."""
    source: str = ""
    """Whence it is, exactly as typed; empty while nobody said it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSourced(Deed):
    """Somebody said whence a thing of evidence is, or said it anew."""

    number: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceHanded(Deed):
    """A thing of evidence was handed to somebody, who has not acknowledged it yet."""

    number: int
    to: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReceived(Deed):
    """Whoever a thing of evidence was handed to acknowledged it, from a device of their own."""

    number: int
    device: DeviceId
    proof: DeviceProof


@dataclass(frozen=True, slots=True, kw_only=True)
class CostNoted(Deed):
    """Somebody noted a cost."""

    number: int
    """Counts from 1 within the incident."""
    amount: Amount
    estimated: bool
    """It is expected, or not known exactly; otherwise it was incurred."""
    kind: CostKind
    text: str
    """What for, exactly as typed; may be empty."""
    evidence: tuple[int, ...] = ()
    """The numbers of evidence that prove it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCorrected(Deed):
    """A cost is otherwise than it was noted: this is all of it now."""

    number: int
    amount: Amount
    estimated: bool
    kind: CostKind
    text: str
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCancelled(Deed):
    """A cost does not count any more, with the reason."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageNoted(Deed):
    """Somebody noted that a system is, or was, out of reach."""

    number: int
    """Counts from 1 within the incident."""
    system: str
    """As typed."""
    begin: datetime
    """In UTC, as is the end."""
    end: datetime | None
    """None while it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageTimed(Deed):
    """Somebody said when an outage ended, or said its times anew: these are both of them now."""

    number: int
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageCancelled(Deed):
    """An outage does not count any more, with the reason."""

    number: int
    reason: str


EvidenceFact = EvidenceTaken | EvidenceSourced | EvidenceHanded | EvidenceReceived
CostFact = CostNoted | CostCorrected | CostCancelled
OutageFact = OutageNoted | OutageTimed | OutageCancelled
WorkFact = (
    StepAssigned | StepDone | StepSkipped | StepReopened | Answered | Noted | EvidenceFact | CostFact | OutageFact
)
