"""What each fact asks of the world."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from bot.core.clocks.business import business_rule
from bot.core.costs.amounts import CostKind, Effort
from bot.core.decide.ringing import called
from bot.core.effects import (
    INVITED_AT_ONCE,
    AskReceipt,
    AskSecondPerson,
    Confirm,
    CreateRoom,
    Effect,
    InvitePerson,
    MoveCard,
    PinCard,
    PostAnswer,
    PostBrief,
    PostBulletin,
    PostFile,
    PostFirstSteps,
    RemovePerson,
    RetireCard,
    SealRecord,
    SendAway,
    ShowCard,
    ShowProgress,
    TellOfGuest,
    Warn,
    effects,
)
from bot.core.facts import (
    Acknowledged,
    Alert,
    AlertChanged,
    AlertTaken,
    Answered,
    AnswerReceived,
    Briefed,
    BulletinRead,
    BulletinReceived,
    BulletinSent,
    CadenceSet,
    CallsErased,
    CardPosted,
    CascadeAmended,
    CascadeCancelled,
    CascadeExtended,
    CascadePaused,
    CascadeResumed,
    CascadeRow,
    CheckpointPosted,
    CheckpointWitnessed,
    ClockAdded,
    ClockClassified,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    Closed,
    Closing,
    ConfirmationAsked,
    ConfirmationGiven,
    CostCancelled,
    CostCorrected,
    CostNoted,
    DatesAdded,
    DecisionAmended,
    DecisionReviewed,
    DecisionTaken,
    DeviceProof,
    DoorAstray,
    DoorEnded,
    DoorOpened,
    DoorSettled,
    DoorTried,
    DraftFrozen,
    DraftMade,
    DraftReviewed,
    Enclosed,
    EncryptedFile,
    EvidenceHanded,
    EvidenceReceived,
    EvidenceSourced,
    EvidenceTaken,
    Fact,
    FindingDone,
    FindingDropped,
    FindingGiven,
    FindingNoted,
    FindingRang,
    FirmCalled,
    FirmMoved,
    FirmsMerged,
    FirmTookIn,
    GuestCame,
    GuestProved,
    HandoverGiven,
    HandoverTaken,
    Held,
    HoldLifted,
    InvitationRefused,
    Joined,
    Keeping,
    Left,
    LineAmended,
    Member,
    NotDelivered,
    Noted,
    Opened,
    OutageCancelled,
    OutageNoted,
    OutageTimed,
    Paged,
    PageResult,
    PageTried,
    PersonInvited,
    PersonRemoved,
    PersonReplaced,
    PointRang,
    PointWritten,
    ProgressPosted,
    PurgeCause,
    Purged,
    QuestionAsked,
    QuestionsAnswered,
    QuestionsGathered,
    QuestionsPosted,
    Rang,
    Relocated,
    Reminder,
    RemovedBelow,
    RepairDone,
    RepeatRang,
    Resumed,
    ReviewRang,
    RiskDecided,
    RiskWeighed,
    RoleGiven,
    RoomReady,
    RoomRefused,
    RoomRetried,
    RuleFollowed,
    Severity,
    SeverityScored,
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
from bot.core.incident import WHOLE_ROOM
from bot.core.language import Language
from bot.core.names import DeviceId, DraftId, EventId, IncidentId, Question, StepId, UserId
from bot.core.people.contacts import Way
from bot.core.people.roster import Role
from bot.core.risk import RiskFactor, RiskLevel
from tests.core.build import (
    ALICE,
    BOB,
    CHAINED,
    DAVE,
    GUEST,
    HOUR,
    HOURS_72,
    NOW,
    OPENED,
    ROOM,
    RULES,
    SCORE,
    grow,
    incident,
    letters_made,
    letters_sent,
    started,
)

D1 = StepId("D1")
RANG = Rang(at=NOW, rule=HOURS_72, rung="T-48", due=NOW, late_by=timedelta(0))
WIDE = replace(RANG, level=WHOLE_ROOM)
STEPS = StepsRang(at=NOW, steps=(D1,))
UPDATE = UpdateRang(at=NOW, promised=NOW)
REPEAT = RepeatRang(at=NOW)
CNIL = DraftId("cnil-initial")
LETTERS, SENT = letters_made("Dupont"), letters_sent(1)
REMOVED = PersonRemoved(at=NOW, by=ALICE, user=GUEST)
STRANGER = StrangerCame(at=NOW, user=GUEST)
MERGED = FirmsMerged(at=NOW, by=ALICE, number=1, into="alpha", merged="beta")
BELOW = RemovedBelow(at=NOW, by=ALICE, number=2, key="alpha", user=GUEST)
TOOK_IN = FirmTookIn(at=NOW, by=ALICE, number=1, organisation="Beta", codename="Calm Beta")
MOVED = FirmMoved(at=NOW, by=ALICE, number=1, organisation="Alpha", codename="Calm Alpha")
INVITED = PersonInvited(at=NOW, by=ALICE, user=GUEST, roles=(Role.LEGAL,))
DOOR = DoorOpened(at=NOW, by=ALICE, number=1, door="d1", roles=(Role.LEGAL,), name="Counsel", until=NOW + HOUR)
CAME, OUT = GuestCame(at=NOW, number=1, user=GUEST), DoorEnded(at=NOW, number=1)
PROVED = GuestProved(at=NOW, by=ALICE, number=1, user=GUEST)
REPLACED, RELOCATED = PersonReplaced(at=NOW, user=GUEST, instead_of=BOB), Relocated(at=NOW)


def said(fact: Fact) -> tuple[Effect, ...]:
    return (Confirm(fact=fact), ShowCard())


SAID_ON_THE_CARD: tuple[Fact, ...] = (
    StepAssigned(at=NOW, by=ALICE, step=D1, to=Role.IT),
    StepDone(at=NOW, by=ALICE, step=D1, result=""),
    StepSkipped(at=NOW, by=ALICE, step=D1, reason="none"),
    StepReopened(at=NOW, by=ALICE, step=D1),
    Answered(at=NOW, by=ALICE, question=Question("insured"), value="yes"),
    started(),
    ClockFiled(at=NOW, by=BOB, rule=HOURS_72, reference="1", filed_at=NOW),
    ClockSetAside(at=NOW, by=BOB, rule=HOURS_72, reason="none"),
    ClockClassified(at=NOW, by=BOB, rule=HOURS_72, classified_at=NOW),
    RuleFollowed(at=NOW, by=BOB, rule=RULES[0]),
    ClockAdded(at=NOW, by=BOB, rule=business_rule("VAT", NOW + HOUR, Role.COORDINATOR, NOW), person=None),
    DatesAdded(at=NOW, by=BOB, dates=()),
    RiskDecided(at=NOW, by=BOB, level=RiskLevel.NONE, reason="encrypted"),
    RoleGiven(at=NOW, by=ALICE, user=BOB, role=Role.LEGAL),
    SeveritySet(at=NOW, by=ALICE, severity=Severity.LOW),
    Resumed(at=NOW, by=ALICE),
    Held(at=NOW, by=ALICE, reason="court"),
    HoldLifted(at=NOW, by=ALICE, confirmed_by=BOB),
)
EVIDENCE = EvidenceTaken(at=NOW, by=BOB, number=1, name="disk", digest="d", keeping=Keeping.WITH_HOLDER)
SOURCED = EvidenceSourced(at=NOW, by=BOB, number=1, source="the safe")
HANDED = EvidenceHanded(at=NOW, by=BOB, number=1, to=ALICE)
RECEIVED = EvidenceReceived(at=NOW, by=ALICE, number=1, device=DeviceId("PHONE"), proof=DeviceProof.SIGNED)
RELAYED = HandoverGiven(at=NOW, by=BOB, number=1, to=ALICE)
TAKEN_OVER = HandoverTaken(
    at=NOW, by=ALICE, number=1, steps=(), roles=(), device=DeviceId("PHONE"), proof=DeviceProof.SIGNED
)
POINT = PointWritten(at=NOW, by=BOB, text="")
CADENCE = CadenceSet(at=NOW, by=BOB, every=None)
CLOSED = Closed(at=NOW, by=ALICE, summary="")
WITNESSED = CheckpointWitnessed(at=NOW, by=BOB, number=1)
ASKED = ConfirmationAsked(at=NOW, by=ALICE, number=1, act=Closing(summary="", rules=(HOURS_72,)))
CHILD = replace(OPENED, parent=IncidentId("parent"), organisation="Alpha")
ROW = CascadeRow(key="alpha", organisation="Alpha", people=(), language=Language("fr"))
STEERED: tuple[Fact, ...] = (
    CascadeExtended(at=NOW, by=ALICE, playbook="provider-hit", rows=(ROW,)),
    CascadePaused(at=NOW, by=ALICE),
    CascadeResumed(at=NOW, by=ALICE),
    CascadeCancelled(at=NOW, by=ALICE),
)
AMENDED = CascadeAmended(at=NOW, by=ALICE, number=1, name="firms.csv", rows=())
CORRECTED = LineAmended(
    at=NOW, by=ALICE, number=1, organisation="Alpha", language=Language("fr"), columns={}, answers={}
)
RENAMED = replace(CORRECTED, was="Beta")
BULLETIN = BulletinReceived(at=NOW, number=1, text="x", next_update=None)
ENCLOSED = Enclosed(name="faq.pdf", size=9, file=EncryptedFile(url="mxc://x/1", key="k", iv="i", sha256="s"))
WITH_FILE = replace(BULLETIN, enclosed=ENCLOSED)
ALERT = Alert(source="prometheus", fingerprint="1", title="x", severity=Severity.HIGH)
TAKEN = AlertTaken(at=NOW, by=BOB, number=1, incident=OPENED.incident, alert=ALERT)
CHANGED = AlertChanged(at=NOW, incident=OPENED.incident, alert=ALERT)
ASKING = QuestionAsked(at=NOW, by=BOB, number=1, text="x")
ANSWER = AnswerReceived(at=NOW, answer=1, numbers=(1,), text="x")
DECIDED = DecisionTaken(
    at=NOW, by=BOB, number=1, text="x", options=(), reason="", review_at=None, roles=(), known=1, digest="d"
)
COST = CostNoted(at=NOW, by=BOB, number=1, amount=Effort(minutes=60), estimated=False, kind=CostKind.WORK, text="x")
OUTAGE = OutageNoted(at=NOW, by=BOB, number=1, system="mail", begin=NOW, end=None)
COSTLY: tuple[Fact, ...] = (
    COST,
    CostCorrected(at=NOW, by=BOB, number=1, amount=COST.amount, estimated=True, kind=CostKind.LEGAL, text=""),
    CostCancelled(at=NOW, by=BOB, number=1, reason="twice"),
    OUTAGE,
    OutageTimed(at=NOW, by=BOB, number=1, begin=NOW, end=NOW + HOUR),
    OutageCancelled(at=NOW, by=BOB, number=1, reason="none"),
)
MORE = DecisionAmended(at=NOW, by=BOB, number=1, reason="y")
REVIEWED = DecisionReviewed(at=NOW, by=BOB, number=1, text="z", roles=())
FOUND = (
    FindingNoted(at=NOW, by=BOB, number=1, text="x", owner=BOB, day=NOW.date()),
    FindingGiven(at=NOW, by=BOB, number=1, owner=BOB),
    FindingDone(at=NOW, by=BOB, number=1, text=""),
    FindingDropped(at=NOW, by=BOB, number=1, reason="x"),
)
ROWS: tuple[tuple[Fact, tuple[Effect, ...]], ...] = (
    (OPENED, (Confirm(fact=OPENED), CreateRoom())),
    (CHILD, (CreateRoom(),)),
    *((fact, (Confirm(fact=fact), ShowProgress())) for fact in STEERED),
    (AMENDED, (Confirm(fact=AMENDED),)),
    (CORRECTED, ()),
    *((fact, (Confirm(fact=fact), ShowCard())) for fact in (RENAMED, replace(CORRECTED, spoke=Language("en")))),
    (ProgressPosted(at=NOW, event=EventId("$progress")), ()),
    (RoomRefused(at=NOW, code="M_FORBIDDEN"), ()),
    (CallsErased(at=NOW, calls=1, entries=3, head=""), ()),
    (RoomRetried(at=NOW), (CreateRoom(),)),
    (BULLETIN, (PostBulletin(fact=BULLETIN),)),
    (WITH_FILE, (PostBulletin(fact=WITH_FILE), PostFile(file=ENCLOSED))),
    (ANSWER, (PostAnswer(fact=ANSWER),)),
    (ASKING, (Confirm(fact=ASKING),)),
    *((fact, (Confirm(fact=fact),)) for fact in FOUND),
    (TAKEN, (Confirm(fact=TAKEN),)),
    (CHANGED, (Confirm(fact=CHANGED),)),
    (QuestionsGathered(at=NOW, numbers=(1,)), ()),
    (QuestionsPosted(at=NOW, event=EventId("$questions"), numbers=(1,)), ()),
    (QuestionsAnswered(at=NOW, by=ALICE, numbers=(1,), text="x"), ()),
    (BulletinSent(at=NOW, by=ALICE, number=1, text="x", audience="all", next_update=None, recipients=None), ()),
    (RoomReady(at=NOW, room=ROOM), (ShowCard(), PostFirstSteps())),
    (CardPosted(at=NOW, event=EventId("$card")), (PinCard(event=EventId("$card")),)),
    (
        CardPosted(at=NOW, event=EventId("$new"), instead_of=EventId("$card")),
        (PinCard(event=EventId("$new")), RetireCard(event=EventId("$card"))),
    ),
    (Joined(at=NOW, user=BOB), ()),
    (ASKED, (AskSecondPerson(fact=ASKED, people=(DAVE,)),)),
    (ConfirmationGiven(at=NOW, by=DAVE, number=1, asked_by=ALICE, act=ASKED.act), ()),
    (Left(at=NOW, user=BOB), ()),
    (InvitationRefused(at=NOW, user=BOB, code="M_FORBIDDEN"), ()),
    (STRANGER, (RemovePerson(user=GUEST), Warn(fact=STRANGER))),
    (Purged(at=NOW, cause=PurgeCause.OPERATOR, entries=3, head=""), ()),
    (Briefed(at=NOW, users=(GUEST,)), (PostBrief(users=(GUEST,)), MoveCard())),
    *((fact, ()) for fact in (RANG, STEPS, UPDATE, REPEAT, NotDelivered(at=NOW, reminder=RANG, code="M_FORBIDDEN"))),
    (Paged(at=NOW, number=1, user=BOB, ways=(Way.MAIL,)), ()),
    (PageTried(at=NOW, number=1, user=BOB, way=Way.MAIL, result=PageResult.FAILED), ()),
    (DraftMade(at=NOW, by=BOB, draft=CNIL, version=1, digest="d"), ()),
    (DraftReviewed(at=NOW, by=BOB, draft=CNIL, version=1, role=Role.DPO), ()),
    (DraftFrozen(at=NOW, by=BOB, draft=CNIL, version=1, text="x"), ()),
    (LETTERS, ()),
    (SENT, (Confirm(fact=SENT),)),
    (ClockStarted(at=NOW, rule=CHAINED, aware=NOW, by=None, source=HOURS_72), ()),
    *(
        (fact, (Confirm(fact=fact),))
        for fact in (
            Acknowledged(at=NOW, by=BOB, rules=(HOURS_72,)),
            Snoozed(at=NOW, by=BOB, rule=HOURS_72, until=NOW + HOUR),
            Noted(at=NOW, by=BOB, text="x"),
            BulletinRead(at=NOW, by=BOB, numbers=(1,)),
            FirmCalled(at=NOW, by=BOB, key="alpha", text="x"),
            RiskWeighed(at=NOW, by=BOB, factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="payroll"),
            SeverityScored(at=NOW, by=BOB, score=SCORE, reason="payroll"),
        )
    ),
    *((fact, (Confirm(fact=fact),)) for fact in (EVIDENCE, SOURCED, RECEIVED)),
    (HANDED, (AskReceipt(fact=HANDED),)),
    (RELAYED, (AskReceipt(fact=RELAYED),)),
    (TAKEN_OVER, (Confirm(fact=TAKEN_OVER), ShowCard())),
    *((fact, (Confirm(fact=fact),)) for fact in (POINT, CADENCE)),
    (PointRang(at=NOW, due=NOW), ()),
    *((fact, (Confirm(fact=fact),)) for fact in (DECIDED, MORE, REVIEWED, *COSTLY)),
    (ReviewRang(at=NOW, number=1, due=NOW), ()),
    (FindingRang(at=NOW, number=1, day=NOW.date(), rung=0), ()),
    (RepairDone(at=NOW, number=1), ()),
    (MERGED, (Confirm(fact=MERGED), ShowProgress())),
    (BELOW, (Confirm(fact=BELOW),)),
    (TOOK_IN, (Confirm(fact=TOOK_IN),)),
    (MOVED, (SendAway(fact=MOVED),)),
    (INVITED, (InvitePerson(user=GUEST), Confirm(fact=INVITED))),
    (REMOVED, (RemovePerson(user=GUEST), Confirm(fact=REMOVED), ShowCard())),
    (REPLACED, (InvitePerson(user=GUEST), Confirm(fact=REPLACED), ShowCard())),
    (RELOCATED, (CreateRoom(), Confirm(fact=RELOCATED))),
    (DOOR, ()),
    (CAME, (InvitePerson(user=GUEST), TellOfGuest(fact=CAME), ShowCard())),
    (PROVED, (TellOfGuest(fact=PROVED), ShowCard())),
    *((fact, (TellOfGuest(fact=fact),)) for fact in (DoorTried(at=NOW, number=1), DoorAstray(at=NOW, number=1))),
    (OUT, (TellOfGuest(fact=OUT),)),
    (DoorSettled(at=NOW, number=1), ()),
    (CLOSED, (Confirm(fact=CLOSED), SealRecord(), ShowCard())),
    (CheckpointPosted(at=NOW, number=1, size=3, line="x"), ()),
    (WITNESSED, (Confirm(fact=WITNESSED),)),
    *((fact, said(fact)) for fact in SAID_ON_THE_CARD),
)


def test_the_table_has_a_row_for_each_fact() -> None:
    assert {type(fact) for fact, _ in ROWS} == set(get_args(Fact))


@pytest.mark.parametrize(("fact", "asked"), ROWS, ids=[type(fact).__name__ for fact, _ in ROWS])
def test_a_fact_asks_of_the_world_what_its_row_says(fact: Fact, asked: tuple[Effect, ...]) -> None:
    made = DraftMade(at=NOW, by=BOB, draft=CNIL, version=1, digest="d")
    before = incident(made, LETTERS, DECIDED, EVIDENCE, RELAYED, COST, OUTAGE)
    after = incident() if isinstance(fact, Opened) else grow(before, fact)
    assert effects(fact, after) == asked


def test_on_another_homeserver_no_room_is_made_for_what_is_closed_or_an_organisations() -> None:
    closed = incident(Closed(at=NOW, by=ALICE, summary=""), RELOCATED)
    assert effects(RELOCATED, closed) == effects(RELOCATED, grow(incident(parent=CHILD.parent), RELOCATED)) == ()


def test_whoever_came_by_a_door_goes_out_at_its_end() -> None:
    asked = effects(OUT, incident(DOOR, CAME, OUT))
    assert asked == (RemovePerson(user=GUEST), ShowCard(), TellOfGuest(fact=OUT))


def test_everybody_beyond_the_first_ten_is_invited_once_the_room_is_made() -> None:
    users = [UserId(f"@person{number:02}:example.org") for number in range(14)]
    many = incident(members=tuple(Member(user=user, roles=(Role.IT,)) for user in users))
    asked = effects(RoomReady(at=NOW, room=ROOM), many)
    assert asked == (*(InvitePerson(user=user) for user in users[INVITED_AT_ONCE:]), ShowCard(), PostFirstSteps())


def test_a_room_that_comes_after_the_closing_shows_its_card_and_says_nothing() -> None:
    closed = incident(Closed(at=NOW, by=ALICE, summary=""))
    assert effects(RoomReady(at=NOW, room=ROOM), closed) == (ShowCard(),)


@pytest.mark.parametrize(
    ("reminder", "people"),
    [(RANG, (BOB,)), (WIDE, ()), (STEPS, (ALICE, DAVE)), (UPDATE, (ALICE, DAVE)), (REPEAT, (ALICE, DAVE))],
)
def test_a_reminder_is_for_those_its_row_says(reminder: Reminder, people: tuple[UserId, ...]) -> None:
    assert called(incident(), reminder) == people


def test_a_reminder_nobody_owns_mentions_nobody_and_so_the_room() -> None:
    nobody = incident(members=(Member(user=BOB, roles=(Role.IT,)),))
    assert called(nobody, RANG) == ()
