"""What can happen to an incident, in the past tense. The facts are the truth; everything else is computed from them.

A fact's class name and fields are stored for years: rename nothing here without a migration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.core.facts.cascade import (
    BulletinRead,
    BulletinReceived,
    BulletinSent,
    CascadeCancelled,
    CascadeExtended,
    CascadePaused,
    CascadeResumed,
    CascadeRow,
    ProgressPosted,
    RoomRefused,
    RoomRetried,
)
from bot.core.facts.clocks import (
    Acknowledged,
    ClockAdded,
    ClockClassified,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    Snoozed,
)
from bot.core.facts.desk import (
    CascadeOpening,
    ChoiceOffered,
    ControlRoomReady,
    DirectRoomAsked,
    DirectRoomReady,
    EncryptedFile,
    FileOffered,
    HouseAct,
    HouseConfirmationAsked,
    HouseConfirmationGiven,
    IdentityChangeSeen,
    IdentityConfirmed,
    IdentityShown,
    Trusting,
)
from bot.core.facts.judgement import DraftFrozen, DraftMade, DraftReviewed, RiskDecided, RiskWeighed
from bot.core.facts.lifecycle import Closed, PurgeCause, Purged, Resumed, SeveritySet
from bot.core.facts.opening import CardPosted, Member, Opened, RoomReady, Severity
from bot.core.facts.people import Briefed, Joined, Left, PersonInvited, PersonRemoved, RoleGiven, StrangerCame
from bot.core.facts.ringing import NotDelivered, Rang, Reminder, RepeatRang, StepsRang, UpdateRang
from bot.core.facts.two_persons import (
    Announcing,
    Closing,
    ConfirmationAsked,
    ConfirmationGiven,
    Irreversible,
    Removal,
    Waiving,
)
from bot.core.facts.work import Answered, Noted, StepAssigned, StepDone, StepReopened, StepSkipped
from bot.core.names import DeviceId, InputId

__all__ = [
    "Acknowledged",
    "Announcing",
    "Answered",
    "Briefed",
    "BulletinRead",
    "BulletinReceived",
    "BulletinSent",
    "CardPosted",
    "CascadeCancelled",
    "CascadeExtended",
    "CascadeOpening",
    "CascadePaused",
    "CascadeResumed",
    "CascadeRow",
    "ChoiceOffered",
    "ClockAdded",
    "ClockClassified",
    "ClockFiled",
    "ClockSetAside",
    "ClockStarted",
    "Closed",
    "Closing",
    "ConfirmationAsked",
    "ConfirmationGiven",
    "ControlRoomReady",
    "DeskFact",
    "DirectRoomAsked",
    "DirectRoomReady",
    "DraftFrozen",
    "DraftMade",
    "DraftReviewed",
    "EncryptedFile",
    "Fact",
    "FileOffered",
    "HouseAct",
    "HouseConfirmationAsked",
    "HouseConfirmationGiven",
    "IdentityChangeSeen",
    "IdentityConfirmed",
    "IdentityShown",
    "Irreversible",
    "Joined",
    "Left",
    "Member",
    "NotDelivered",
    "Noted",
    "Opened",
    "PersonInvited",
    "PersonRemoved",
    "ProgressPosted",
    "PurgeCause",
    "Purged",
    "Rang",
    "Recorded",
    "Reminder",
    "Removal",
    "RepeatRang",
    "Resumed",
    "RiskDecided",
    "RiskWeighed",
    "RoleGiven",
    "RoomReady",
    "RoomRefused",
    "RoomRetried",
    "Severity",
    "SeveritySet",
    "Snoozed",
    "StepAssigned",
    "StepDone",
    "StepReopened",
    "StepSkipped",
    "StepsRang",
    "StrangerCame",
    "Trusting",
    "UpdateRang",
    "Waiving",
]

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
    | NotDelivered
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
    | ConfirmationAsked
    | ConfirmationGiven
    | Closed
    | Resumed
    | Purged
    | CascadeExtended
    | CascadePaused
    | CascadeResumed
    | CascadeCancelled
    | ProgressPosted
    | BulletinSent
    | RoomRefused
    | RoomRetried
    | BulletinReceived
    | BulletinRead
)

DeskFact = (
    ControlRoomReady
    | DirectRoomAsked
    | DirectRoomReady
    | ChoiceOffered
    | FileOffered
    | HouseConfirmationAsked
    | HouseConfirmationGiven
    | IdentityChangeSeen
    | IdentityShown
    | IdentityConfirmed
)

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
