"""The half that hears on a fake homeserver, with what lasts of the bot: tests start it and stop it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.names import EventId, RoomId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.account.device_policy import FirstUse
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.trust import DevicePolicy
from bot.matrix.hearing.hearing import Hearing
from bot.matrix.hearing.sync import SyncLoop
from bot.matrix.speaking.strangers import Sightings, Strangers
from bot.ports import Batch, Incoming, Message, Received, Sealed
from tests.fakes.counts import FakeCounts
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.vault import MemoryVault
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, ROOM, guarded_client, verifications
from tests.patience import PATIENCE_S, eventually

DELIVERIES = 10


class Wall:
    """A wall clock that a test moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class MemorySealed:
    def __init__(self) -> None:
        self.kept: dict[EventId, Sealed] = {}

    async def keep(self, sealed: Sealed) -> None:
        self.kept[sealed.id] = sealed

    async def forget(self, id: EventId) -> None:
        self.kept.pop(id, None)

    async def all(self) -> tuple[Sealed, ...]:
        return tuple(self.kept.values())


class Bot:
    """What lasts of the bot, and the half that hears while it runs."""

    def __init__(self, server: FakeHomeserver, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.access_token = server.add_device(BOT, DEVICE)
        self.wall = Wall()
        self.vault = MemoryVault()
        self.sealed = MemorySealed()
        self.token: str | None = None
        self.ours = {ROOM}
        """The rooms of incidents."""
        self.heard: list[Incoming] = []
        self.invalidated: list[RoomId] = []
        self.told: list[tuple[RoomId, UserId, str, str]] = []
        self.deliveries = DELIVERIES
        """Of owed keys; below their full number more are soon due."""
        self.failing = 0
        self.client: GuardedClient | None = None
        self.counts = FakeCounts()
        self.policy: DevicePolicy = FirstUse()
        self.strangers = Strangers(UserId(BOT), patience_s=0)
        self.unreached: Sightings[Distrust] = Sightings(patience_s=0)
        self._hearing: Hearing | None = None
        self._news = asyncio.Condition()

    async def receive(self, batch: Batch) -> Received:
        if self.failing:
            self.failing -= 1
            raise OSError
        known = {one.id for one in self.heard}
        new = tuple(one for one in batch.events if one.id not in known)
        self.heard += new
        self.token = batch.token
        assert self.client is not None  # what it changed is written with the batch
        await self.client.machine.store.settle()
        async with self._news:
            self._news.notify_all()
        return Received(new=new, refused=frozenset())

    async def until(self, reached: Callable[[], bool]) -> None:
        await self.server.tell()
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(reached)

    async def until_caught_up(self) -> None:
        await self.until(lambda: self.token == f"s{self.server.position}")

    async def tick(self, passed: timedelta) -> None:
        """Let time pass, and have what waits looked at."""
        self.wall.time += passed
        assert self._hearing is not None
        self._hearing._upkeep.wake()

    async def look(self, passed: timedelta) -> None:
        """Let time pass, and return once what waits was looked at."""
        looked = self.deliveries
        await self.tick(passed)
        await eventually(lambda: self.deliveries > looked)

    def texts(self) -> list[str]:
        return [one.body for one in self.heard if isinstance(one, Message)]

    def invalidate(self, room: RoomId, events: frozenset[EventId] | None = None) -> None:
        self.invalidated.append(room)

    async def tell(self, room: RoomId, user: UserId, kind: str, content: Json, *, txn: str) -> None:
        self.told.append((room, user, kind, content["m.relates_to"]["event_id"]))

    async def deliver_owed_keys(self) -> None:
        self.deliveries += 1

    def next_owed_in(self) -> float | None:
        return 0.01 if self.deliveries < DELIVERIES else None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[GuardedClient]:
        self.client = client = guarded_client(
            self.server,
            self.folder,
            self.access_token,
            knows=lambda user: user in {ALICE, BOB},
            policy=self.policy,
        )
        client.counts = self.counts
        await client.keys_upload()

        async def renew(*, soft_logout: bool) -> None:
            raise AssertionError(soft_logout)

        async def pause(seconds: float) -> None:
            await asyncio.sleep(min(seconds, 0.01))

        self._hearing = Hearing(
            client=client,
            loop=SyncLoop(client, renew=renew, jitter=lambda: 0.0, sleep=pause),
            speaking=self,
            receive=self.receive,
            vault=self.vault,
            sealed=self.sealed,
            people=frozenset({UserId(ALICE), UserId(BOB)}),
            holds=lambda room: room in self.ours,
            verifications=verifications(client, self.vault, self.wall, self),
            clock=self.wall,
            jitter=lambda: 0.0,
        )
        task = asyncio.get_running_loop().create_task(self._hearing.run(self.token))
        try:
            yield client
        finally:
            task.cancel()
            outcome = await asyncio.gather(task, return_exceptions=True)
            await client.close()
        assert isinstance(outcome[0], asyncio.CancelledError), outcome
