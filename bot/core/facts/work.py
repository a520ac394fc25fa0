"""Steps, answers, notes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.facts.base import Deed
from bot.core.names import Question, StepId, UserId
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


WorkFact = StepAssigned | StepDone | StepSkipped | StepReopened | Answered | Noted
