"""The subjects of messages: what somebody means who replies to one. What is listed stands in the order shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.names import IncidentId, Question, RuleId, StepId, UserId
from bot.core.risk import RiskFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Steps that are shown."""

    steps: tuple[StepId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A step that was just done or skipped, and the one that is shown to go on with."""

    step: StepId
    following: StepId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Questions of the playbook, or details, that are asked or were just answered."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """Questions on the risk to people."""

    factors: tuple[RiskFactor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Clocks that are shown."""

    rules: tuple[RuleId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """What rings: clocks and steps; or, with neither, something that only wants to be seen, such as a bulletin."""

    rules: tuple[RuleId, ...] = ()
    steps: tuple[StepId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An act that waits for a second person."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A thing of evidence that was handed to somebody, who is to acknowledge it."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A handover that waits for whoever it is for to acknowledge it."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointAsked:
    """A situation point that rang: whatever is replied is where things stand."""

    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbooks:
    """The list of playbooks that an opening waits for; a newer opening has a list of its own."""

    offered_at: datetime
    playbooks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of several a command was meant for: its word, then one of the ids, then the rest make it whole."""

    word: str
    ids: tuple[str, ...]
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YesTo:
    """A command that a yes carries out: its word, and what stands after it."""

    word: str
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestOf:
    """A command that lacks its last words: whatever is replied is these."""

    word: str
    begun: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guided:
    """A question of the guide to one person: what stands after it is what it asks."""

    user: UserId
    incident: IncidentId | None
    """None while it asks which incident is meant."""
    asked: tuple[str, ...] = ()
    """The ids it has asked about so far: none is asked for twice, whatever became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideOver:
    """The end of a guide: the next word in its place is talk again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordination:
    """What whoever coordinates tells an organisation: what is replied and answers nothing is a question to them."""

    bulletin: int | None
    """Its number; None for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnContact:
    """The question whether somebody's addresses still hold."""


Subject = (
    Steps
    | Settled
    | Questions
    | Risks
    | Clocks
    | Reminders
    | Waiting
    | Handed
    | Relay
    | PointAsked
    | Playbooks
    | Choice
    | YesTo
    | RestOf
    | Guided
    | GuideOver
    | Coordination
    | OwnContact
)
About = tuple[Subject, ...]
"""What one message is about; empty when there is nothing to answer."""


def incident_of(about: About) -> IncidentId | None:
    """Return the incident that a question of the guide is about; None for what is asked in an incident's own room."""
    return next((subject.incident for subject in about if isinstance(subject, Guided)), None)


def what_is_asked(about: About) -> About:
    """Return what an answer is taken for: after a question of the guide, nothing that stands before it."""
    guides = [place for place, subject in enumerate(about) if isinstance(subject, Guided)]
    return about[guides[-1] + 1 :] if guides else about
