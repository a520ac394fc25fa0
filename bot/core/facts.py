"""What can happen to an incident, in the past tense. The facts are the truth; everything else is computed from them.

A fact's class name and fields are stored for years: rename nothing here without a migration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from bot.core.clocks import Rule
from bot.core.names import DeviceId, DraftId, EventId, IncidentId, InputId, Question, RoomId, RuleId, StepId, UserId
from bot.core.playbook import Language, Playbook
from bot.core.quiet import QuietHours
from bot.core.risk import RiskFactor, RiskLevel
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
    prefilled: Mapping[Question, str] = field(default_factory=dict)
    """Answers that the organisation's profile gave beforehand."""
    quiet: QuietHours | None = None
    """When reminders that can wait do wait; None in incidents opened before there were quiet hours, or without."""


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
class StrangerCame(_Fact):
    """Somebody who is not on the roster came into the room, or was invited to it past Cellule."""

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
    previous: datetime | None = None
    """The awareness time this one corrects; None when it corrects none."""


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
class ClockClassified(_Act):
    """The second moment of a clock is known, which may end it earlier: DORA's classification as major."""

    rule: RuleId
    classified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockAdded(_Act):
    """A business clock runs from now on, beside those of the law."""

    rule: Rule
    person: UserId | None
    """Who is reminded; None means the holders of the rule's role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(_Fact):
    """A reminder rang."""

    rule: RuleId
    rung: str
    due: datetime | None
    """None for a clock to which the law gives no figure."""
    late_by: timedelta
    """How late it rang; zero when on time."""
    level: int = 0
    """How wide its circle was: see `incident.circle`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsRang(_Fact):
    """The time aimed at for these steps came, and they were open."""

    steps: tuple[StepId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRang(_Fact):
    """A promised bulletin is near."""

    promised: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatRang(_Fact):
    """A closed checklist is to be run again."""


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
class RiskWeighed(_Act):
    """One question of the risk to people was answered, with the reason."""

    factor: RiskFactor
    level: RiskLevel
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDecided(_Act):
    """A named person decided on the level of risk, with the reason."""

    level: RiskLevel
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMade(_Act):
    """A draft was written from the facts of that moment."""

    draft: DraftId
    version: int
    digest: str
    """SHA-256 of what it says: the same facts make the same version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReviewed(_Act):
    """A version of a draft was read and found right."""

    draft: DraftId
    version: int
    role: Role
    """In which capacity: dpo or legal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFrozen(_Act):
    """A reviewed version stands as it is, for a person to send."""

    draft: DraftId
    version: int
    text: str
    """The whole text, as Markdown: later facts do not change it."""


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
    | StrangerCame
    | Briefed
    | StepAssigned
    | StepDone
    | StepSkipped
    | StepReopened
    | Answered
    | ClockStarted
    | ClockFiled
    | ClockSetAside
    | ClockClassified
    | ClockAdded
    | Rang
    | StepsRang
    | UpdateRang
    | RepeatRang
    | Acknowledged
    | Snoozed
    | RiskWeighed
    | RiskDecided
    | DraftMade
    | DraftReviewed
    | DraftFrozen
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


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChangeSeen(_Fact):
    """Somebody of ours publishes another cross-signing identity than the one they are known by."""

    user: UserId
    master: str | None
    """The new master key; None when they publish none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityShown(_Act):
    """An admin was shown the changed identity that somebody publishes."""

    user: UserId
    master: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityConfirmed(_Act):
    """An admin compared somebody's new cross-signing identity and confirmed it."""

    user: UserId
    master: str
    """The master key they are known by from now on."""


DeskFact = ControlRoomReady | ChoiceOffered | IdentityChangeSeen | IdentityShown | IdentityConfirmed

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
