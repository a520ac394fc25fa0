"""What people ask for. What else comes in: `happenings`."""

from __future__ import annotations

from bot.core.commands.cascade import (
    Authority,
    CancelCascade,
    InviteBelow,
    MergeFirms,
    NoteCall,
    OpenCascade,
    PauseCascade,
    RemoveBelow,
    ReopenBelow,
    ResumeCascade,
    RollupForm,
    SendBulletin,
    ShowBulletins,
    ShowCascade,
    ShowRollup,
)
from bot.core.commands.costs import (
    CancelCost,
    CancelOutage,
    CorrectCost,
    EndOutage,
    ExportCosts,
    NoteCost,
    NoteOutage,
    RetimeOutage,
    ShowCosts,
    ShowOutages,
)
from bot.core.commands.desk import (
    Asker,
    AskToProve,
    Choose,
    EndDoor,
    Guide,
    ListIncidents,
    Open,
    OpenDoor,
    RegisterForm,
    SettleAlert,
    SettleVerification,
    ShowAbout,
    ShowAlerts,
    ShowDoors,
    ShowHelp,
    ShowRegister,
)
from bot.core.commands.duty import AnswerContact, ChangeDuty, ShowContact, ShowDuty
from bot.core.commands.evidence import (
    AcknowledgeEvidence,
    HandEvidence,
    NameEvidence,
    ShowEvidence,
    SourceEvidence,
    TakeEvidence,
)
from bot.core.commands.incident import (
    Acknowledge,
    AddClock,
    AddDates,
    Answer,
    AnswerSeveral,
    AskFactor,
    AskQuestion,
    AssignStep,
    Classify,
    Close,
    DecideRisk,
    DrawClocks,
    ExportCalendar,
    File,
    FinishStep,
    FollowRule,
    FreezeDraft,
    GiveConfirmation,
    GiveRole,
    Invite,
    MakeDraft,
    Note,
    Remove,
    ReopenStep,
    Resume,
    ReviewDraft,
    ScoreSeverity,
    SetAware,
    SetSeverity,
    ShowBrief,
    ShowClocks,
    ShowDates,
    ShowDrafts,
    ShowFacts,
    ShowNext,
    ShowOnePage,
    ShowPeople,
    ShowRisk,
    ShowScore,
    ShowStatus,
    ShowStep,
    ShowTimeline,
    SkipStep,
    Snooze,
    UnreadAnswer,
    Waive,
    WeighRisk,
)
from bot.core.commands.judging import AmendDecision, ReviewDecision, ShowDecisions, ShowKnown, TakeDecision
from bot.core.commands.lessons import (
    DropFinding,
    FinishFinding,
    GiveFinding,
    MakeLessons,
    NoteFinding,
    ShowFindings,
)
from bot.core.commands.letters import MarkSent, MergeLetters, ShowLetters
from bot.core.commands.questions import AnswerQuestions, PutQuestion, ShowFaq, ShowQuestions
from bot.core.commands.record import Hold, LiftHold, MakeReport, SealRecord, WitnessCheckpoint
from bot.core.commands.rhythm import GiveHandover, SetCadence, ShowHandovers, TakeHandover, WritePoint
from bot.core.people.trial import ConfirmReached
from bot.core.people.trust import ConfirmIdentity, ShowTrust

DeskCommand = (
    Open
    | Choose
    | ListIncidents
    | ShowAlerts
    | SettleAlert
    | ShowHelp
    | Guide
    | ShowAbout
    | ShowRegister
    | ShowTrust
    | ConfirmReached
    | ConfirmIdentity
    | SettleVerification
    | AskToProve
    | OpenDoor
    | EndDoor
    | ShowDoors
    | OpenCascade
    | ShowDuty
    | ChangeDuty
    | ShowContact
    | AnswerContact
)
IncidentCommand = (
    ShowStatus
    | ShowOnePage
    | ShowNext
    | ShowTimeline
    | ShowStep
    | FinishStep
    | SkipStep
    | ReopenStep
    | AssignStep
    | Answer
    | AskQuestion
    | AnswerSeveral
    | ShowFacts
    | ShowClocks
    | ExportCalendar
    | DrawClocks
    | SetAware
    | File
    | Waive
    | Classify
    | AddClock
    | ShowDates
    | AddDates
    | FollowRule
    | ShowRisk
    | AskFactor
    | WeighRisk
    | DecideRisk
    | ShowScore
    | ScoreSeverity
    | ShowDecisions
    | TakeDecision
    | AmendDecision
    | ReviewDecision
    | ShowKnown
    | ShowFindings
    | NoteFinding
    | GiveFinding
    | FinishFinding
    | DropFinding
    | MakeLessons
    | ShowCosts
    | ExportCosts
    | NoteCost
    | CorrectCost
    | CancelCost
    | ShowOutages
    | NoteOutage
    | EndOutage
    | RetimeOutage
    | CancelOutage
    | ShowDrafts
    | MakeDraft
    | ReviewDraft
    | FreezeDraft
    | Acknowledge
    | Snooze
    | Note
    | GiveRole
    | Invite
    | Remove
    | SetSeverity
    | ShowBrief
    | ShowPeople
    | Close
    | GiveConfirmation
    | Resume
    | PauseCascade
    | InviteBelow
    | RemoveBelow
    | ReopenBelow
    | MergeFirms
    | ResumeCascade
    | CancelCascade
    | ShowCascade
    | SendBulletin
    | ShowBulletins
    | ShowRollup
    | NoteCall
    | ShowLetters
    | MergeLetters
    | MarkSent
    | PutQuestion
    | AnswerQuestions
    | ShowQuestions
    | ShowFaq
    | ShowEvidence
    | TakeEvidence
    | NameEvidence
    | SourceEvidence
    | HandEvidence
    | AcknowledgeEvidence
    | WritePoint
    | SetCadence
    | ShowHandovers
    | GiveHandover
    | TakeHandover
    | SealRecord
    | MakeReport
    | WitnessCheckpoint
    | Hold
    | LiftHold
)
Command = DeskCommand | IncidentCommand
