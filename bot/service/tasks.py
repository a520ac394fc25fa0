"""Effects become outbox rows here, worded and addressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import assert_never

from bot import ports, voice
from bot.core import effects
from bot.core.commands import ShowRollup
from bot.core.evolve import evolve
from bot.core.facts import DoorAstray, DoorFact, DoorTried, Fact, GuestCame, LettersMade, Reminder
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import EventId, InputId, RoomId, UserId
from bot.core.organisations.questions import askers
from bot.core.people.roster import Role, holders
from bot.core.replies.ballots import MOST_OFFERED, Ballot
from bot.core.replies.subjects import About
from bot.ports import Attachment, Content, Option, Poll, RoomPlan, Task

DOORS_LANE = "doors"
"""Whoever waits for a link waits for no room."""
CARD_REST = timedelta(seconds=2)
"""How long an edit of the card waits, so that several changes become one edit and answers go first."""
POLL_REST = timedelta(minutes=1)
"""How long a poll stays open once it is answered."""
MOVE_REST = timedelta(minutes=5)
"""How long a card stands at the least before it is posted anew: of fifty people who come, one each time."""
GATHERING = timedelta(seconds=30)
"""How long a card that is to be posted anew waits for others who cannot read the one that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an answer goes."""

    lane: str
    room: RoomId | None
    """None for an incident's room that is not made yet."""
    readers: frozenset[UserId]
    thread: EventId | None = None
    asker: UserId | None = None
    """Who waits for the answer."""
    asked: Asking | None = None
    """What it answers; None where nobody typed anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The message of somebody who waits for an answer."""

    event: EventId
    language: Language
    """Of the answer."""
    at: datetime
    """When it was received."""


def task_id(input: InputId, number: int) -> str:
    """Name the *number*-th row that *input* causes: the same on every replay, and fit for a URL."""
    return sha256(f"{input}/{number}".encode()).hexdigest()[:32]


def reference(input: InputId) -> str:
    """Return what a person can tell an operator to look for in the log."""
    return sha256(input.encode()).hexdigest()[:8]


def result_input(task: Task) -> InputId:
    """Name the input as which the result of *task* comes in."""
    return InputId(f"result:{task.id}")


def answer_task(input: InputId, number: int, address: Address, text: voice.Text) -> Task:
    """Return the row of an answer: quiet, in the thread of the question."""
    return _say(task_id(input, number), address, text)


def answer_tasks(input: InputId, number: int, address: Address, text: voice.Text) -> tuple[Task, ...]:
    """Return the rows of an answer: one that fills more than a screen begins there, and stands whole in a thread."""
    if text.beginning is None or address.asked is None or address.thread is not None:
        return (answer_task(input, number, address, text),)
    begun = replace(voice.begun(text.beginning, address.asked.language), about=text.about)
    whole = replace(address, thread=address.asked.event)
    return answer_task(input, number, address, begun), answer_task(input, -1 - number, whole, text)


def reply_task(input: InputId, address: Address, text: voice.Text, event: EventId) -> Task:
    """Return the row that answers the message *event*, quiet, where apps show whose answer it is."""
    content = Content(body=text.body, html=text.html, thread=address.thread, reply_to=event)
    return _at(address, task_id(input, 0), content, about=text.about)


def poll_task(input: InputId, number: int, address: Address, text: voice.Text, ballot: Ballot) -> Task:
    """Return the row of the poll that stands below *text*, and is about the same."""
    id = task_id(input, number)
    options = tuple(
        Option(id=f"{id[:20]}-{place}", text=offered.text, word=offered.word)
        for place, offered in enumerate(ballot.offered[:MOST_OFFERED], start=1)
    )
    body = "\n".join((ballot.question, *(f"- {option.text}" for option in options)))
    poll = Poll(question=ballot.question, options=options)
    return _at(address, id, Content(body=body, html="", thread=address.thread, poll=poll), about=text.about)


def end_task(poll: ports.Spoken, address: Address, language: Language, now: datetime) -> Task:
    """Return the row that ends *poll*, once whoever tapped the wrong answer had a moment to tap another."""
    action = ports.EndPoll(
        poll=poll.event,
        room=poll.room,
        about=poll.about,
        language=language,
        thread=poll.thread,
        readers=address.readers,
    )
    id = task_id(InputId(f"end:{poll.event}"), 0)
    return Task(id=id, lane=address.lane, action=action, not_before=now + POLL_REST)


def followed_by(tasks: tuple[Task, ...], input: InputId, address: Address, text: voice.Text) -> tuple[Task, ...]:
    """Return *tasks* with *text* at the end of the answer they begin with, or said after them."""
    task = answer_task(input, 0, address, text)
    if not tasks or tasks[0].lane != address.lane:
        return (*tasks, task)
    joined = [tasks[0]]
    _add(joined, task)
    return (*joined, *tasks[1:])


def complaint_task(input: InputId, number: int, address: Address, text: voice.Text) -> Task:
    """Return the row that says that another one was given up."""
    content = Content(body=text.body, html=text.html, thread=address.thread)
    return _at(address, task_id(input, number), content, complains=True)


def trust_task(input: InputId, number: int, user: UserId, master: str) -> Task:
    """Return the row by which *user* is known by *master* from now on."""
    return Task(id=task_id(input, number), lane=ports.DESK, action=ports.Trust(user=user, master=master))


def ring_task(input: InputId, number: int, address: Address, text: voice.Text, people: tuple[UserId, ...]) -> Task:
    """Return the row of an alarm: it notifies *people*, or the whole room when they are nobody."""
    return _say(task_id(input, number), address, text, rings=True, mentions=people, mentions_room=not people)


def file_task(input: InputId, number: int, address: Address, file: Attachment) -> Task:
    """Return the row that hands out a file beside an answer, under its own name."""
    content = Content(body=file.name, html="", file=file, thread=address.thread)
    return _at(address, task_id(input, number), content)


def rollup_task(input: InputId, number: int, address: Address, form: ports.RollupFile, asked: ShowRollup) -> Task:
    """Return the row that hands out a file of the roll-up, which is made when it is sent."""
    action = ports.SendRollup(
        form=form,
        thread=address.thread,
        asker=address.asker,
        silent_for=asked.silent_for,
        authority=asked.authority,
    )
    return Task(id=task_id(input, number), lane=address.lane, action=action)


def letters_task(input: InputId, number: int, address: Address, made: LettersMade, letters: Iterable[int]) -> Task:
    """Return the row that hands out some of the *letters* that were *made*, in one archive."""
    action = ports.SendLetters(
        draft=made.draft,
        version=made.version,
        at=made.at,
        numbers=tuple(letters),
        thread=address.thread,
        asker=address.asker,
    )
    return Task(id=task_id(input, number), lane=address.lane, action=action)


def incident_tasks(  # noqa: PLR0913 - what facts are put into words with
    input: InputId,
    before: Incident | None,
    facts: Iterable[Fact],
    asked_in: Address | None,
    now: datetime,
    *,
    policy: str | None = None,
    is_told: bool = False,
) -> tuple[Task, ...]:
    """Return the rows of *facts*, in order. *asked_in* is where their command was typed, if one was.

    *policy* is the configured `trust.devices`: a new room is told, so it is needed where one was made. What the facts
    say *is_told* when the caller answers for all of them at once.

    However many facts change the card, it is shown once, after all the rest was said.
    """
    tasks: list[Task] = []
    shows_card = False
    for fact in facts:
        after = evolve(before, fact)
        worded = _Wording(before=before, after=after, asked_in=asked_in, now=now, policy=policy)
        for effect in effects.effects(fact, after):
            if isinstance(effect, effects.ShowCard) and before is not None and before.room is not None:
                shows_card = True
            elif not (is_told and isinstance(effect, effects.Confirm)):
                _add(tasks, worded.task(task_id(input, len(tasks)), effect))
        before = after
    if shows_card and before is not None:
        tasks.append(card_task(task_id(input, len(tasks)), before, now))
    return tuple(tasks)


def _add(tasks: list[Task], task: Task) -> None:
    """Add a row; an answer right after an answer goes on in the same message."""
    first, second = tasks[-1].action if tasks else None, task.action
    if isinstance(first, ports.Say) and isinstance(second, ports.Say) and _is_quiet(first) and _is_quiet(second):
        before, after = first.content, second.content
        content = replace(before, body=f"{before.body}\n\n{after.body}", html=f"{before.html}\n{after.html}")
        tasks[-1] = replace(tasks[-1], action=replace(first, content=content, about=(*first.about, *second.about)))
    else:
        tasks.append(task)


def _is_quiet(said: ports.Say) -> bool:
    """Say whether it calls nobody."""
    return not said.content.rings and not said.content.mentions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """What is known when an effect is put into words."""

    before: Incident | None
    after: Incident
    asked_in: Address | None
    now: datetime
    policy: str | None

    def task(self, id: str, effect: effects.Effect) -> Task:  # noqa: C901, PLR0911, PLR0912 - a table
        here = incident_address(self.after)
        match effect:
            case effects.CreateRoom():
                return Task(id=id, lane=self.after.id, action=ports.CreateRoom(plan=room_plan(self.after)))
            case effects.InvitePerson() | effects.RemovePerson() | effects.PinCard() | effects.ShowProgress():
                return Task(id=id, lane=self.after.id, action=effect)
            case effects.SealRecord():
                return Task(id=id, lane=self.after.id, action=effect, bulk=self.after.parent is not None)
            case effects.ShowCard():
                return card_task(id, self.after, self.now)
            case effects.MoveCard():
                return move_task(id, self.after, self.now)
            case effects.RetireCard(event=event):
                text = voice.card_moved(self.after.language)
                content = Content(body=text.body, html=text.html, replaces=event)
                return _at(here, id, content, complains=True)
            case effects.Confirm(fact=fact):
                return _say(id, self.asked_in or here, self._answer(fact))
            case effects.SendAway(fact=moved):
                return _say(id, here, self._answer(moved), rings=True, mentions_room=True)
            case effects.AskSecondPerson(fact=asked, people=people):
                text = voice.confirm(asked, self.before, self.after)
                # Whoever is to confirm reads the incident's room, wherever it was asked for.
                room = self.asked_in if self.asked_in is not None and self.asked_in.lane == here.lane else here
                return _say(id, room, text, rings=True, mentions=people)
            case effects.TellOfGuest(fact=news):
                return self._of_guest(id, here, news)
            case effects.PostBrief(users=users):
                return _say(id, here, voice.arrival(self.after, self.now), mentions=users)
            case effects.PostFirstSteps():
                if self.policy is None:
                    raise ValueError("a new room is told whose devices may read")
                text = voice.first_steps(self.after, self.policy)
                mentions = tuple(dict.fromkeys(self.after.duty_here().values()))
                content = Content(body=text.body, html=text.html, stands=True, mentions=mentions)
                return _at(here, id, content, about=text.about)
            case effects.PostBulletin(fact=bulletin):
                text = voice.bulletin(bulletin, self.after)
                return replace(_say(id, here, text, rings=True, mentions_room=True), bulk=True)
            case effects.PostFile(file=enclosed):
                return replace(_at(here, id, Content(body=enclosed.name, html="", enclosed=enclosed)), bulk=True)
            case effects.PostAnswer(fact=answered):
                text, people = voice.answer(answered, self.after), askers(answered, self.after)
                return _say(id, here, text, rings=True, mentions=people, mentions_room=not people)
            case effects.Warn(fact=warned):
                text = voice.stranger(warned.user, self.after.language)
                return _say(id, here, text, rings=True, mentions=self.after.leaders())
            case _:
                assert_never(effect)

    def _of_guest(self, id: str, here: Address, news: DoorFact) -> Task:
        """Return what became of a door; an alarm rings for all who lead, and what somebody waits for calls them."""
        door = self.after.doors[news.number]
        text = voice.guest_news(news, door, self.after.zone, self.after.language)
        if isinstance(news, DoorTried | DoorAstray):
            return _say(id, here, text, rings=True, mentions=self.after.leaders())
        waits = isinstance(news, GuestCame) and door.opened.by is not None
        return _say(id, here, text, rings=waits, mentions=(door.opened.by,) if waits and door.opened.by else ())

    def _answer(self, fact: Fact) -> voice.Text:
        """Return what *fact* did; an organisation reads who did it where nobody typed it in its room."""
        if self.asked_in is None and self.after.parent is not None:
            return voice.done_above(fact, self.before, self.after)
        return voice.confirm(fact, self.before, self.after)


def reminder_task(
    input: InputId, number: int, incident: Incident, reminders: tuple[Reminder, ...], not_before: datetime | None = None
) -> Task:
    """Return a row that says *reminders*: which of them still are to be said, and in which words, its sending tells."""
    action = ports.Ring(reminders=reminders)
    return Task(id=task_id(input, number), lane=incident.id, action=action, not_before=not_before)


def ringing(text: voice.Text, people: tuple[UserId, ...]) -> Content:
    """Return a message that notifies *people*, or the whole room when they are nobody."""
    return Content(body=text.body, html=text.html, rings=True, mentions=people, mentions_room=not people)


def incident_address(incident: Incident) -> Address:
    """Return the incident's own room as a place to speak."""
    return Address(lane=incident.id, room=incident.room, readers=frozenset(incident.roster))


def room_address(room: RoomId, readers: Iterable[UserId], thread: EventId | None = None) -> Address:
    """Return a room that holds no incident as a place to speak: it is its own lane, and *readers* get the keys."""
    return Address(lane=room, room=room, readers=frozenset(readers), thread=thread)


def room_plan(incident: Incident) -> RoomPlan:
    """Return the room of a new incident: its codename is all that the homeserver reads of it."""
    return RoomPlan(
        name=incident.codename,
        invite=tuple(incident.roster),
        admins=holders(incident.roster, Role.ADMIN),
    )


def _say(
    id: str,
    address: Address,
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
        thread=address.thread,
    )
    return _at(address, id, content, about=text.about)


def _at(address: Address, id: str, content: Content, *, complains: bool = False, about: About = ()) -> Task:
    action = ports.Say(
        content=content,
        room=address.room,
        readers=address.readers,
        asker=address.asker,
        asked_at=address.asked.at if address.asked else None,
        complains=complains,
        about=about,
    )
    return Task(id=id, lane=address.lane, action=action)


def card_task(id: str, incident: Incident, now: datetime) -> Task:
    """Return a row without words: the card is worded when it is sent, as it stands then."""
    not_before = now + CARD_REST if incident.card else None
    return Task(id=id, lane=incident.id, action=ports.ShowCard(), not_before=not_before)


def move_task(id: str, incident: Incident, now: datetime, *, bulk: bool = False) -> Task:
    """Return a row that posts the card anew, not before it stood for a while."""
    posted = incident.card_posted_at or incident.opened_at
    return Task(id=id, lane=incident.id, action=ports.MoveCard(), not_before=max(now, posted + MOVE_REST), bulk=bulk)


def progress_task(id: str, parent: Incident) -> Task:
    """Return a row without words, as that of the card: the progress is worded when it is sent."""
    return Task(id=id, lane=parent.id, action=ports.ShowProgress())
