"""The entries of a record as a report lists them: each of one kind, by which a reader finds what they look for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.core import facts
from bot.core.facts.lifecycle import RecordFact
from bot.core.facts.ringing import PageFact
from bot.core.facts.work import Answered, Noted
from bot.core.incident import Incident
from bot.core.names import DeviceId
from bot.core.record.leaves import Place


class Kind(StrEnum):
    """What an entry is about."""

    STEP = "step"
    CLOCK = "clock"
    DECISION = "decision"
    EVIDENCE = "evidence"
    KNOWN = "known"
    """What was answered or noted."""
    PAPER = "paper"
    """Drafts, letters, bulletins and questions."""
    COST = "cost"
    """What it costs, and what is out of reach."""
    PEOPLE = "people"
    RINGING = "ringing"
    """Reminders and pages."""
    COURSE = "course"
    """The incident itself: opened, graver, closed."""
    RECORD = "record"
    """Checkpoints, who saw them, legal holds."""


_KINDS: tuple[tuple[Any, Kind], ...] = (
    (facts.EvidenceFact, Kind.EVIDENCE),
    (facts.CostFact | facts.OutageFact, Kind.COST),
    (facts.StepAssigned | facts.StepDone | facts.StepSkipped | facts.StepReopened | facts.StepsRang, Kind.STEP),
    (facts.DecisionFact | facts.ReviewRang | facts.RiskDecided | facts.ClockSetAside, Kind.DECISION),
    (facts.ConfirmationFact, Kind.DECISION),
    (facts.Acknowledged | facts.Snoozed | facts.Rang | PageFact | facts.NotDelivered, Kind.RINGING),
    (facts.RepeatRang | facts.UpdateRang | facts.FindingRang | facts.PointRang, Kind.RINGING),
    (facts.ClockFact, Kind.CLOCK),
    (Answered | Noted | facts.PointWritten | facts.FindingFact, Kind.KNOWN),
    (facts.RiskWeighed | facts.SeverityScored | facts.AlertFact, Kind.KNOWN),
    (facts.JudgementFact | facts.LettersFact | facts.QuestionFact, Kind.PAPER),
    (facts.BulletinSent | facts.BulletinReceived | facts.BulletinRead, Kind.PAPER),
    (facts.PeopleFact | facts.HandoverGiven | facts.HandoverTaken, Kind.PEOPLE),
    (RecordFact, Kind.RECORD),
)
"""The first that fits; all else is of the course of the incident."""


def kind_of(fact: facts.Fact) -> Kind:
    """Return what a fact is about."""
    return next((kind for union, kind in _KINDS if isinstance(fact, union)), Kind.COURSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a record."""

    number: int
    fact: facts.Fact | None
    """None once it was purged."""
    device: DeviceId | None = None
    """From which it came; None where no person did it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The record of an incident as it is kept: its places, and what can still be read of them."""

    places: Sequence[Place]
    facts: Mapping[int, facts.Fact]
    """By place; not of those that were erased."""
    named: Mapping[int, Collection[str]]
    """The digests of the parts that an entry names, by place."""
    parts: Mapping[str, str]
    """Those parts, by digest."""

    def entries(self) -> tuple[Entry, ...]:
        """Return the entries, the oldest first."""
        return tuple(
            Entry(
                number=place.number,
                fact=self.facts.get(place.number),
                device=DeviceId(place.entry.device) if place.entry and place.entry.device else None,
            )
            for place in self.places
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a report is made of."""

    incident: Incident
    """As it stands after the last entry."""
    entries: tuple[Entry, ...]
    """The oldest first; never none."""
    root: str
    """Over all entries, in hex."""
    key: str
    """Of the records: who signs."""
