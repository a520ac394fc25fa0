"""The half that hears: from one sync answer to one batch for the service, and what goes on beside it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any, Protocol

from nio import RoomInfo

from bot.core.names import EventId, InputId, RoomId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.guard.answers import WholeSync
from bot.matrix.guard.client import GuardedClient
from bot.matrix.hearing.backfill import Backfill
from bot.matrix.hearing.foreign_rooms import Access, ForeignRooms
from bot.matrix.hearing.invitations import Invitations
from bot.matrix.hearing.key_requests import KeyRequests
from bot.matrix.hearing.key_upkeep import KeyUpkeep
from bot.matrix.hearing.reading import Reader
from bot.matrix.hearing.sealed import Waiting
from bot.matrix.hearing.security_news import News, SecurityNews
from bot.matrix.hearing.sync import LONG_POLL_MS, SyncLoop
from bot.matrix.hearing.tampering import Order, note_oddities
from bot.matrix.http.ids import fingerprint
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.room_state import RoomStates
from bot.matrix.speaking.strangers import Sightings, Strangers
from bot.matrix.verification.verifications import Verifications
from bot.ports import Batch, CalledIn, Clock, Incoming, Receive, SealedEvents, Vault

logger = logging.getLogger(__name__)

HEARS_FOR = timedelta(milliseconds=LONG_POLL_MS) + timedelta(seconds=10)
"""How long after a sync response the bot counts as connected. The next one may take a whole long poll."""
OWED_REST_S = 60.0
"""How often devices that are owed a room key are tried again while nothing happens."""


class Speaking(Protocol):
    """What the half that speaks must be told."""

    def invalidate(self, room: RoomId, events: frozenset[EventId] | None = None) -> None:
        """The state of *room* changed by these *events*; None when their ids are not known."""

    async def deliver_owed_keys(self) -> None:
        """Try again to reach devices that are owed a key."""

    def next_owed_in(self) -> float | None:
        """Return after how many seconds the next device may get its key; None when that is not known."""

    @property
    def strangers(self) -> Strangers:
        """Who is in rooms that are not for them."""

    @property
    def unreached(self) -> Sightings[Distrust]:
        """Who is in rooms that are for them and cannot read."""


class Hearing:
    """One run of the sync loop, its upkeep and its invitations, all in one task group."""

    def __init__(  # noqa: PLR0913 - the parts of the program it stands between
        self,
        *,
        client: GuardedClient,
        loop: SyncLoop,
        speaking: Speaking,
        receive: Receive,
        vault: Vault,
        sealed: SealedEvents,
        people: AbstractSet[UserId],
        holds: Callable[[RoomId], bool],
        verifications: Verifications,
        clock: Clock,
        jitter: Callable[[], float],
    ) -> None:
        own = self._own = UserId(client.user_id)
        wire = Wire(client)
        self._client = client
        self._loop = loop
        self._speaking = speaking
        self._receive = receive
        self._holds = holds
        self._clock = clock
        self._security_news = SecurityNews(client, speaking.strangers, speaking.unreached)
        self._reader = Reader(own, client.device_of, client.trust.distrusts, holds)
        self._backfill = Backfill(client, self._reader, jitter)
        self._verifications = verifications
        self._order = Order()
        self._waiting = Waiting(client, self._reader, sealed, aside=self._note_late)
        self._key_requests = KeyRequests(client, wire)
        access = Access(own=own, people=people, holds=holds, wire=wire, states=RoomStates(wire), vault=vault)
        self._invitations = Invitations(access, joined=self._called_in, jitter=jitter)
        self._foreign_rooms = ForeignRooms(access, jitter=jitter)
        self._upkeep = KeyUpkeep(
            client, refresh_devices=client.refresh_devices, afterwards=self._after_upkeep, jitter=jitter
        )
        self._giving = asyncio.Lock()
        self._token: str | None = None
        self._heard_at: datetime | None = None

    async def run(self, since: str | None) -> None:
        """Hear from *since* on until cancelled."""
        self._token = since
        self._security_news.begin()
        await self._waiting.load()
        await self._invitations.load()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._upkeep.run(self._patience), name="matrix upkeep")
            tasks.create_task(self._invitations.run(), name="matrix invitations")
            tasks.create_task(self._foreign_rooms.run(), name="matrix strays")
            tasks.create_task(self._verifications.run(self._tell), name="matrix verifications")
            tasks.create_task(self._loop.run(self._keep, since=since), name="matrix sync")

    # --- one answer --------------------------------------------------------------------------------------

    async def _keep(self, answer: WholeSync) -> None:
        """Make everything in *answer* durable: invitations, sealed events, and the batch with the new token."""
        now = self._clock.now()
        incoming: list[Incoming] = []
        for name, info in (*answer.rooms.join.items(), *answer.rooms.leave.items()):
            room = RoomId(name)
            # There may be very many: other tasks run in between.
            await asyncio.sleep(0)
            changes = _changes(info)
            if changes is None or changes:
                self._speaking.invalidate(room, changes)
                self._foreign_rooms.notice(room)
            # The first sync shows messages from before the bot was set up.
            if self._token is not None:
                events = await self._events(room, info)
                incoming += await self._waiting.keep(room, self._reader.locked(events), now)
                note_oddities(room, events, self._own, is_held=self._holds(room))
                incoming += self._reader.read(room, events, now)
        for name in answer.rooms.leave:
            logger.info("out of room %s", fingerprint(name))
        await self._invitations.keep(answer.invitations)
        hears = self._token is not None
        await self._give(incoming, answer.next_batch, now)
        if hears:
            await self._verify_all(answer)
        self._upkeep.wake()

    async def _events(self, room: RoomId, info: RoomInfo) -> list[object]:
        events = info.timeline.events
        came = self._reader.we_came(room, events)
        if info.timeline.limited and info.timeline.prev_batch and self._token and not came:
            gap = await self._backfill.missing(room, before=info.timeline.prev_batch, since=self._token)
            events = [*gap, *events]
        kept = self._reader.since_we_came(room, events)
        self._order.note(kept)
        return kept

    async def _give(self, incoming: list[Incoming], token: str, heard_at: datetime) -> None:
        """Give what opened since, then *incoming*, in one batch."""
        async with self._giving:
            self._heard_at = heard_at
            opened, news = await self._meanwhile(token)
            batch = Batch(events=(*opened, *news, *incoming), token=token, heard_at=heard_at)
            received = await self._receive(batch)
            self._token = token
            await self._waiting.settle(opened)
            # The service refused these, so they count as not reported.
            self._security_news.told([one for one in (*news, *incoming) if one.id not in received.refused])

    async def _meanwhile(self, token: str) -> tuple[list[Incoming], list[News]]:
        """Return what opened, and what is news, since the last batch."""
        now = self._clock.now()
        return await self._waiting.open(now, hears=self._hears(now)), self._security_news.news(now, token)

    def _hears(self, now: datetime) -> bool:
        return self._heard_at is not None and now - self._heard_at < HEARS_FOR

    # --- verifications -----------------------------------------------------------------------------------

    async def _verify_all(self, answer: WholeSync) -> None:
        """Take verifications aside. A request may stand before our coming: an app asks as soon as it invites us."""
        self._verifications.hear_to_device(answer.to_device_events)
        for room, info in answer.rooms.join.items():
            await asyncio.sleep(0)
            for event in info.timeline.events:
                self._verify(RoomId(room), event)

    def _note_late(self, room: RoomId, event: object) -> None:
        """Take note of what opened after it came."""
        self._order.note([event])
        self._verify(room, event)

    def _verify(self, room: RoomId, event: object) -> None:
        device = self._client.device_of(event) if getattr(event, "decrypted", False) else None
        self._verifications.hear_in_room(room, event, device)

    async def _tell(self, news: Incoming) -> None:
        async with self._giving:
            if self._token is not None:
                await self._receive(Batch(events=(news,), token=self._token))

    async def _called_in(self, room: RoomId, user: UserId) -> None:
        now = self._clock.now()
        await self._tell(CalledIn(id=InputId(f"called-in:{room}"), room=room, user=user, received_at=now))

    # --- beside it ---------------------------------------------------------------------------------------

    async def _after_upkeep(self) -> None:
        async with self._giving:
            if self._token is not None:
                opened, news = await self._meanwhile(self._token)
                if opened or news:
                    await self._receive(Batch(events=(*opened, *news), token=self._token))
                await self._waiting.settle(opened)
                self._security_news.told(news)
        await self._speaking.deliver_owed_keys()
        now = self._clock.now()
        if self._hears(now):
            await self._key_requests.ask(self._waiting.keyless(), now)

    def _patience(self) -> float:
        now, owed_in = self._clock.now(), self._speaking.next_owed_in()
        # While we are cut off, no key is requested and no sender is told that a message cannot be read.
        dues = (self._waiting.next_due, self._key_requests.next_due) if self._hears(now) else ()
        waits = [max(0.0, (due - now).total_seconds()) for due in dues if due is not None]
        return min([OWED_REST_S, *waits, *([] if owed_in is None else [owed_in])])


def _changes(info: RoomInfo) -> frozenset[EventId] | None:
    """Return the state events of one room's part of an answer; None when some may have been left out."""
    state = [event.source for event in (*info.state, *info.timeline.events) if _is_state(event)]
    # A room that we just made counts as limited too, and comes from its very beginning.
    if info.timeline.limited and not any(source.get("type") == "m.room.create" for source in state):
        return None
    return frozenset(EventId(str(source.get("event_id", ""))) for source in state)


def _is_state(event: Any) -> bool:
    return isinstance(event.source, dict) and "state_key" in event.source
