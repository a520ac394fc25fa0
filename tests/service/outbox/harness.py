"""A drain on fakes, before a homeserver that limits, is away, or takes as long as the test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import ports
from bot.core.names import InputId, RoomId, UserId
from bot.ports import NO_DEVICE, BusyError, Task
from bot.service.books import Books
from bot.service.ledger import Ledger
from bot.service.outbox.drain import LANE_KEY, Drain
from bot.service.outbox.lanes import Lanes
from tests.fakes.alarm_clock import FakeAlarmClock
from tests.fakes.clock import FakeClock
from tests.fakes.store import MemoryStore, MemoryTransaction, _State
from tests.service.passing import pass_time
from tests.store.samples import some_of_each

ROOM = RoomId("!room:example.org")
ERIN = UserId("@erin:example.org")
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
Ask = Callable[[Task], Awaitable[None]]


def row(
    number: int,
    kind: str,
    *,
    lane: str = "lane",
    user: UserId = ERIN,
    bulk: bool = False,
    delay: datetime | None = None,
) -> Task:
    """Return a row of a *kind*: `answer`, `ring`, `file` or one of the outbox's own."""
    return Task(id=f"{number:032x}", lane=lane, action=_action(kind, user), bulk=bulk, not_before=delay)


def _action(kind: str, user: UserId) -> ports.Action:
    match kind:
        case "answer" | "ring" | "file":
            file = ports.Attachment(name="x", mime="text/plain", data=b"x") if kind == "file" else None
            return ports.Say(content=ports.Content(body=kind, html="", rings=kind == "ring", file=file), room=ROOM)
        case _:
            named = {ports.NAMES[type(action)]: action for action in some_of_each(user)}
            return named[kind]


def invited(task: Task) -> UserId | None:
    """Return whom a row invites."""
    return task.action.user if isinstance(task.action, ports.InvitePerson) else None


@dataclass(slots=True, kw_only=True)
class Limiter:
    """A leaky bucket that is refused to no more than *burst* at once and *rate* a second, as Synapse has it."""

    rate: float
    burst: int
    level: float = 0.0
    at: datetime | None = None

    def pass_one(self, now: datetime) -> None:
        """Let a request through or raise BusyError."""
        if self.at is not None:
            self.level = max(0.0, self.level - (now - self.at).total_seconds() * self.rate)
        self.at = now
        if self.level > self.burst - 1:
            raise BusyError(timedelta(seconds=max(0.1, (self.level - self.burst + 1) / self.rate)))
        self.level += 1


class WatchedStore(MemoryStore):
    """Counts what is written for rows that were tried in vain."""

    def __init__(self) -> None:
        super().__init__()
        self.postponed: list[str] = []

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryTransaction]:
        async with super().transaction() as tx:
            yield _Watched(tx._state, self.postponed)


class _Watched(MemoryTransaction):
    def __init__(self, state: _State, postponed: list[str]) -> None:
        super().__init__(state)
        self._postponed = postponed

    async def postpone_task(self, id: str, *, until: datetime) -> None:
        self._postponed.append(id)
        await super().postpone_task(id, until=until)


class Outbox:
    """One life of the drain after another, on the same store; *ask* is the homeserver."""

    def __init__(self, ask: Ask | None = None) -> None:
        self.ask = ask
        self.store = WatchedStore()
        self.clock = FakeClock()
        self.alarm_clock = FakeAlarmClock()
        self.drain: Drain
        self.tried: list[tuple[datetime, Task]] = []
        self.done: list[tuple[datetime, Task]] = []
        self.told_of: list[Task] = []
        self.in_work = 0
        self.most_in_work = 0

    @asynccontextmanager
    async def life(self) -> AsyncIterator[Drain]:
        """Run from here on; leaving is a crash between two instructions."""
        self.alarm_clock = FakeAlarmClock()
        self.drain = Drain(
            ledger=Ledger(store=self.store, books=Books()),
            lanes=Lanes(),
            alarm_clock=self.alarm_clock,
            clock=self.clock,
            performer=self,
            refusals=self,
        )
        self.alarm_clock.start(self._ring)
        self.drain.load(await self.store.tasks())
        running = asyncio.get_running_loop().create_task(self.drain.run())
        try:
            await self.settle()
            yield self.drain
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def stuck(self, task: Task) -> None:
        self.told_of.append(task)

    async def refused(self, task: Task, code: str) -> bool:
        """Let what nobody can read wait, and give up everything else."""
        if code == NO_DEVICE:
            return True
        await self._settle(task)
        return False

    async def add(self, *tasks: Task) -> None:
        """Queue rows and let happen what can happen at once."""
        async with self.store.transaction() as tx:
            await tx.settle_input(InputId(f"in:{tasks[0].id}"))
            await tx.queue(tasks)
        self.drain.add(tasks)
        await self.settle()

    async def settle(self) -> None:
        """Let everything happen that can happen now."""
        quiet, seen = 0, -1
        while quiet < 12:
            await asyncio.sleep(0)
            await self.alarm_clock.ring_due(self.clock.now())
            moved = len(self.tried) + len(self.done) + len(self.store.postponed)
            quiet, seen = (quiet + 1, seen) if moved == seen else (0, moved)

    async def pass_time(self, span: timedelta) -> None:
        """Move on, ringing each alarm at its own time."""
        await pass_time(span, self.clock, self.alarm_clock, self.settle)

    def ids(self) -> list[int]:
        """Return what is done, in order, by its number."""
        return [int(task.id, 16) for _, task in self.done]

    async def _ring(self, key: str) -> None:
        self.drain.wake(key.removeprefix(LANE_KEY))

    async def perform(self, task: Task) -> None:
        self.tried.append((self.clock.now(), task))
        self.in_work += 1
        self.most_in_work = max(self.most_in_work, self.in_work)
        try:
            await asyncio.sleep(0)
            if self.ask is not None:
                await self.ask(task)
        finally:
            self.in_work -= 1
        await self._settle(task)

    async def _settle(self, task: Task) -> None:
        async with self.store.transaction() as tx:
            await tx.settle_task(task.id)
        self.done.append((self.clock.now(), task))
        self.drain.done(task)
