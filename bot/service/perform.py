"""Doing what a row of the outbox asks for. What the world answers re-enters as an input of its own."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot import ports, voice
from bot.core.commands import MergeLetters, OpenCascade
from bot.core.happenings import CardMoved, CardSent, Happening, RoomMade
from bot.core.incident import Incident
from bot.core.names import EventId, RoomId, UserId
from bot.core.organisations.reach import Watch
from bot.core.replies.subjects import About, incident_of
from bot.ports import Content, RefusedError, Task
from bot.service.alerts.reported import Reported
from bot.service.answers.lettering import Lettering
from bot.service.answers.rolling import rollup_file, who_is_blind
from bot.service.evidence.keeping import EvidenceKeeper
from bot.service.fair import FairQueue
from bot.service.ledger import Ledger
from bot.service.links import Links
from bot.service.organisations.cascading import Cascades
from bot.service.organisations.questions import Questions
from bot.service.outcome import happened, worded
from bot.service.tasks import card_task, result_input, task_id
from bot.service.unread import NOBODY_CAME, Unread
from bot.service.upkeep.contacts import ContactWatch
from bot.service.upkeep.control import ControlRoom
from bot.service.upkeep.guests import Guests
from bot.service.upkeep.retention import Retention
from bot.service.upkeep.ringing import Ringing
from bot.service.upkeep.sealing import Sealing
from bot.service.upkeep.silences import Silences

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Performer:
    """Does rows, and settles each in the transaction that keeps what it led to."""

    ledger: Ledger
    chat: ports.Chat
    clock: ports.Clock
    verifications: ports.Verifications
    policy: str
    """The configured `trust.devices`, which a new room is told."""
    incoming: FairQueue
    unread: Unread
    cascades: Cascades
    questions: Questions
    lettering: Lettering
    evidence: EvidenceKeeper
    reported: Reported
    control: ControlRoom
    retention: Retention
    ringing: Ringing
    silences: Silences
    contacts: ContactWatch
    links: Links
    guests: Guests
    sealing: Sealing
    counts: ports.Counts

    async def perform(self, task: Task) -> None:  # noqa: C901, PLR0912, PLR0915 - a table: one line for each action
        """Do one row and settle it. Raises ChatError when the world did not let it."""
        match task.action:
            case ports.CreateRoom(plan=plan):
                await self._create_room(task, plan)
            case ports.Say() as said:
                await self._say(task, said.content, said.room, said.readers, said.about)
            case ports.EndPoll() as ended:
                incident = self.ledger.books.incident(incident_of(ended.about) or task.lane)
                text = worded(task, ended.language, lambda: voice.poll_end(ended.about, incident, ended.language))
                content = Content(body=text.body, html="", ends=ended.poll, thread=ended.thread)
                await self._say(task, content, ended.room, ended.readers, ended.about)
            case ports.SendRollup() as sent:
                await self._send_rollup(task, sent)
            case ports.ShowCard():
                await self._show_card(task)
            case ports.MoveCard():
                await self._move_card(task)
            case ports.ShowProgress():
                await self._show_progress(task)
            case ports.GatherQuestions() | ports.ShowQuestions() as action:
                await self.questions.perform(task, action)
            case ports.TakeBack(event=event):
                await self._in_room(task, lambda room: self.chat.erase(room, event))
            case ports.InvitePerson(user=user):
                await self._in_room(task, lambda room: self.chat.invite(room, user))
            case ports.RemovePerson(user=user):
                await self._in_room(task, lambda room: self.chat.remove(room, user))
            case ports.PinCard(event=event):
                await self._in_room(task, lambda room: self.chat.pin(room, event))
            case ports.Ring() as row:
                await self.ringing.say(task, row)
                self.incoming.take_up(task.lane)
            case ports.TellControlRoom():
                await self.silences.perform(task, None)
            case ports.TellPerson(user=user):
                await self.silences.perform(task, user)
            case ports.Page():
                raise TypeError("pages are not the homeserver's: `Paging` sends them")
            case ports.AskContact(user=user):
                await self.contacts.ask(task, user)
            case ports.ProposeAlerts():
                await self.reported.tell(task)
            case ports.Trust(user=user, master=master):
                await self.chat.trust(user, master)
                await self.ledger.settle(task)
            case ports.Verify(comparison=comparison, same=same, by=by):
                self.verifications.settle(comparison, same=same, by=by)
                await self.ledger.settle(task)
            case ports.OpenDoor() as door:
                await self.links.open(task, door)
            case ports.Greet() as greeting:
                await self.guests.greet(task, greeting)
            case ports.Fetch() as wanted:
                await self._fetch(task, wanted)
            case ports.SendLetters() as letters:
                await self._send_letters(task, letters)
            case ports.SealRecord():
                await self.sealing.seal(task)
            case ports.PostCheckpoint() as sealed:
                await self.sealing.post(task, sealed)
            case ports.Erase():
                await self._purge(task)
            case ports.HookCall():
                raise TypeError("a machine is called beside the rooms: see bot.service.outbox.calling")
            case _:
                assert_never(task.action)

    # --- in a room ------------------------------------------------------------------------------------------------

    def _room_of(self, task: Task) -> RoomId | None:
        """Return the room of the lane's incident, or the control room in the lanes of the desk and its own."""
        incident, control = self.ledger.books.incident(task.lane), self.ledger.books.desk.control_room
        if incident is not None:
            return incident.room
        return control if task.lane in {ports.DESK, control} else None

    async def _in_room(self, task: Task, act: Callable[[RoomId], Awaitable[object]]) -> None:
        room = self._room_of(task)
        if room is None:
            await self._give_up(task)
        else:
            await act(room)
            await self.ledger.settle(task)

    async def _give_up(self, task: Task) -> None:
        """Settle what has no room, nor will have one: its incident was purged, or its room refused."""
        _log.error("given up: %s, for row %s has no room", task.name, task.id)
        await self.ledger.settle(task)

    async def _send_rollup(self, task: Task, sent: ports.SendRollup) -> None:
        parent = self.ledger.books.incident(task.lane)
        if parent is None:
            await self._give_up(task)
            return
        children = self.ledger.books.children(parent.id)
        blind = await who_is_blind(self.chat, children)
        watch = Watch(now=self.clock.now(), blind=blind, silent_for=sent.silent_for)
        content = await rollup_file(task, sent, parent, children, watch)
        await self._say(task, content, parent.room, frozenset())

    async def _send_letters(self, task: Task, sent: ports.SendLetters) -> None:
        incident = self.ledger.books.incident(task.lane)
        if incident is None or (sent.draft, sent.version) not in incident.mailings:
            await self._give_up(task)
        else:
            await self._say(task, await self.lettering.content(task, sent, incident), incident.room, frozenset())

    async def _fetch(self, task: Task, wanted: ports.Fetch) -> None:
        match wanted.command:
            case OpenCascade() as opening:
                await self.cascades.fetch(task, wanted, opening)
            case MergeLetters() as merging:
                await self.lettering.fetch(task, wanted, merging)
            case ports.TakeIn() as taking:
                await self.evidence.fetch(task, wanted, taking)
            case _:
                assert_never(wanted.command)

    async def _show_progress(self, task: Task) -> None:
        parent = self.ledger.books.incident(task.lane)
        if parent is None or parent.room is None:
            await self._give_up(task)
        else:
            await self.cascades.feeder.show(parent.room, task, parent)

    async def _say(
        self, task: Task, content: Content, room: RoomId | None, readers: frozenset[UserId], about: About = ()
    ) -> None:
        incident = self.ledger.books.incident(task.lane)
        if room is None and incident is not None:
            room = incident.room
        if room is None:
            await self._give_up(task)
            return
        readers = frozenset(incident.roster) if incident else self.control.readers(room, readers)
        try:
            event = await self.chat.say(room, content, txn=task.id, readers=readers)
        except RefusedError as refusal:
            # Our own rooms wait for a first reader as long as it takes.
            if refusal.code != ports.NO_DEVICE or self.ledger.books.holds(room) or self.unread.waits(room):
                raise
            raise RefusedError(NOBODY_CAME) from None
        self.unread.was_read(room)
        if isinstance(task.action, ports.Say) and task.action.asked_at is not None:
            self.counts.answered(self.clock.now() - task.action.asked_at)
        earlier = content.replaces or content.ends
        spoken = ports.Spoken(
            room=room,
            event=earlier or event,
            about=about,
            thread=content.thread,
            poll=content.poll,
            is_over=content.ends is not None,
            edited=earlier is not None,
        )
        await self.ledger.settle(task, spoken)

    # --- what leads to something ----------------------------------------------------------------------------------

    async def _purge(self, task: Task) -> None:
        await self.retention.take_back_room(task)
        async with self.ledger.deciding:
            if not await self.retention.purge(task):
                await self.ledger.settle(task)
        self.incoming.take_up(task.lane)

    async def _create_room(self, task: Task, plan: ports.RoomPlan) -> None:
        incident = self.ledger.books.incident(task.lane)
        if incident is None:
            await self.control.made(task, await self.chat.create_room(plan))
        elif incident.parent is None:
            await self._room_made(task, incident, await self.chat.create_room(plan))
        elif (room := await self.cascades.feeder.make_room(task, plan, incident)) is not None:
            await self._room_made(task, incident, room)

    async def _room_made(self, task: Task, incident: Incident, room: RoomId) -> None:
        await self._result(task, incident, RoomMade(room=room, uninvited=self.chat.uninvited.get(room, ())))

    async def _show_card(self, task: Task) -> None:
        """Post the card, or edit it. An edit's transaction names the facts it shows, so a retry shows the newest."""
        incident = self.ledger.books.incident(task.lane)
        if incident is None or incident.room is None:
            await self._give_up(task)
            return
        txn = f"{task.id}-{self.ledger.books.count(incident.id)}" if incident.card else task.id
        await self._send_card(task, incident, incident.room, txn, lambda event: CardSent(event=event), incident.card)

    async def _move_card(self, task: Task) -> None:
        """Post the card once more; one that never stood is still to be posted by the row that does that."""
        incident = self.ledger.books.incident(task.lane)
        if incident is None or incident.room is None or incident.card is None:
            await self.ledger.settle(task)
        else:
            await self._send_card(task, incident, incident.room, task.id, lambda event: CardMoved(event=event))

    async def _send_card(
        self,
        task: Task,
        incident: Incident,
        room: RoomId,
        txn: str,
        happening: Callable[[EventId], Happening],
        replaces: EventId | None = None,
    ) -> None:
        now = self.clock.now()
        text = self._card(task, incident, now)
        # Anew it is a notice, which rings with nobody; an edit never does, and a new room is empty.
        is_anew = incident.card is not None and replaces is None
        content = Content(body=text.body, html=text.html, replaces=replaces, stands=not is_anew)
        event = await self.chat.say(room, content, txn=txn, readers=frozenset(incident.roster))
        is_edit = replaces is not None
        spoken = ports.Spoken(room=room, event=replaces or event, about=text.about, edited=is_edit)
        await self._result(
            task, incident, happening(event), stale=lambda after: self._card(task, after, now) != text, spoken=spoken
        )

    def _card(self, task: Task, incident: Incident, now: datetime) -> voice.Text:
        return worded(task, incident.language, lambda: voice.card(incident, now))

    async def _result(
        self,
        task: Task,
        incident: Incident,
        happening: Happening,
        *,
        stale: Callable[[Incident], bool] | None = None,
        spoken: ports.Spoken | None = None,
    ) -> None:
        """Let a result re-enter. A card that went *stale* while it was sent is followed by another."""
        input = result_input(task)
        async with self.ledger.deciding:
            current = self.ledger.books.incident(incident.id) or incident
            # What is said of it names who is on duty; the card, which stands, names everybody.
            outcome = happened(self.silences.of_duty(current), happening, input, self.clock.now(), policy=self.policy)
            if current.parent is not None:
                outcome = self.cascades.feeder.result(outcome, current, happening, input)
            if stale is not None and stale(current):
                fresh = card_task(task_id(input, len(outcome.tasks)), current, self.clock.now())
                outcome = replace(outcome, tasks=(*outcome.tasks, fresh))
            await self.ledger.commit(input, outcome, done=task, spoken=spoken)
