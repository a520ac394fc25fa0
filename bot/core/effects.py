"""What a fact asks of the world. What needs no words is put into the outbox as it is; the rest is worded first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from bot.core import facts
from bot.core.incident import Incident, Status
from bot.core.names import EventId, UserId
from bot.core.people.two_persons import second_persons

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
class MoveCard:
    """Post the status card anew, for those who cannot read the one that stands, and edit that one from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireCard:
    """Say in the place of an earlier card that another one counts."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class PinCard:
    """Pin the card's event."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Answer the command where it was given."""

    fact: facts.Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn:
    """Ring for those who lead: somebody must look."""

    fact: facts.StrangerCame


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOfGuest:
    """Tell the room what became of a door; it calls whoever vouched, or whoever leads."""

    fact: facts.DoorFact


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSecondPerson:
    """Answer the command with what it asks for; it notifies those who could confirm."""

    fact: facts.ConfirmationAsked
    people: tuple[UserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReceipt:
    """Answer the command with what was handed over, or who hands over; it notifies whoever is to acknowledge it."""

    fact: facts.EvidenceHanded | facts.HandoverGiven


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

    fact: facts.BulletinReceived


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFile:
    """Hand out what goes along with a bulletin."""

    file: facts.Enclosed


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAnswer:
    """Tell the organisation what its parent answers; it notifies who asked."""

    fact: facts.AnswerReceived


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRecord:
    """Make a checkpoint of the record as it stands, and post it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAway:
    """Ring for the whole room: it goes on in another one."""

    fact: facts.FirmMoved


Effect = (
    CreateRoom
    | InvitePerson
    | RemovePerson
    | ShowCard
    | MoveCard
    | RetireCard
    | PinCard
    | Confirm
    | TellOfGuest
    | AskSecondPerson
    | AskReceipt
    | Warn
    | PostBrief
    | PostFirstSteps
    | ShowProgress
    | PostBulletin
    | PostFile
    | PostAnswer
    | SendAway
    | SealRecord
)


def effects(  # noqa: C901, PLR0911, PLR0912, PLR0915 - a table
    fact: facts.Fact, after: Incident
) -> tuple[Effect, ...]:
    """Return what *fact* asks of the world, in order; *after* is the incident it led to."""
    match fact:
        case facts.Opened() if fact.parent is not None:
            return (CreateRoom(),)  # many are opened by one command, and that one is answered
        case facts.Opened():
            return (Confirm(fact=fact), CreateRoom())
        case facts.Relocated():
            is_made_anew = after.status is not Status.CLOSED and after.parent is None
            return (CreateRoom(), Confirm(fact=fact)) if is_made_anew else ()
        case facts.RoomReady():
            late = tuple(after.roster)[INVITED_AT_ONCE:]
            first_steps = () if after.status is Status.CLOSED else (PostFirstSteps(),)
            return (*(InvitePerson(user=user) for user in late), ShowCard(), *first_steps)
        case facts.CardPosted(event=event, instead_of=old):
            return (PinCard(event=event), *(() if old is None else (RetireCard(event=old),)))
        case facts.Joined() | facts.Left() | facts.InvitationRefused() | facts.Purged():
            return ()
        case facts.StrangerCame(user=user):
            return (RemovePerson(user=user), Warn(fact=fact))
        case facts.Briefed(users=users):
            return (PostBrief(users=users), MoveCard())
        case facts.Rang() | facts.StepsRang() | facts.UpdateRang() | facts.RepeatRang() | facts.ReviewRang():
            return ()  # a fact once it was said
        case facts.NotDelivered() | facts.FindingRang() | facts.PointRang():
            return ()  # a fact once it was said
        case facts.Paged() | facts.PageTried():
            return ()  # whoever pages says what became of it, with a number that no fact holds
        case facts.DraftMade() | facts.DraftReviewed() | facts.DraftFrozen() | facts.BulletinSent():
            return ()  # the answer has the draft itself, or what the bulletin reads like
        case facts.LettersMade():
            return ()  # the answer brings them
        case facts.ConfirmationAsked(act=facts.Announcing()):
            return ()  # what it reads like for one of them is shown with it
        case facts.ConfirmationAsked(by=by, act=act):
            return (AskSecondPerson(fact=fact, people=second_persons(after, by, act, fact.at)),)
        case facts.ConfirmationGiven():
            return ()  # the act itself says that it was done
        case facts.ClockStarted(by=None):
            return ()  # its cause, the filing of another clock, says it
        case facts.CascadeExtended() | facts.CascadePaused() | facts.CascadeResumed() | facts.CascadeCancelled():
            return (Confirm(fact=fact), ShowProgress())
        case facts.CascadeAmended():
            return (Confirm(fact=fact),)
        case facts.ProgressPosted() | facts.RoomRefused() | facts.CallsErased() | facts.RepairDone():
            return ()
        case facts.FirmsMerged():
            return (Confirm(fact=fact), ShowProgress())
        case facts.RemovedBelow() | facts.FirmTookIn():
            return (Confirm(fact=fact),)
        case facts.FirmMoved():
            return (SendAway(fact=fact),)
        case facts.CheckpointPosted():
            return ()  # a fact once it was posted
        case facts.CheckpointWitnessed():
            return (Confirm(fact=fact),)
        case facts.Closed():
            return (Confirm(fact=fact), SealRecord(), ShowCard())
        case facts.RoomRetried():
            return (CreateRoom(),)
        case facts.BulletinReceived():
            return (PostBulletin(fact=fact), *(() if fact.enclosed is None else (PostFile(file=fact.enclosed),)))
        case facts.LineAmended():
            is_seen = fact.was or fact.spoke is not None
            return (Confirm(fact=fact), ShowCard()) if is_seen else ()
        case facts.AnswerReceived():
            return (PostAnswer(fact=fact),)
        case facts.QuestionsGathered() | facts.QuestionsPosted() | facts.QuestionsAnswered():
            return ()  # who answers is told whom it reaches
        case facts.QuestionAsked() | facts.AlertTaken() | facts.AlertChanged():
            return (Confirm(fact=fact),)
        case facts.BulletinRead() | facts.Acknowledged() | facts.Snoozed() | facts.Noted():
            return (Confirm(fact=fact),)
        case facts.EvidenceHanded() | facts.HandoverGiven():
            return (AskReceipt(fact=fact),)
        case (
            facts.RiskWeighed()
            | facts.SeverityScored()
            | facts.LettersSent()
            | facts.FirmCalled()
            | facts.EvidenceTaken()
            | facts.EvidenceSourced()
            | facts.EvidenceReceived()
            | facts.DecisionTaken()
            | facts.DecisionAmended()
            | facts.DecisionReviewed()
            | facts.FindingNoted()
            | facts.FindingGiven()
            | facts.FindingDone()
            | facts.FindingDropped()
            | facts.PointWritten()
            | facts.CadenceSet()
            | facts.CostNoted()
            | facts.CostCorrected()
            | facts.CostCancelled()
            | facts.OutageNoted()
            | facts.OutageTimed()
            | facts.OutageCancelled()
        ):
            return (Confirm(fact=fact),)
        case facts.PersonInvited(user=user):
            return (InvitePerson(user=user), Confirm(fact=fact))
        case facts.PersonReplaced(user=user):
            return (InvitePerson(user=user), Confirm(fact=fact), ShowCard())
        case facts.PersonRemoved(user=user):
            return (RemovePerson(user=user), Confirm(fact=fact), ShowCard())
        case facts.DoorOpened() | facts.DoorSettled():
            return ()  # the answer has the link
        case facts.GuestCame(user=user):
            return (InvitePerson(user=user), TellOfGuest(fact=fact), ShowCard())
        case facts.GuestProved():
            return (TellOfGuest(fact=fact), ShowCard())
        case facts.DoorTried() | facts.DoorAstray():
            return (TellOfGuest(fact=fact),)
        case facts.DoorEnded(number=number):
            user_in = after.doors[number].user if number in after.doors else None
            out = () if user_in is None else (RemovePerson(user=user_in), ShowCard())
            return (*out, TellOfGuest(fact=fact))
        case (
            facts.StepAssigned()
            | facts.StepDone()
            | facts.StepSkipped()
            | facts.StepReopened()
            | facts.Answered()
            | facts.ClockStarted()
            | facts.ClockFiled()
            | facts.ClockSetAside()
            | facts.ClockClassified()
            | facts.ClockAdded()
            | facts.DatesAdded()
            | facts.RuleFollowed()
            | facts.RiskDecided()
            | facts.RoleGiven()
            | facts.SeveritySet()
            | facts.HandoverTaken()
            | facts.Held()
            | facts.HoldLifted()
            | facts.Resumed()
        ):
            return (Confirm(fact=fact), ShowCard())
        case _:
            assert_never(fact)
