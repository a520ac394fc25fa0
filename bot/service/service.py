"""The service: everything that comes in goes through here, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress

from bot import ports
from bot.core.desk import House
from bot.core.people.contacts import Way
from bot.service.alerts.reported import Reported
from bot.service.answers.lettering import Lettering
from bot.service.answers.sources import Identity, Sources
from bot.service.books import Books
from bot.service.evidence.keeping import EvidenceKeeper
from bot.service.fair import FairQueue
from bot.service.inbox import Inbox
from bot.service.ledger import Ledger
from bot.service.links import Links
from bot.service.news import LANE
from bot.service.organisations.bulletins import Bulletins
from bot.service.organisations.cascading import Cascades
from bot.service.organisations.questions import Questions
from bot.service.outbox.calling import Calling
from bot.service.outbox.drain import LANE_KEY, Drain
from bot.service.outbox.lanes import Lanes
from bot.service.outbox.pages import PAGE_KEY, Pages
from bot.service.outbox.urgency import EVENTS, ROOMS
from bot.service.outcome import Later, Outcome
from bot.service.perform import Performer
from bot.service.unread import Unread
from bot.service.upkeep.budget import Budget, RateLimit
from bot.service.upkeep.contacts import CONTACTS_KEY, ContactWatch
from bot.service.upkeep.control import ControlRoom
from bot.service.upkeep.doors import Comings, Doors
from bot.service.upkeep.duty import DUTY_KEY, DutyWatch
from bot.service.upkeep.guests import Guests
from bot.service.upkeep.introducing import Introducing
from bot.service.upkeep.paging import Paging
from bot.service.upkeep.presence import Presence
from bot.service.upkeep.refusals import Refusals
from bot.service.upkeep.retention import Retention
from bot.service.upkeep.ringing import Ringing
from bot.service.upkeep.sealing import Sealing
from bot.service.upkeep.silences import Silences
from bot.service.upkeep.trials import TRIAL_KEY, Trials
from bot.service.upkeep.turning import Turning
from bot.service.worker import Worker

_log = logging.getLogger(__name__)

ANSWER_MOMENT_S, READING_MOMENT_S = 0.1, 0.01
"""How long hearing waits for answers to leave, at the most; and then for the homeserver to hand them out."""
BULK_MOMENT_S = 0.25
"""The same while very many rooms are made or told something: each answer brings what happened in several of them."""


class Service:
    """One event, one transaction; then the outbox is drained. Answers go out when `drain` runs."""

    def __init__(  # noqa: PLR0913 - its ports, named
        self,
        *,
        house: House,
        books: Books,
        store: ports.Store,
        vault: ports.Vault,
        records: ports.Records,
        chat: ports.Chat,
        alarm_clock: ports.AlarmClock,
        clock: ports.Clock,
        verifications: ports.Verifications,
        identity: Identity,
        pagers: Mapping[Way, ports.Pager],
        counts: ports.Counts = ports.UNCOUNTED,
        hooks: ports.Hooks = ports.NO_HOOKS,
        keeper: ports.DoorKeeper | None = None,
        stamps: ports.Stamps = ports.NO_STAMPS,
    ) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock
        self.ledger = ledger = Ledger(store=store, books=books, counts=counts, hooks=hooks)
        self.worker = Worker(ledger)
        self._incoming = FairQueue()
        self._lanes = lanes = Lanes()
        self._budget = Budget(clock.now())
        self._presence = Presence()
        self._began: float | None = None
        """When we began to apply what came in last; None when that is done."""
        self.cascades = Cascades(
            house=house,
            ledger=ledger,
            chat=chat,
            clock=clock,
            own=identity.user,
            held=lambda: self.drain.interval((ROOMS, EVENTS), clock.now()),
        )
        self.bulletins = Bulletins(ledger=ledger, clock=clock)
        self.introducing = Introducing(house=house, ledger=ledger, chat=chat, clock=clock)
        self.reported = Reported(house=house, ledger=ledger, chat=chat, clock=clock)
        doors = Doors(house=house, books=books, chat=chat, comings=Comings())
        self._inbox = Inbox(
            sources=Sources(
                house=house,
                books=books,
                store=store,
                records=records,
                chat=chat,
                verifications=verifications,
                identity=identity,
                cascades=self.cascades,
                has_door=keeper is not None,
            ),
            doors=doors,
            limit=RateLimit(
                budget=self._budget, incoming=self._incoming, worker=self.worker, lanes=lanes, counts=counts
            ),
        )
        self._control = ControlRoom(house=house, ledger=ledger, clock=clock)
        retention = Retention(house=house, ledger=ledger, chat=chat, alarm_clock=alarm_clock, clock=clock)
        sealing = Sealing(
            ledger=ledger,
            records=records,
            chat=chat,
            alarm_clock=alarm_clock,
            clock=clock,
            key=identity.record_key,
            stamps=stamps,
        )
        self._silences = silences = Silences(house=house, ledger=ledger, lanes=lanes, chat=chat, clock=clock)
        paging = Paging(house=house, ledger=ledger, clock=clock, ways=tuple(pagers), started_at=clock.now())
        self.pages = Pages(ledger=ledger, clock=clock, alarm_clock=alarm_clock, pagers=pagers, writer=paging)
        self._trials = Trials(house=house, ledger=ledger, clock=clock, alarm_clock=alarm_clock, ways=paging.ways)
        self._contacts = ContactWatch(
            house=house, ledger=ledger, chat=chat, clock=clock, alarm_clock=alarm_clock, silences=silences
        )
        self._duty = DutyWatch(house=house, ledger=ledger, clock=clock, alarm_clock=alarm_clock)
        self._ringing = Ringing(
            ledger=ledger,
            lanes=lanes,
            chat=chat,
            clock=clock,
            alarm_clock=alarm_clock,
            retention=retention,
            sealing=sealing,
            silences=silences,
            turning=Turning(clock.now()),
            paging=paging,
            counts=counts,
        )
        self.links = Links(house=house, ledger=ledger, clock=clock, keeper=keeper)
        self.guests = Guests(
            house=house,
            ledger=ledger,
            chat=chat,
            clock=clock,
            verifications=verifications,
            control=self._control,
            silences=silences,
            own=identity.user,
            keeper=keeper,
        )
        self.performer = Performer(
            ledger=ledger,
            chat=chat,
            clock=clock,
            verifications=verifications,
            policy=identity.policy,
            incoming=self._incoming,
            unread=Unread(clock),
            cascades=self.cascades,
            questions=Questions(ledger=ledger, chat=chat, clock=clock),
            reported=self.reported,
            lettering=Lettering(house=house, ledger=ledger, chat=chat, clock=clock),
            evidence=EvidenceKeeper(house=house, ledger=ledger, chat=chat, clock=clock, vault=vault),
            control=self._control,
            retention=retention,
            ringing=self._ringing,
            silences=silences,
            contacts=self._contacts,
            links=self.links,
            guests=self.guests,
            sealing=sealing,
            counts=counts,
        )
        refusals = Refusals(
            house=house,
            ledger=ledger,
            clock=clock,
            control=self._control,
            feeder=self.cascades.feeder,
            doors=doors,
            ringing=self._ringing,
            silences=silences,
        )
        self.drain = Drain(
            ledger=ledger,
            lanes=lanes,
            alarm_clock=alarm_clock,
            clock=clock,
            performer=self.performer,
            refusals=refusals,
        )
        watches = (self._ringing, self._trials, self._duty, self._contacts, self.guests)
        self.calling = Calling(ledger=ledger, hooks=hooks, house=house, alarm_clock=alarm_clock, clock=clock)
        ledger.tell(self.drain, self.pages, self.calling, self.bulletins, self.cascades.feeder, *watches)

    @property
    def books(self) -> Books:
        """The fold of all facts, for reading."""
        return self.ledger.books

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
        self._ringing.turning.take_up(self._presence.heard_at)
        tasks = await self._store.tasks()
        self._chat.doubt([task.id for task in tasks])
        self.drain.load(tasks)
        self.pages.load(tasks)
        self.calling.load(tasks)
        self.cascades.feeder.load()
        for incoming in await self._store.waiting():
            self._incoming.put_nowait(incoming)
        await self._control.see_to()
        self.bulletins.load()
        for incident in self.books.incidents():
            self._ringing.set_alarm(incident)
            await asyncio.sleep(0)  # others have their turn: of ten thousand it takes half a minute
        self._trials.set_alarm()
        self._duty.set_alarm()
        self._contacts.set_alarm()

    async def receive(self, batch: ports.Batch) -> ports.Received:
        """Keep a batch; it is applied later, each person's in order. Returns once it is durable.

        One message for which nothing has to wait is kept and applied at once: one flush to disk instead of two.
        """
        batch = self._presence.greet(batch)
        self._budget.hear(self._clock.now())
        if self._may_apply_at_once(batch) and isinstance(message := batch.events[0], ports.Message | ports.Voted):
            received = await self._apply_at_once(message, batch)
        else:
            received = await self.ledger.receive(batch)
            for incoming in received.new:
                self._incoming.put_nowait(incoming)
        if received.refused:
            _log.warning("%d times an event id came again for something else: not heard", len(received.refused))
        self._presence.kept(batch)
        return received

    async def _apply_at_once(self, message: ports.Message | ports.Voted, batch: ports.Batch) -> ports.Received:
        """Apply the one message of *batch*, kept in the same transaction. What is kept instead of it has its turn."""
        async with self.ledger.deciding:
            outcome = await self._inbox.outcome(message, self._clock.now())
            if isinstance(outcome, Outcome):
                received = await self.ledger.apply(message, outcome, batch=batch)
            else:
                received = await self.ledger.receive(batch)
        for incoming in received.new:
            if incoming is not message:
                self._incoming.put_nowait(incoming)
            elif isinstance(outcome, Later):
                self.worker.push(message, outcome)
        return received

    def _may_apply_at_once(self, batch: ports.Batch) -> bool:
        is_idle = self._began is None and self._incoming.empty() and not self.ledger.deciding.locked()
        return is_idle and len(batch.events) == 1 and not self._rings_now(batch.events[0])

    def _rings_now(self, incoming: ports.Incoming) -> str | None:
        """Return the lane in which reminders are to be said that *incoming* may be about: it counts after them.

        They may have been read already, and what is known of that may be lost; or they were told elsewhere.
        """
        incident = self._inbox.acknowledges(incoming) if isinstance(incoming, ports.Message) else None
        return incident.id if incident is not None and self._lanes.holds(incident.id, ports.Ring) else None

    async def hear(self, batch: ports.Batch) -> ports.Received:
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
        elif key.startswith(PAGE_KEY):
            self.pages.wake(key.removeprefix(PAGE_KEY))
        elif key.startswith(LANE):
            self.calling.wake(key)
        else:
            self._incoming.put_nowait(key)

    async def run(self) -> None:
        """Apply what comes in until cancelled."""
        while True:
            incoming = await self._incoming.get()
            self._began = asyncio.get_running_loop().time()
            if isinstance(incoming, str):
                await self._rang(incoming)
            elif (lane := self._rings_now(incoming)) is not None:
                self._incoming.set_aside(lane, incoming)
            else:
                await self._apply(incoming)
            self._incoming.task_done()
            self._began = None
            # In a flood too, what rings has its turn between two inputs.
            await asyncio.sleep(0)

    async def _rang(self, key: str) -> None:
        watches = {TRIAL_KEY: self._trials.came, DUTY_KEY: self._duty.rang, CONTACTS_KEY: self._contacts.rang}
        if key in watches:
            await watches[key]()
        else:
            await self._ringing.rang(key)

    async def _apply(self, incoming: ports.Incoming) -> None:
        async with self.ledger.deciding:
            outcome = await self._inbox.outcome(incoming, self._clock.now())
            if isinstance(outcome, Outcome):
                await self.ledger.apply(incoming, outcome)
            else:
                self.worker.push(incoming, outcome)
