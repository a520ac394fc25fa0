"""The service on fakes of all its ports: time stands still, rooms are in memory, a crash is a new service."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from bot.core.desk import House
from bot.core.incident import Incident
from bot.core.names import DeviceId, EventId, InputId, RoomId, UserId
from bot.core.people.contacts import Way
from bot.papers.record.keys import RecordKey
from bot.ports import NO_STAMPS, Batch, Content, DoorKeeper, Incoming, Membership, Message, Pager, Stamps, Unreadable
from bot.service import Identity, Service
from bot.service.books import Books
from bot.service.household import Household
from bot.service.upkeep.control import control_room_name
from tests.core.build import ALICE, HOUSE
from tests.fakes.alarm_clock import FakeAlarmClock
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock
from tests.fakes.counts import FakeCounts
from tests.fakes.hooks import FakeHooks
from tests.fakes.store import MemoryStore
from tests.fakes.verifications import FakeVerifications
from tests.patience import PATIENCE_S
from tests.service.passing import pass_time

BOT = UserId("@cellule:example.org")
RECORDS = RecordKey(bytes(32))
IDENTITY = Identity(
    user=BOT, fingerprint="abcd efgh", master_key="ijkl mnop", record_key=RECORDS, policy="cross-signed"
)
DEVICE = DeviceId("ALICEPHONE")
_TURNS = 500
"""After so many, it is a thread that is waited for."""


class Shell:
    """One life of the service after another, on the same store and in the same rooms."""

    def __init__(self, house: House = HOUSE) -> None:
        self.house = house
        self.store = MemoryStore()
        self.chat = FakeChat()
        self.clock = FakeClock()
        self.alarm_clock = FakeAlarmClock()
        self.verifications = FakeVerifications()
        self.counts = FakeCounts()
        self.pagers: dict[Way, Pager] = {}
        self.waits_for_pages = True
        """Not where a far side never answers."""
        self.hooks = FakeHooks()
        self.stamps: Stamps = NO_STAMPS
        self.keeper: DoorKeeper | None = None
        """A door; most houses have none."""
        self.service: Service
        self._numbers = itertools.count(1)

    @asynccontextmanager
    async def life(self, turns: int | None = None) -> AsyncIterator[Service]:
        """Run from here on; leaving is a crash between two instructions, after some *turns* of the loop or at rest."""
        self.alarm_clock, self.verifications = FakeAlarmClock(), FakeVerifications()
        books = await Books.load(self.store)
        self.service = Service(
            house=replace(self.house, people=Household(self.house.people, books)),
            books=books,
            store=self.store,
            vault=self.store,
            records=self.store,
            chat=self.chat,
            alarm_clock=self.alarm_clock,
            clock=self.clock,
            verifications=self.verifications,
            identity=IDENTITY,
            pagers=self.pagers,
            counts=self.counts,
            hooks=self.hooks,
            stamps=self.stamps,
            keeper=self.keeper,
        )
        self.alarm_clock.start(self.service.ring)
        await self.service.start()
        async with asyncio.TaskGroup() as tasks:
            running = (
                self.service.run(),
                self.service.worker.run(),
                self.service.drain.run(),
                self.service.pages.run(),
                self.service.calling.run(),
                self.service.bulletins.run(),
                self.service.cascades.feeder.run(),
            )
            parts = [tasks.create_task(part) for part in running]
            if turns is None:
                await self.settle()
            for _ in range(turns or 0):
                await asyncio.sleep(0)
            try:
                yield self.service
            finally:
                for part in parts:
                    part.cancel()

    async def settle(self) -> None:
        """Let everything happen that can happen now."""
        async with asyncio.timeout(PATIENCE_S):
            for turn in itertools.count():
                for _ in range(10):
                    await asyncio.sleep(0)
                if turn > _TURNS:
                    await asyncio.sleep(0.001)  # a thread takes its own time
                await self.alarm_clock.ring_due(self.clock.now())
                if self._is_quiet():
                    return

    def _is_quiet(self) -> bool:
        drain = self.service.drain
        return (
            self.service._incoming.empty()
            and not self.service.ledger.deciding.locked()
            and not self.service.worker.busy
            and not self.service.bulletins.waiting
            and not drain._gate._working
            and not (self.waits_for_pages and self.service.pages.busy)
            and not self.service.calling.busy
            and not self.service.cascades.feeder.busy
            and not self.alarm_clock.due(self.clock.now())
        )

    async def pass_time(self, span: timedelta) -> None:
        """Move on, ringing each alarm at its own time."""
        await pass_time(span, self.clock, self.alarm_clock, self.settle)

    async def look_at_door(self) -> None:
        """Do what its loop does, once."""
        await self.service.guests.look()
        await self.settle()

    # --- what people do -----------------------------------------------------------------------------------

    @property
    def control_room(self) -> RoomId:
        return self.chat.room_named(control_room_name(self.house.language))

    def incident(self) -> Incident:
        """Return the newest incident."""
        return self.service.books.incidents()[-1]

    @property
    def room(self) -> RoomId:
        room = self.incident().room
        assert room is not None
        return room

    def message(
        self, body: str, *, room: RoomId, sender: UserId = ALICE, thread: str | None = None, reply_to: str | None = None
    ) -> Message:
        now = self.clock.now()
        return Message(
            id=InputId(f"$typed{next(self._numbers)}"),
            room=room,
            sender=sender,
            device=DEVICE,
            body=body,
            thread=EventId(thread) if thread else None,
            sent_at=now,
            received_at=now,
            reply_to=EventId(reply_to) if reply_to else None,
            is_placed=True,
        )

    async def receive(self, *events: Incoming) -> None:
        await self.service.receive(Batch(events=events, token=f"s{next(self._numbers)}"))
        await self.settle()

    async def type(
        self,
        body: str,
        *,
        room: RoomId | None = None,
        sender: UserId = ALICE,
        thread: str | None = None,
        reply_to: str | None = None,
    ) -> str:
        """Type *body* in the incident's room, or another, and return the answer's body, or an empty one.

        Of an answer that begins in the room and stands whole in a thread it is the whole.
        """
        where = room or self.room
        known = {said.txn for said in self.chat.rooms[where].said}
        await self.receive(self.message(body, room=where, sender=sender, thread=thread, reply_to=reply_to))
        answers = [said.content for said in self.chat.rooms[where].said if said.txn not in known]
        quiet = [content for content in answers if not content.replaces]
        whole = [content for content in quiet if content.thread != thread]
        return (whole or quiet)[0].body if quiet else ""

    def event(self, words: str, *, room: RoomId | None = None) -> EventId:
        """Return the newest message of ours that has *words*; an edited one by the id it was first sent under."""
        said = self.chat.rooms[room or self.room].said
        found = next(one for one in reversed(said) if words in one.content.body)
        return found.content.replaces or found.event

    async def reply(self, body: str, to: str, *, room: RoomId | None = None, sender: UserId = ALICE) -> str:
        """Reply with *body* to our newest message that has the words *to*, and return the answer's body."""
        return await self.type(body, room=room, sender=sender, reply_to=self.event(to, room=room))

    async def open(self, title: str = "Host down", options: str = "--playbook provider-hit") -> Incident:
        await self.type(f"!open {title} {options}", room=self.control_room)
        return self.incident()

    async def move(self, user: UserId, *, room: RoomId, present: bool) -> None:
        (self.chat.join if present else self.chat.leave)(room, user)
        await self.receive(
            Membership(
                id=InputId(f"$member{next(self._numbers)}"),
                room=room,
                user=user,
                present=present,
                received_at=self.clock.now(),
            )
        )

    async def fail_to_read(self, sender: UserId, *, room: RoomId) -> None:
        unreadable = Unreadable(
            id=InputId(f"$sealed{next(self._numbers)}"), room=room, sender=sender, received_at=self.clock.now()
        )
        await self.receive(unreadable)

    def said(self, room: RoomId | None = None) -> tuple[Content, ...]:
        return tuple(said.content for said in self.chat.rooms[room or self.room].said)

    def rings(self) -> tuple[Content, ...]:
        """Return the reminders in the incident's room, oldest first."""
        return tuple(content for content in self.said() if content.rings)

    def direct_room(self, user: UserId) -> RoomId:
        """Make a direct room as the gateway would have joined it."""
        room = RoomId(f"!direct{next(self._numbers)}:example.org")
        template = self.chat.rooms[self.control_room]
        self.chat.rooms[room] = replace(template, members={user: "join"}, said=[], pinned=None)
        return room
