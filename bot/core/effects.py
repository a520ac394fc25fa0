"""What a fact asks of the world: the closed union that becomes outbox rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from bot.core.facts import (
    Acknowledged,
    Answered,
    Briefed,
    BulletinRead,
    BulletinReceived,
    BulletinSent,
    CardPosted,
    CascadeCancelled,
    CascadeExtended,
    CascadePaused,
    CascadeResumed,
    ClockAdded,
    ClockClassified,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    Closed,
    ConfirmationAsked,
    ConfirmationGiven,
    DraftFrozen,
    DraftMade,
    DraftReviewed,
    Fact,
    Joined,
    Left,
    NotDelivered,
    Noted,
    Opened,
    PersonInvited,
    PersonRemoved,
    ProgressPosted,
    Purged,
    Rang,
    RepeatRang,
    Resumed,
    RiskDecided,
    RiskWeighed,
    RoleGiven,
    RoomReady,
    RoomRefused,
    RoomRetried,
    SeveritySet,
    Snoozed,
    StepAssigned,
    StepDone,
    StepReopened,
    StepSkipped,
    StepsRang,
    StrangerCame,
    UpdateRang,
)
from bot.core.incident import Incident, Status
from bot.core.names import EventId, UserId
from bot.core.two_persons import second_persons

INVITED_AT_ONCE = 10
"""How many people the room's creation invites; the homeserver refuses more in one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRoom:
    """Make the encrypted room, its first people invited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePerson:
    """Invite a person to the room."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePerson:
    """Take a person out of the room and rotate its keys."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCard:
    """Post the status card, or edit the one that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinCard:
    """Pin the card's event."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Answer the command where it was given."""

    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn:
    """Ring for those who lead: somebody must look."""

    fact: StrangerCame


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSecondPerson:
    """Answer the command with what it asks for; it notifies those who could confirm."""

    fact: ConfirmationAsked
    people: tuple[UserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostBrief:
    """Post a situation brief for those who came late."""

    users: tuple[UserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFirstSteps:
    """Post the first steps under the card of a new room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowProgress:
    """Post how far a cascade is, or edit the message that says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostBulletin:
    """Ring with what the parent tells this organisation."""

    fact: BulletinReceived


Effect = (
    CreateRoom
    | InvitePerson
    | RemovePerson
    | ShowCard
    | PinCard
    | Confirm
    | AskSecondPerson
    | Warn
    | PostBrief
    | PostFirstSteps
    | ShowProgress
    | PostBulletin
)


def effects(fact: Fact, after: Incident) -> tuple[Effect, ...]:  # noqa: C901, PLR0911, PLR0912 - a table
    """Return what *fact* asks of the world, in order; *after* is the incident it led to."""
    match fact:
        case Opened() if fact.parent is not None:
            return (CreateRoom(),)  # many are opened by one command, and that one is answered
        case Opened():
            return (Confirm(fact=fact), CreateRoom())
        case RoomReady():
            late = tuple(after.roster)[INVITED_AT_ONCE:]
            first_steps = () if after.status is Status.CLOSED else (PostFirstSteps(),)
            return (*(InvitePerson(user=user) for user in late), ShowCard(), *first_steps)
        case CardPosted(event=event):
            return (PinCard(event=event),)
        case Joined() | Left() | Purged():
            return ()
        case StrangerCame(user=user):
            return (RemovePerson(user=user), Warn(fact=fact))
        case Briefed(users=users):
            return (PostBrief(users=users),)
        case Rang() | StepsRang() | UpdateRang() | RepeatRang() | NotDelivered():
            return ()  # a fact once it was said
        case DraftMade() | DraftReviewed() | DraftFrozen() | BulletinSent():
            return ()  # the answer has the draft itself, or what the bulletin reads like
        case ConfirmationAsked(by=by, act=act):
            return (AskSecondPerson(fact=fact, people=second_persons(after, by, act, fact.at)),)
        case ConfirmationGiven():
            return ()  # the act itself says that it was done
        case ClockStarted(by=None):
            return ()  # its cause, the filing of another clock, says it
        case CascadeExtended() | CascadePaused() | CascadeResumed() | CascadeCancelled():
            return (Confirm(fact=fact), ShowProgress())
        case ProgressPosted() | RoomRefused():
            return ()
        case RoomRetried():
            return (CreateRoom(),)
        case BulletinReceived():
            return (PostBulletin(fact=fact),)
        case BulletinRead() | Acknowledged() | Snoozed() | Noted() | RiskWeighed():
            return (Confirm(fact=fact),)
        case PersonInvited(user=user):
            return (InvitePerson(user=user), Confirm(fact=fact))
        case PersonRemoved(user=user):
            return (RemovePerson(user=user), Confirm(fact=fact), ShowCard())
        case (
            StepAssigned()
            | StepDone()
            | StepSkipped()
            | StepReopened()
            | Answered()
            | ClockStarted()
            | ClockFiled()
            | ClockSetAside()
            | ClockClassified()
            | ClockAdded()
            | RiskDecided()
            | RoleGiven()
            | SeveritySet()
            | Closed()
            | Resumed()
        ):
            return (Confirm(fact=fact), ShowCard())
        case _:
            assert_never(fact)
