"""Things to store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from bot import ports
from bot.core.clocks.lengths import Length
from bot.core.clocks.rules import Proof, Rule
from bot.core.commands import OpenCascade
from bot.core.facts import DeskFact, EncryptedFile, Fact, Member, Noted, Opened, Recorded, Severity
from bot.core.language import Language, Words
from bot.core.names import DeviceId, DraftId, EventId, IncidentId, InputId, RoomId, RuleId, StepId, UserId
from bot.core.organisations.questions import Form
from bot.core.people.contacts import Way
from bot.core.people.roster import Role
from bot.core.playbook import Phase, Playbook, Step
from bot.core.record.checkpoint import Stamping
from bot.ports import Attachment, Content, Membership, Message, RoomPlan, Sealed, Task, Unreadable

NOW = datetime(2026, 1, 30, 17, 0, 0, 123456, tzinfo=UTC)
ALICE = UserId("@alice:example.org")
BOB = UserId("@bob:example.org")
ROOM = RoomId("!room:example.org")
PHONE = DeviceId("PHONE")
STREAM = "incident-1"


def note(text: str = "seen") -> Noted:
    return Noted(at=NOW, by=ALICE, text=text)


def notes(history: Iterable[Recorded[Fact | DeskFact]]) -> list[str]:
    return [entry.fact.text for entry in history if isinstance(entry.fact, Noted)]


def input_id(number: int = 1) -> InputId:
    return InputId(f"$event-{number}")


def message(number: int = 1, body: str = "!status") -> Message:
    return Message(
        id=InputId(f"$event-{number}"),
        room=ROOM,
        sender=ALICE,
        device=PHONE,
        body=body,
        thread=None,
        sent_at=NOW - timedelta(seconds=2),
        received_at=NOW,
    )


def unreadable(number: int = 1) -> Unreadable:
    return Unreadable(id=InputId(f"$sealed-{number}"), room=ROOM, sender=BOB, received_at=NOW)


def membership(number: int = 1) -> Membership:
    return Membership(id=InputId(f"$member-{number}"), room=ROOM, user=BOB, present=True, received_at=NOW)


def task(id: str = "task-1", lane: str = STREAM, body: str = "Done.", *, room: RoomId = ROOM) -> Task:
    content = Content(
        body=body,
        html=f"<b>{body}</b>",
        rings=True,
        mentions=(ALICE, BOB),
        thread=EventId("$root"),
        file=Attachment(name=f"{body}.txt", mime="text/plain", data=b"\xff\x00" + body.encode()),
    )
    said = ports.Say(content=content, room=room, readers=frozenset({ALICE, BOB}))
    return Task(id=id, lane=lane, action=said)


def some_of_each(user: UserId = ALICE) -> tuple[ports.Action, ...]:
    """Return one of everything that a row can ask for."""
    fetch = ports.Fetch(
        file=EncryptedFile(url="mxc://example.org/1", key="k", iv="i", sha256="h"),
        name="list.csv",
        command=OpenCascade(title="Host down"),
        by=user,
        language=Language("en"),
        room=ROOM,
        readers=frozenset({user}),
    )
    return (
        ports.CreateRoom(plan=RoomPlan(name="x", invite=(), admins=())),
        ports.InvitePerson(user=user),
        ports.RemovePerson(user=user),
        ports.PinCard(event=EventId("$card")),
        ports.ShowCard(),
        ports.MoveCard(),
        ports.ShowProgress(),
        ports.Say(content=Content(body="said", html=""), room=ROOM),
        ports.EndPoll(poll=EventId("$poll"), room=ROOM, about=(), language=Language("en")),
        ports.SendRollup(form=ports.RollupFile.TABLE),
        ports.SendLetters(draft=DraftId("notice"), version=1, at=NOW, numbers=(1, 2)),
        ports.GatherQuestions(),
        ports.ShowQuestions(numbers=(1, 2), form=Form.NEW, more=3),
        ports.TakeBack(event=EventId("$questions")),
        ports.Ring(reminders=()),
        ports.TellControlRoom(),
        ports.TellPerson(user=user),
        ports.Page(user=user, way=Way.MAIL, number=1, until=NOW),
        ports.AskContact(user=user),
        ports.ProposeAlerts(),
        ports.Trust(user=user, master="m"),
        ports.OpenDoor(
            incident=None,
            role=Role.LEGAL,
            name="Counsel",
            until=NOW,
            by=user,
            language=Language("fr"),
            room=ROOM,
            readers=frozenset({user}),
        ),
        ports.Greet(user=user),
        ports.SealRecord(),
        ports.PostCheckpoint(size=3, line="x", at=NOW, stamping=Stamping.STAMPED, stamp=b"stamp"),
        ports.Verify(comparison="c", same=True),
        fetch,
        ports.Erase(),
        ports.HookCall(
            hook="tickets", event=ports.HookEvent.OVERDUE, codename="Calm Heron", drill=False, at=NOW, due=NOW
        ),
    )


def card(id: str, lane: str = STREAM, *, attempts: int = 0, not_before: datetime | None = None) -> Task:
    return Task(id=id, lane=lane, action=ports.ShowCard(), attempts=attempts, not_before=not_before)


def room_task() -> Task:
    plan = RoomPlan(name="Amber Heron", invite=(ALICE, BOB), admins=(ALICE,))
    return Task(id="room-1", lane=STREAM, action=ports.CreateRoom(plan=plan), not_before=NOW)


def sealed(number: int = 1, *, answered: bool = False) -> Sealed:
    return Sealed(
        id=EventId(f"$sealed-{number}"),
        room=ROOM,
        sender=BOB,
        session="s1",
        raw='{"a":1}',
        origin="o1",
        received_at=NOW,
        answered=answered,
    )


def opened_with(length: Length) -> Opened:
    words = Words(fr="délai", en="clock")
    rule = Rule(
        id=RuleId("GDPR-33-1"),
        title=words,
        who=words,
        to=words,
        trigger=words,
        late=words,
        channel="",
        length=length,
        owner=Role.DPO,
        source="art. 33(1)",
        source_url="https://example.org",
        read_on=date(2026, 1, 1),
        proof=Proof.PRIMARY,
        valid_from=date(2018, 5, 25),
    )
    return Opened(
        at=NOW,
        by=ALICE,
        incident=IncidentId(STREAM),
        codename="Amber Heron",
        title="Le prestataire est touché",
        severity=Severity.HIGH,
        language=Language("fr"),
        zone="Europe/Paris",
        pace=1,
        drill=False,
        playbook=playbook(),
        rules=(rule,),
        closed_days=(date(2026, 5, 1),),
        members=(Member(user=ALICE, roles=(Role.ADMIN, Role.DPO)),),
    )


def playbook() -> Playbook:
    step = Step(id=StepId("D1"), title="Couper", action="Couper le réseau.", role=Role.IT, evidence="photo")
    return Playbook(
        id="provider-hit",
        language=Language("fr"),
        title="Prestataire touché",
        summary="",
        version="1",
        roles=(Role.DPO, Role.IT),
        phases=(Phase(name="Détecter", steps=(step,)),),
    )
