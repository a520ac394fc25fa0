"""Doing what a row of the outbox asks for. What the world answers re-enters as an input of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot import voice
from bot.core.happenings import CardSent, Happening, RoomMade
from bot.core.incident import Incident
from bot.core.names import RoomId
from bot.ports import NO_DEVICE, Chat, Clock, Content, RefusedError, Task, TaskKind, Verifications
from bot.service.answers.rolling import with_file
from bot.service.fair import FairQueue
from bot.service.ledger import Ledger
from bot.service.organisations.cascading import Cascades
from bot.service.outbox.urgency import MADE_LATE
from bot.service.outcome import happened
from bot.service.tasks import card_task, result_input, task_id
from bot.service.unread import NOBODY_CAME, Unread
from bot.service.upkeep.control import ControlRoom
from bot.service.upkeep.retention import Retention
from bot.service.upkeep.ringing import Ringing
from bot.service.upkeep.silences import Silences


@dataclass(slots=True, kw_only=True)
class Performer:
    """Does rows, and settles each in the transaction that keeps what it led to."""

    ledger: Ledger
    chat: Chat
    clock: Clock
    verifications: Verifications
    policy: str
    """The configured `trust.devices`, which a new room is told."""
    incoming: FairQueue
    unread: Unread
    cascades: Cascades
    control: ControlRoom
    retention: Retention
    ringing: Ringing
    silences: Silences

    async def perform(self, task: Task) -> None:
        """Do one row and settle it. Raises ChatError when the world did not let it."""
        match task.kind:
            case TaskKind.CREATE_ROOM:
                await self._create_room(task)
            case TaskKind.RING:
                await self._ring(task)
            case TaskKind.SILENCE | TaskKind.TELL:
                await self.silences.perform(task)
            case TaskKind.TRUST:
                await self._trust(task)
            case TaskKind.VERIFY:
                await self._give_verdict(task)
            case TaskKind.FETCH:
                await self.cascades.fetch(task)
            case TaskKind.ERASE:
                await self._purge(task)
            case _:
                await self._perform_in_room(task)

    async def _perform_in_room(self, task: Task) -> None:
        incident = self.ledger.books.incident(task.lane)
        room = task.room or (incident.room if incident else None)
        if room is None:
            await self.ledger.settle(task)
        elif task.kind is TaskKind.CARD and incident is not None:
            await self._show_card(room, task, incident)
        elif task.kind is TaskKind.PROGRESS and incident is not None:
            await self.cascades.feeder.show(room, task, incident)
        else:
            await self._act_in(room, task, incident)
            await self.ledger.settle(task)

    async def _act_in(self, room: RoomId, task: Task, incident: Incident | None) -> None:
        if task.kind is TaskKind.SAY and task.content is not None:
            await self._say(room, task, task.content, incident)
        elif task.kind in MADE_LATE and task.content is not None and incident is not None:
            children = self.ledger.books.children(incident.id)
            content = await with_file(task, task.content, incident, children, self.clock.now())
            await self._say(room, task, content, incident)
        elif task.kind is TaskKind.INVITE and task.user is not None:
            await self.chat.invite(room, task.user)
        elif task.kind is TaskKind.REMOVE and task.user is not None:
            await self.chat.remove(room, task.user)
        elif task.kind is TaskKind.PIN and task.event is not None:
            await self.chat.pin(room, task.event)

    async def _trust(self, task: Task) -> None:
        if task.user is not None and task.master is not None:
            await self.chat.trust(task.user, task.master)
        await self.ledger.settle(task)

    async def _give_verdict(self, task: Task) -> None:
        if task.verdict is not None:
            self.verifications.settle(task.verdict.comparison, same=task.verdict.same, by=task.verdict.by)
        await self.ledger.settle(task)

    async def _ring(self, task: Task) -> None:
        await self.ringing.say(task)
        self.incoming.take_up(task.lane)

    async def _say(self, room: RoomId, task: Task, content: Content, incident: Incident | None) -> None:
        readers = frozenset(incident.roster) if incident else task.readers
        try:
            await self.chat.say(room, content, txn=task.id, readers=readers)
        except RefusedError as refusal:
            # Our own rooms wait for a first reader as long as it takes.
            if refusal.code != NO_DEVICE or self.ledger.books.holds(room) or self.unread.waits(room):
                raise
            raise RefusedError(NOBODY_CAME) from None
        self.unread.was_read(room)

    async def _purge(self, task: Task) -> None:
        await self.retention.take_back_room(task)
        async with self.ledger.deciding:
            if not await self.retention.purge(task):
                await self.ledger.settle(task)
        self.incoming.take_up(task.lane)

    async def _create_room(self, task: Task) -> None:
        incident = self.ledger.books.incident(task.lane)
        if task.plan is None:
            await self.ledger.settle(task)
            return
        if incident is not None and incident.parent is not None:
            room = await self.cascades.feeder.make_room(task, task.plan, incident)
        else:
            room = await self.chat.create_room(task.plan)
        if room is None:
            return
        if incident is not None:
            await self._result(task, incident, RoomMade(room=room))
        else:
            await self.control.made(task, room)

    async def _show_card(self, room: RoomId, task: Task, incident: Incident) -> None:
        """Post the card, or edit it. An edit's transaction names the facts it shows, so a retry shows the newest."""
        now = self.clock.now()
        text = voice.card(incident, now)
        content = Content(body=text.body, html=text.html, replaces=incident.card)
        txn = f"{task.id}-{self.ledger.books.count(incident.id)}" if incident.card else task.id
        event = await self.chat.say(room, content, txn=txn, readers=frozenset(incident.roster))
        await self._result(task, incident, CardSent(event=event), stale=lambda after: voice.card(after, now) != text)

    async def _result(
        self, task: Task, incident: Incident, happening: Happening, *, stale: Callable[[Incident], bool] | None = None
    ) -> None:
        """Let a result re-enter. A card that went *stale* while it was sent is followed by another."""
        input = result_input(task)
        async with self.ledger.deciding:
            current = self.ledger.books.incident(incident.id) or incident
            outcome = happened(current, happening, input, self.clock.now(), policy=self.policy)
            if current.parent is not None:
                outcome = self.cascades.feeder.result(outcome, current, happening, input)
            if stale is not None and stale(current):
                fresh = card_task(task_id(input, len(outcome.tasks)), current, self.clock.now())
                outcome = replace(outcome, tasks=(*outcome.tasks, fresh))
            await self.ledger.commit(input, outcome, done=task)
