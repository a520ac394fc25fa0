"""What can happen to an incident, in the past tense. The facts are the truth; everything else is computed from them.

A fact's class name and fields are stored for years: rename nothing here without a migration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from bot.core.clocks import Rule
from bot.core.names import DeviceId, EventId, IncidentId, InputId, Question, RoomId, RuleId, StepId, UserId
from bot.core.playbook import Language, Playbook
from bot.core.roster import Role


class Severity(StrEnum):
    """How bad it is; the words of the room, not a computation."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRISIS = "crisis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person on the roster at the opening."""

    user: UserId
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    at: datetime
    """When it was recorded, by our clock, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act(_Fact):
    by: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(_Act):
    """The incident began. Everything it needs later is frozen here: playbook, rules, holidays, zone."""

    incident: IncidentId
    codename: str
    title: str
    severity: Severity
    language: Language
    zone: str
    pace: float
    """How many times faster than real time reminders ring: 1, or more in a drill."""
    drill: bool
    playbook: Playbook
    rules: tuple[Rule, ...]
    closed_days: tuple[date, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomReady(_Fact):
    """The encrypted room exists, was checked, and the people of the opening are invited."""

    room: RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPosted(_Fact):
    """The status card stands in the room under this event; later versions are edits of it."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(_Fact):
    """A person of the roster came into the room."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(_Fact):
    """A person left the room, or was taken out by somebody else than Cellule."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefed(_Fact):
    """A brief was posted for those who joined late."""

    users: tuple[UserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAssigned(_Act):
    """Somebody, or the holders of a role, took a step on."""

    step: StepId
    to: UserId | Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone(_Act):
    """A step was finished, with its result exactly as typed (may be empty)."""

    step: StepId
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSkipped(_Act):
    """A step was left out, with the reason."""

    step: StepId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReopened(_Act):
    """A finished or skipped step is open again; its history stays."""

    step: StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(_Act):
    """A question of the playbook was answered, or answered anew."""

    question: Question
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStarted(_Fact):
    """An awareness time was confirmed, or corrected."""

    rule: RuleId
    aware: datetime
    by: UserId | None
    """None when the filing of another clock started it."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFiled(_Act):
    """A clock was stopped with the reference of its filing."""

    rule: RuleId
    reference: str
    filed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSetAside(_Act):
    """A person decided that a clock does not apply."""

    rule: RuleId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(_Fact):
    """A reminder rang."""

    rule: RuleId
    rung: str
    due: datetime
    late_by: timedelta
    """How late it rang; zero when on time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(_Act):
    """A person saw the reminders of these clocks."""

    rules: tuple[RuleId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(_Act):
    """Reminders of a clock rest until then, never past its due time."""

    rule: RuleId
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(_Act):
    """A line for the timeline, exactly as typed."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInvited(_Act):
    """A person is on the roster from now on and was invited to the room."""

    user: UserId
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven(_Act):
    """A person of the roster holds one more role."""

    user: UserId
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRemoved(_Act):
    """A person is off the roster: no more keys, no more rights."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveritySet(_Act):
    """The severity was changed."""

    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(_Act):
    """The incident ended; the room stays silent until it is resumed."""

    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(_Act):
    """A closed incident is open again."""


Fact = (
    Opened
    | RoomReady
    | CardPosted
    | Joined
    | Left
    | Briefed
    | StepAssigned
    | StepDone
    | StepSkipped
    | StepReopened
    | Answered
    | ClockStarted
    | ClockFiled
    | ClockSetAside
    | Rang
    | Acknowledged
    | Snoozed
    | Noted
    | PersonInvited
    | RoleGiven
    | PersonRemoved
    | SeveritySet
    | Closed
    | Resumed
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRoomReady(_Fact):
    """The control room exists and the admins are invited."""

    room: RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOffered(_Act):
    """Somebody asked to open an incident without naming a playbook; a number from them settles it."""

    room: RoomId
    title: str
    severity: Severity
    language: Language
    drill: bool
    playbooks: tuple[str, ...]


DeskFact = ControlRoomReady | ChoiceOffered

F = TypeVar("F", Fact, DeskFact, Fact | DeskFact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[F]):
    """A fact in its place in the chain."""

    number: int
    """Counts from 1 within its stream."""
    fact: F
    input: InputId
    """What caused it."""
    device: DeviceId | None
    """The device that gave the command; None for what no person typed."""
    digest: str
    """SHA-256 over the digest before it and this fact's stored bytes, in hex."""
