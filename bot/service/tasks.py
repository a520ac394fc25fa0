"""Effects become outbox rows here, worded and addressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import assert_never

from bot import voice
from bot.core.effects import (
    AskSecondPerson,
    Confirm,
    CreateRoom,
    InvitePerson,
    PinCard,
    PostBrief,
    PostBulletin,
    PostFirstSteps,
    RemovePerson,
    ShowCard,
    ShowProgress,
    Warn,
    effects,
)
from bot.core.evolve import evolve
from bot.core.facts import Fact, Reminder
from bot.core.incident import Incident
from bot.core.names import EventId, InputId, RoomId, UserId
from bot.core.roster import Role, holders
from bot.ports import Attachment, Content, RoomPlan, Task, TaskKind

Spoken = (
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
"""Effects that are a row each."""
CARD_REST = timedelta(seconds=2)
"""How long an edit of the card waits, so that several changes become one edit and answers go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer goes."""

    lane: str
    room: RoomId | None
    """None for an incident's room that is not made yet."""
    readers: frozenset[UserId]
    thread: EventId | None = None
    asker: UserId | None = None
    """Who waits for the answer."""


def task_id(input: InputId, number: int) -> str:
    """Name the *number*-th row that *input* causes: the same on every replay, and fit for a URL."""
    return sha256(f"{input}/{number}".encode()).hexdigest()[:32]


def reference(input: InputId) -> str:
    """Return what a person can tell an operator to look for in the log."""
    return sha256(input.encode()).hexdigest()[:8]


def result_input(task: Task) -> InputId:
    """Name the input as which the result of *task* comes in."""
    return InputId(f"result:{task.id}")


def answer_task(input: InputId, number: int, place: Place, text: voice.Text) -> Task:
    """Return the row of an answer: quiet, in the thread of the question."""
    return _say(task_id(input, number), place, text)


def ring_task(input: InputId, number: int, place: Place, text: voice.Text, people: tuple[UserId, ...]) -> Task:
    """Return the row of an alarm: it notifies *people*, or the whole room when they are nobody."""
    return _say(task_id(input, number), place, text, rings=True, mentions=people, mentions_room=not people)


def file_task(input: InputId, number: int, place: Place, file: Attachment) -> Task:
    """Return the row that hands out a file beside an answer, under its own name."""
    content = Content(body=file.name, html="", file=file, thread=place.thread)
    return _at(place, task_id(input, number), TaskKind.SAY, content)


def late_file_task(input: InputId, number: int, place: Place, kind: TaskKind) -> Task:
    """Return the row that hands out a file which is made when it is sent."""
    return _at(place, task_id(input, number), kind, Content(body="", html="", thread=place.thread))


def incident_tasks(
    input: InputId,
    before: Incident | None,
    facts: Iterable[Fact],
    asked_in: Place | None,
    now: datetime,
    *,
    policy: str | None = None,
) -> tuple[Task, ...]:
    """Return the rows of *facts*, in order. *asked_in* is where their command was typed, if one was.

    *policy* is the configured `trust.devices`: a new room is told, so it is needed where one was made.

    However many facts change the card, it is shown once, after all the rest was said.
    """
    tasks: list[Task] = []
    shows_card = False
    for fact in facts:
        after = evolve(before, fact)
        worded = _Wording(before=before, after=after, asked_in=asked_in, now=now, policy=policy)
        for effect in effects(fact, after):
            if isinstance(effect, ShowCard) and before is not None and before.room is not None:
                shows_card = True
            else:
                _add(tasks, worded.task(task_id(input, len(tasks)), effect))
        before = after
    if shows_card and before is not None:
        tasks.append(card_task(task_id(input, len(tasks)), before, now))
    return tuple(tasks)


def _add(tasks: list[Task], task: Task) -> None:
    """Add a row; an answer right after an answer goes on in the same message."""
    first = _answer(tasks[-1]) if tasks else None
    second = _answer(task)
    if first is None or second is None:
        tasks.append(task)
        return
    content = replace(first, body=f"{first.body}\n\n{second.body}", html=f"{first.html}\n{second.html}")
    tasks[-1] = replace(tasks[-1], content=content)


def _answer(task: Task) -> Content | None:
    """Return what *task* says when it is words that call nobody."""
    content = task.content
    return content if content is not None and not content.rings and not content.mentions else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """What is known when an effect is put into words."""

    before: Incident | None
    after: Incident
    asked_in: Place | None
    now: datetime
    policy: str | None

    def task(self, id: str, effect: Spoken) -> Task:  # noqa: C901, PLR0911, PLR0912 - a table: one row for each effect
        lane, room = self.after.id, self.after.room
        match effect:
            case CreateRoom():
                return Task(id=id, lane=lane, kind=TaskKind.CREATE_ROOM, plan=room_plan(self.after))
            case InvitePerson(user=user):
                return Task(id=id, lane=lane, kind=TaskKind.INVITE, room=room, user=user)
            case RemovePerson(user=user):
                return Task(id=id, lane=lane, kind=TaskKind.REMOVE, room=room, user=user)
            case ShowCard():
                return card_task(id, self.after, self.now)
            case PinCard(event=event):
                return Task(id=id, lane=lane, kind=TaskKind.PIN, room=room, event=event)
            case Confirm(fact=fact):
                place = self.asked_in or incident_place(self.after)
                return _say(id, place, voice.confirm(fact, self.before, self.after))
            case AskSecondPerson(fact=fact, people=people):
                place = self.asked_in or incident_place(self.after)
                return _say(id, place, voice.confirm(fact, self.before, self.after), rings=True, mentions=people)
            case PostBrief(users=users):
                return _say(id, incident_place(self.after), voice.brief(self.after, self.now), mentions=users)
            case PostFirstSteps():
                if self.policy is None:
                    raise ValueError("a new room is told whose devices may read")
                return _say(id, incident_place(self.after), voice.first_steps(self.after, self.policy))
            case ShowProgress():
                return progress_task(id, self.after)
            case PostBulletin(fact=bulletin):
                text = voice.bulletin(bulletin, self.after)
                return replace(_say(id, incident_place(self.after), text, rings=True, mentions_room=True), bulk=True)
            case Warn(fact=fact):
                text = voice.stranger(fact.user, self.after.language)
                return _say(id, incident_place(self.after), text, rings=True, mentions=self.after.leaders())
            case _:
                assert_never(effect)


def reminder_task(
    input: InputId, number: int, incident: Incident, reminders: tuple[Reminder, ...], not_before: datetime | None = None
) -> Task:
    """Return a row that says *reminders*: which of them still are to be said, and in which words, its sending tells."""
    id = task_id(input, number)
    return Task(
        id=id, lane=incident.id, kind=TaskKind.RING, room=incident.room, reminders=reminders, not_before=not_before
    )


def ringing(text: voice.Text, people: tuple[UserId, ...]) -> Content:
    """Return a message that notifies *people*, or the whole room when they are nobody."""
    return Content(body=text.body, html=text.html, rings=True, mentions=people, mentions_room=not people)


def incident_place(incident: Incident) -> Place:
    """Return the incident's own room as a place to speak."""
    return Place(lane=incident.id, room=incident.room, readers=frozenset(incident.roster))


def room_place(room: RoomId, readers: Iterable[UserId], thread: EventId | None = None) -> Place:
    """Return a room that holds no incident as a place to speak: it is its own lane, and *readers* get the keys."""
    return Place(lane=room, room=room, readers=frozenset(readers), thread=thread)


def room_plan(incident: Incident) -> RoomPlan:
    """Return the room of a new incident: its codename is all that the homeserver reads of it."""
    return RoomPlan(
        name=incident.codename,
        invite=tuple(incident.roster),
        admins=holders(incident.roster, Role.ADMIN),
    )


def _say(
    id: str,
    place: Place,
    text: voice.Text,
    *,
    rings: bool = False,
    mentions: tuple[UserId, ...] = (),
    mentions_room: bool = False,
) -> Task:
    content = Content(
        body=text.body,
        html=text.html,
        rings=rings,
        mentions=mentions,
        mentions_room=mentions_room,
        thread=place.thread,
    )
    return _at(place, id, TaskKind.SAY, content)


def _at(place: Place, id: str, kind: TaskKind, content: Content) -> Task:
    return Task(
        id=id, lane=place.lane, kind=kind, room=place.room, readers=place.readers, content=content, user=place.asker
    )


def card_task(id: str, incident: Incident, now: datetime) -> Task:
    """Return a row without words: the card is worded when it is sent, as it stands then."""
    not_before = now + CARD_REST if incident.card else None
    return Task(id=id, lane=incident.id, kind=TaskKind.CARD, room=incident.room, not_before=not_before)


def progress_task(id: str, parent: Incident) -> Task:
    """Return a row without words, as that of the card: the progress is worded when it is sent."""
    return Task(id=id, lane=parent.id, kind=TaskKind.PROGRESS, room=parent.room)
