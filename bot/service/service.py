"""The service: everything that comes in goes through here, once."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from bot import voice
from bot.core.desk import House
from bot.core.facts import Joined, RoomReady
from bot.core.happenings import CardSent, Happening, RoomMade
from bot.core.incident import Incident
from bot.core.names import DeviceId, InputId, RoomId
from bot.ports import (
    NO_DEVICE,
    AlarmClock,
    Batch,
    Chat,
    Clock,
    Content,
    FileSent,
    Incoming,
    Message,
    Misnamed,
    Received,
    RefusedError,
    Store,
    Task,
    TaskKind,
    Unreadable,
    Verifications,
)
from bot.service.answers.rolling import with_file
from bot.service.answers.views import Identity
from bot.service.books import Books
from bot.service.fair import FairQueue
from bot.service.inbox import Inbox
from bot.service.organisations.bulletins import Bulletins
from bot.service.organisations.cascading import Cascades
from bot.service.outbox.drain import LANE_KEY, Drain, Perform
from bot.service.outbox.urgency import MADE_LATE
from bot.service.outcome import Later, Outcome
from bot.service.tasks import card_task, result_input, task_id
from bot.service.unread import NOBODY_CAME, Unread
from bot.service.upkeep.budget import Budget, Taken
from bot.service.upkeep.control import ControlRoom
from bot.service.upkeep.presence import Presence
from bot.service.upkeep.refusals import Refusals
from bot.service.upkeep.retention import Retention
from bot.service.upkeep.ringing import Ringing
from bot.service.upkeep.silences import Silences
from bot.service.worker import Worker

_log = logging.getLogger(__name__)

ANSWER_MOMENT_S, READING_MOMENT_S = 0.1, 0.01
"""How long hearing waits for answers to leave, at the most; and then for the homeserver to hand them out."""
NO_BATCH = Received(new=(), refused=frozenset())
BULK_MOMENT_S = 0.25
"""The same while very many rooms are made or told something: each answer brings what happened in several of them."""


class Service:
    """One event, one transaction; then the outbox is drained. Answers go out when `drain` runs."""

    def __init__(  # noqa: PLR0913 - its ports, named
        self,
        *,
        house: House,
        books: Books,
        store: Store,
        chat: Chat,
        alarm_clock: AlarmClock,
        clock: Clock,
        verifications: Verifications,
        identity: Identity,
    ) -> None:
        self._house = house
        self._books = books
        self._store = store
        self._chat = chat
        self._clock = clock
        self._verifications = verifications
        self._deciding = asyncio.Lock()
        """Held from reading the books to taking in what was committed: every decision sees the last one."""
        self.cascades = Cascades(
            house=house,
            books=books,
            chat=chat,
            clock=clock,
            own=identity.user,
            deciding=self._deciding,
            commit=self._commit,
        )
        self._inbox = Inbox(
            house=house,
            books=books,
            store=store,
            chat=chat,
            identity=identity,
            verifications=verifications,
            spend=self._spend,
            cascades=self.cascades,
        )
        self.worker = Worker(books=books, deciding=self._deciding, end=self._end)
        self._incoming = FairQueue()
        self._presence = Presence()
        self._began: float | None = None
        """When we began to apply what came in last; None when that is done."""
        self.moved_at = clock.now()
        """When the outbox last let go of a row."""
        self._budget = Budget(clock.now())
        self._unread = Unread(clock)
        self._control = ControlRoom(house=house, books=books, clock=clock, deciding=self._deciding, commit=self._commit)
        self.bulletins = Bulletins(
            books=books, clock=clock, deciding=self._deciding, happen=self._inbox.happening, commit=self._commit
        )
        self._retention = Retention(
            house=house, books=books, store=store, chat=chat, alarm_clock=alarm_clock, clock=clock
        )
        self.drain = Drain(
            store=store,
            alarm_clock=alarm_clock,
            clock=clock,
            perform=self._perform,
            refused=self._refused,
            stuck=self._stuck,
        )
        self._silences = Silences(
            house=house,
            books=books,
            chat=chat,
            clock=clock,
            drain=self.drain,
            deciding=self._deciding,
            commit=self._commit,
        )
        self._ringing = Ringing(
            books=books,
            chat=chat,
            clock=clock,
            alarm_clock=alarm_clock,
            retention=self._retention,
            silences=self._silences,
            drain=self.drain,
            deciding=self._deciding,
            happen=self._inbox.happening,
            commit=self._commit,
        )
        self._refusals = Refusals(
            house=house,
            books=books,
            clock=clock,
            control=self._control,
            feeder=self.cascades.feeder,
            guard=self._inbox.guard,
            ringing=self._ringing,
            silences=self._silences,
            deciding=self._deciding,
            commit=self._commit,
        )
        self._performers: Mapping[TaskKind, Perform] = {
            TaskKind.CREATE_ROOM: self._create_room,
            TaskKind.RING: self._ring,
            TaskKind.SILENCE: self._silences.perform,
            TaskKind.TELL: self._silences.perform,
            TaskKind.TRUST: self._trust,
            TaskKind.VERIFY: self._give_verdict,
            TaskKind.FETCH: self.cascades.fetch,
            TaskKind.ERASE: self._purge,
        }
        self._seen_meanwhile: defaultdict[str, list[Message]] = defaultdict(list)
        """What acknowledges reminders of an incident and came while some were being said."""

    @property
    def books(self) -> Books:
        """The fold of all facts, for reading."""
        return self._books

    @property
    def commands_dropped(self) -> int:
        """How many commands came too fast and were dropped since the start."""
        return self._budget.dropped

    @property
    def applying_seconds(self) -> float:
        """For how long what came in last is being applied; 0 when nothing is."""
        at_once = 0.0 if self._began is None else asyncio.get_running_loop().time() - self._began
        return max(at_once, self.worker.busy_seconds)

    async def start(self) -> None:
        """Take up what an earlier run left: events, rows, alarms; and see that there is a control room."""
        await self._presence.load(self._store)
        tasks = await self._store.tasks()
        self._chat.doubt([task.id for task in tasks])
        self.drain.load(tasks)
        self.cascades.feeder.load(tasks)
        for incoming in await self._store.waiting():
            self._incoming.put_nowait(incoming)
        await self._control.see_to()
        self.bulletins.load()
        for incident in self._books.incidents():
            self._ringing.set_alarm(incident)

    async def receive(self, batch: Batch) -> Received:
        """Keep a batch; it is applied later, each person's in order. Returns once it is durable.

        One message for which nothing has to wait is kept and applied at once: one flush to disk instead of two.
        """
        batch = self._presence.greet(batch)
        self._budget.hear(self._clock.now())
        if self._may_apply_at_once(batch) and isinstance(message := batch.events[0], Message):
            received = await self._apply_at_once(message, batch)
        else:
            received = await self._store.receive(batch)
            for incoming in received.new:
                self._incoming.put_nowait(incoming)
        if received.refused:
            _log.warning("%d times an event id came again for something else: not heard", len(received.refused))
        self._presence.kept(batch)
        return received

    async def _apply_at_once(self, message: Message, batch: Batch) -> Received:
        """Apply the one message of *batch*, kept in the same transaction. What is kept instead of it has its turn."""
        async with self._deciding:
            outcome = await self._inbox.outcome(message, self._clock.now())
            if isinstance(outcome, Outcome):
                received = await self._commit(message.id, outcome, device=message.device, batch=batch)
            else:
                received = await self._store.receive(batch)
        for incoming in received.new:
            if incoming is not message:
                self._incoming.put_nowait(incoming)
            elif isinstance(outcome, Later):
                self.worker.push(message, outcome)
        return received

    def _may_apply_at_once(self, batch: Batch) -> bool:
        is_idle = self._began is None and self._incoming.empty() and not self._deciding.locked()
        return is_idle and len(batch.events) == 1 and not self._rings_now(batch.events[0])

    def _rings_now(self, incoming: Incoming) -> str | None:
        """Return the lane in which reminders are to be said that *incoming* may be about: it counts after them.

        They may have been read already, and what is known of that may be lost; or they were told elsewhere.
        """
        incident = self._inbox.acknowledges(incoming) if isinstance(incoming, Message) else None
        return incident.id if incident is not None and self.drain.holds(incident.id, TaskKind.RING) else None

    async def hear(self, batch: Batch) -> Received:
        """Keep a batch, and take a moment for its answers before more is asked for.

        The homeserver would serve our next question before our answer, and the answer's echo to us before its readers.
        """
        received = await self.receive(batch)
        if batch.events:
            with suppress(TimeoutError):
                async with asyncio.timeout(ANSWER_MOMENT_S):
                    await self._answered()
        if self.drain.moves_bulk:
            await asyncio.sleep(BULK_MOMENT_S)
        # Only now: what somebody just said may undo what waits.
        self.drain.look_again()
        return received

    async def _answered(self) -> None:
        await self._incoming.join()
        if self.drain.busy:
            await self.drain.rested()
            await asyncio.sleep(READING_MOMENT_S)

    async def ring(self, key: str) -> None:
        """Take the alarm clock's call."""
        if key.startswith(LANE_KEY):
            self.drain.wake(key.removeprefix(LANE_KEY))
        else:
            self._incoming.put_nowait(key)

    async def run(self) -> None:
        """Apply what comes in until cancelled."""
        while True:
            incoming = await self._incoming.get()
            self._began = asyncio.get_running_loop().time()
            if isinstance(incoming, str):
                await self._ringing.rang(incoming)
            elif isinstance(incoming, Message) and (lane := self._rings_now(incoming)) is not None:
                self._seen_meanwhile[lane].append(incoming)
            else:
                await self._apply(incoming)
            self._incoming.task_done()
            self._began = None
            # In a flood too, what rings has its turn between two inputs.
            await asyncio.sleep(0)

    async def _apply(self, incoming: Incoming) -> None:
        async with self._deciding:
            outcome = await self._inbox.outcome(incoming, self._clock.now())
            if isinstance(outcome, Outcome):
                await self._end(incoming, outcome)
            else:
                self.worker.push(incoming, outcome)

    async def _end(self, incoming: Incoming, outcome: Outcome) -> None:
        device = incoming.device if isinstance(incoming, Message | FileSent) else None
        await self._commit(incoming.id, outcome, device=device)

    def _spend(self, event: Message | FileSent | Unreadable | Misnamed, lane: str) -> Taken:
        """Charge a command to its sender, unless they waited for our answers: then they are never too fast."""
        waits = self._incoming.holds(event.sender) or self.worker.holds(event.sender)
        if not waits and not self.drain.is_answering(lane):
            return Taken.YES
        return self._budget.spend(event.sender, event.room, event.received_at)

    async def _commit(
        self,
        input: InputId,
        outcome: Outcome,
        *,
        device: DeviceId | None = None,
        done: Task | None = None,
        batch: Batch | None = None,
    ) -> Received:
        """Make everything that *input* leads to durable at once, with the *batch* it came in, then take it in."""
        received = NO_BATCH
        async with self._store.transaction() as tx:
            if batch is not None:
                received = await tx.receive(batch)
            is_itself = input not in received.refused
            fresh = is_itself and await tx.settle_input(input)
            if fresh and outcome.once is not None:
                fresh = await tx.settle_input(outcome.once)
            if done is not None:
                await tx.settle_task(done.id)
            if fresh:
                await tx.append(outcome.stream, outcome.facts, input=input, device=device)
                await tx.queue(outcome.tasks)
        if done is not None:
            self.drain.done(done)
            self.moved_at = self._clock.now()
        if fresh:
            self._take_in(outcome)
        return received

    def _take_in(self, outcome: Outcome) -> None:
        self._books.add(outcome.stream, outcome.facts)
        self.drain.add(outcome.tasks)
        self.bulletins.took_in(outcome.stream, outcome.facts)
        self.cascades.feeder.take_in(outcome)
        if any(isinstance(fact, Joined | RoomReady) for fact in outcome.facts):
            self.drain.can_be_heard(outcome.stream)
        incident = self._books.incident(outcome.stream)
        if incident is not None:
            self._ringing.set_alarm(incident)

    # --- the outbox ---------------------------------------------------------------------------------------

    async def _perform(self, task: Task) -> None:
        """Do one row. What it gives back re-enters as an input of its own, in the transaction that settles the row."""
        await self._performers.get(task.kind, self._perform_in_room)(task)

    async def _perform_in_room(self, task: Task) -> None:
        incident = self._books.incident(task.lane)
        room = task.room or (incident.room if incident else None)
        if room is None:
            await self._settle(task)
        elif task.kind is TaskKind.CARD and incident is not None:
            await self._show_card(room, task, incident)
        elif task.kind is TaskKind.PROGRESS and incident is not None:
            await self.cascades.feeder.show(room, task, incident)
        else:
            await self._act_in(room, task, incident)
            await self._settle(task)

    async def _act_in(self, room: RoomId, task: Task, incident: Incident | None) -> None:
        if task.kind is TaskKind.SAY and task.content is not None:
            await self._say(room, task, task.content, incident)
        elif task.kind in MADE_LATE and task.content is not None and incident is not None:
            children = self._books.children(incident.id)
            content = await with_file(task, task.content, incident, children, self._clock.now())
            await self._say(room, task, content, incident)
        elif task.kind is TaskKind.INVITE and task.user is not None:
            await self._chat.invite(room, task.user)
        elif task.kind is TaskKind.REMOVE and task.user is not None:
            await self._chat.remove(room, task.user)
        elif task.kind is TaskKind.PIN and task.event is not None:
            await self._chat.pin(room, task.event)

    async def _trust(self, task: Task) -> None:
        if task.user is not None and task.master is not None:
            await self._chat.trust(task.user, task.master)
        await self._settle(task)

    async def _give_verdict(self, task: Task) -> None:
        if task.verdict is not None:
            self._verifications.settle(task.verdict.comparison, same=task.verdict.same, by=task.verdict.by)
        await self._settle(task)

    async def _ring(self, task: Task) -> None:
        await self._ringing.say(task)
        self._hear_who_saw(task.lane)

    def _hear_who_saw(self, lane: str) -> None:
        for message in self._seen_meanwhile.pop(lane, ()):
            self._incoming.put_nowait(message)

    async def _say(self, room: RoomId, task: Task, content: Content, incident: Incident | None) -> None:
        readers = frozenset(incident.roster) if incident else task.readers
        try:
            await self._chat.say(room, content, txn=task.id, readers=readers)
        except RefusedError as refusal:
            # Our own rooms wait for a first reader as long as it takes.
            if refusal.code != NO_DEVICE or self._books.holds(room) or self._unread.waits(room):
                raise
            raise RefusedError(NOBODY_CAME) from None
        self._unread.was_read(room)

    async def _purge(self, task: Task) -> None:
        await self._retention.take_back_room(task)
        async with self._deciding:
            if not await self._retention.purge(task, self.drain):
                await self._settle(task)
        self._hear_who_saw(task.lane)

    async def _create_room(self, task: Task) -> None:
        incident = self._books.incident(task.lane)
        if task.plan is None:
            await self._settle(task)
            return
        if incident is not None and incident.parent is not None:
            room = await self.cascades.feeder.make_room(task, task.plan, incident)
        else:
            room = await self._chat.create_room(task.plan)
        if room is None:
            return
        if incident is not None:
            await self._result(task, incident, RoomMade(room=room))
        else:
            await self._control.made(task, room)

    async def _show_card(self, room: RoomId, task: Task, incident: Incident) -> None:
        """Post the card, or edit it. An edit's transaction names the facts it shows, so a retry shows the newest."""
        now = self._clock.now()
        text = voice.card(incident, now)
        content = Content(body=text.body, html=text.html, replaces=incident.card)
        txn = f"{task.id}-{self._books.count(incident.id)}" if incident.card else task.id
        event = await self._chat.say(room, content, txn=txn, readers=frozenset(incident.roster))
        await self._result(task, incident, CardSent(event=event), stale=lambda after: voice.card(after, now) != text)

    async def _result(
        self, task: Task, incident: Incident, happening: Happening, *, stale: Callable[[Incident], bool] | None = None
    ) -> None:
        """Let a result re-enter. A card that went *stale* while it was sent is followed by another."""
        input = result_input(task)
        async with self._deciding:
            current = self._books.incident(incident.id) or incident
            outcome = self._inbox.happening(current, happening, input, self._clock.now())
            if current.parent is not None:
                outcome = self.cascades.feeder.result(outcome, current, happening, input)
            if stale is not None and stale(current):
                fresh = card_task(task_id(input, len(outcome.tasks)), current, self._clock.now())
                outcome = replace(outcome, tasks=(*outcome.tasks, fresh))
            await self._commit(input, outcome, done=task)

    async def _settle(self, task: Task) -> None:
        async with self._store.transaction() as tx:
            await tx.settle_task(task.id)
        self.moved_at = self._clock.now()

    async def _refused(self, task: Task, code: str) -> bool:
        return await self._refusals.refused(task, code)

    async def _stuck(self, task: Task) -> None:
        await self._refusals.stuck(task)
