"""What can happen to an incident, in the past tense. The facts are the truth; everything else is computed from them.

A fact's class name and fields are stored for years: rename nothing here without a migration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.core.facts.alerts import (
    Alert,
    AlertChanged,
    AlertDeskFact,
    AlertDetail,
    AlertFact,
    AlertReceived,
    AlertsDropped,
    AlertsTold,
    AlertTaken,
)
from bot.core.facts.cascade import (
    BulletinRead,
    BulletinReceived,
    BulletinSent,
    CallsErased,
    CascadeAmended,
    CascadeCancelled,
    CascadeExtended,
    CascadeFact,
    CascadePaused,
    CascadeResumed,
    CascadeRow,
    FirmCalled,
    LineAmended,
    ProgressPosted,
    RoomRefused,
    RoomRetried,
)
from bot.core.facts.clocks import (
    Acknowledged,
    ClockAdded,
    ClockClassified,
    ClockFact,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    DatesAdded,
    RuleFollowed,
    Snoozed,
)
from bot.core.facts.desk import (
    CascadeOpening,
    ChoiceOffered,
    ControlRoomReady,
    DeskFact,
    DirectRoomAsked,
    DirectRoomReady,
    Enclosed,
    EncryptedFile,
    FileOffered,
    HouseAct,
    HouseConfirmationAsked,
    HouseConfirmationGiven,
    HouseRelocated,
    IdentityChangeSeen,
    IdentityConfirmed,
    IdentityShown,
    OfHouseDoor,
    Trusting,
)
from bot.core.facts.duty import (
    CadenceSet,
    ContactAnswered,
    ContactAsked,
    ContactFact,
    ContactSilenceTold,
    DutyChanged,
    DutyFact,
    DutyHoleTold,
    HandoverGiven,
    HandoverTaken,
    PointWritten,
    RhythmFact,
)
from bot.core.facts.judgement import (
    ClientHole,
    DecisionAmended,
    DecisionFact,
    DecisionReviewed,
    DecisionTaken,
    DraftFrozen,
    DraftMade,
    DraftReviewed,
    JudgementFact,
    RiskDecided,
    RiskWeighed,
    SeverityScored,
)
from bot.core.facts.letters import Channel, Letter, LettersFact, LettersMade, LettersSent
from bot.core.facts.lifecycle import (
    CheckpointPosted,
    CheckpointWitnessed,
    Closed,
    FindingDone,
    FindingDropped,
    FindingFact,
    FindingGiven,
    FindingNoted,
    Held,
    HoldLifted,
    LifecycleFact,
    PurgeCause,
    Purged,
    RecordFact,
    Relocated,
    Resumed,
    SeveritySet,
)
from bot.core.facts.opening import Caller, CardPosted, Member, Opened, OpeningFact, RoomReady, Severity
from bot.core.facts.people import (
    Briefed,
    DoorAstray,
    DoorEnded,
    DoorFact,
    DoorOpened,
    DoorSettled,
    DoorTried,
    GuestCame,
    GuestProved,
    InvitationRefused,
    Joined,
    Left,
    PeopleFact,
    PersonInvited,
    PersonRemoved,
    PersonReplaced,
    RoleGiven,
    StrangerCame,
)
from bot.core.facts.questions import (
    AnswerReceived,
    QuestionAsked,
    QuestionFact,
    QuestionsAnswered,
    QuestionsGathered,
    QuestionsPosted,
)
from bot.core.facts.repair import FirmMoved, FirmsMerged, FirmTookIn, RemovedBelow, RepairDone, RepairFact
from bot.core.facts.ringing import (
    ChannelsFact,
    ChannelsReported,
    ChannelsTried,
    FindingRang,
    NotDelivered,
    Paged,
    PageResult,
    PageTried,
    PointRang,
    Rang,
    Reminder,
    RepeatRang,
    ReviewRang,
    RingingFact,
    StepsRang,
    TrialAnswered,
    TrialPage,
    UpdateRang,
)
from bot.core.facts.two_persons import (
    Announcing,
    Answering,
    Closing,
    ConfirmationAsked,
    ConfirmationFact,
    ConfirmationGiven,
    Irreversible,
    Lifting,
    Merging,
    Removal,
    RemovingBelow,
    RiskDeciding,
    Waiving,
)
from bot.core.facts.work import (
    Answered,
    Certainty,
    CostCancelled,
    CostCorrected,
    CostFact,
    CostNoted,
    DeviceProof,
    EvidenceFact,
    EvidenceHanded,
    EvidenceReceived,
    EvidenceSourced,
    EvidenceTaken,
    FileOrigin,
    Keeping,
    Noted,
    OutageCancelled,
    OutageFact,
    OutageNoted,
    OutageTimed,
    StepAssigned,
    StepDone,
    StepReopened,
    StepSkipped,
    WorkFact,
)
from bot.core.names import DeviceId, InputId

Fact = (
    OpeningFact
    | PeopleFact
    | WorkFact
    | ClockFact
    | RingingFact
    | JudgementFact
    | RhythmFact
    | ConfirmationFact
    | LifecycleFact
    | CascadeFact
    | LettersFact
    | QuestionFact
    | RepairFact
    | AlertFact
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
