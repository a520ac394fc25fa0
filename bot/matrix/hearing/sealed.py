"""Encrypted events whose key is not there yet: kept over restarts, opened when it comes, answered once if not."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nio import MegolmEvent

from bot.core.names import EventId, RoomId, UserId, input_of
from bot.matrix.guard.answers import read_events
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.decryption import Locked, Missing, Opened, Refused
from bot.matrix.hearing.reading import Reader
from bot.matrix.http import ids
from bot.matrix.http.ids import fingerprint
from bot.ports import Incoming, Sealed, SealedEvents, Unreadable, misnamed

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=60)
"""How long a key may take before the sender is told."""
LIFETIME = timedelta(days=7)
MOST, MOST_BYTES = 2_000, 16_000_000
"""Whoever floods a room with what cannot be opened must fill neither the disk nor the memory."""


class Waiting:
    """The sealed events of one account."""

    def __init__(
        self,
        client: GuardedClient,
        reader: Reader,
        kept: SealedEvents,
        aside: Callable[[RoomId, Any], None],
    ) -> None:
        """*aside* is given every event that opens, whatever it is."""
        self._client = client
        self._aside = aside
        self._reader = reader
        self._kept = kept
        self._held: dict[EventId, Sealed] = {}
        self._bytes: Counter[UserId] = Counter()
        """How much of each sender waits."""
        self._untried: set[EventId] = set()
        """Events to try again: a key or a device list may have come since the last try."""
        self._tried: set[EventId] = set()

    async def load(self) -> None:
        """Take up what waited when the program ended."""
        for sealed in await self._kept.all():
            self._hold(sealed)

    async def keep(self, room: RoomId, events: list[MegolmEvent], now: datetime) -> list[Incoming]:
        """Keep those *events* of our people, durable on return, unless they wait already.

        Returns what their senders are to be told: another event waits under that id, or too much waits.
        """
        told: list[Incoming] = []
        for event in events:
            if not self._client.machine.knows(event.sender):
                continue
            sealed = _sealed(room, event, now)
            known = self._held.get(sealed.id)
            if known is None:
                told += await self._make_space(len(sealed.raw))
                await self._kept.keep(sealed)
                self._hold(sealed)
            elif known.origin != sealed.origin and (news := misnamed(_unreadable(sealed))) is not None:
                logger.warning("an event waits in room %s under the id of another one: not heard", fingerprint(room))
                told.append(news)
        return told

    async def _make_space(self, size: int) -> list[Incoming]:
        """Drop the oldest event of the sender with the most, until there is space; return what senders are told."""
        told: list[Incoming] = []
        while self._held and (len(self._held) >= MOST or self._bytes.total() + size > MOST_BYTES):
            ((most, _),) = self._bytes.most_common(1)
            oldest = next(sealed for sealed in self._held.values() if sealed.sender == most)
            await self._drop(oldest, "too many wait")
            told += [] if oldest.answered else [_unreadable(oldest)]
        return told

    @property
    def next_due(self) -> datetime | None:
        """When the next of them must be answered, or None."""
        waiting = [sealed.received_at for sealed in self._held.values() if not sealed.answered]
        return min(waiting) + GRACE if waiting else None

    def keyless(self) -> list[Sealed]:
        """Return what waits for a room key of its sender's, oldest first; not that whose sender was told so already."""
        has_key = self._client.machine.has_key_of
        waiting = (sealed for sealed in self._held.values() if not sealed.answered)
        return [sealed for sealed in waiting if not has_key(sealed.sender, sealed.room, sealed.session)]

    async def open(self, now: datetime, *, hears: bool) -> list[Incoming]:
        """Return what opens now and what has waited too long, oldest first. Call `settle` once it is durable.

        Nothing has waited too long unless the bot *hears*: its key may be on the homeserver already.
        """
        sessions, users = self._client.machine.take_news()
        given: list[Incoming] = []
        self._tried = set()
        for sealed in list(self._held.values()):
            if sealed.session in sessions or sealed.sender in users:
                self._untried.add(sealed.id)
            if sealed.id in self._untried or _is_due(sealed, now, hears=hears):
                given += await self._try(sealed, now, hears=hears)
                self._tried.add(sealed.id)
                # There may be very many: other tasks run in between.
                await asyncio.sleep(0)
        return given

    async def settle(self, given: list[Incoming]) -> None:
        """Forget what was opened and mark what was answered."""
        self._untried -= self._tried
        for incoming in given:
            sealed = self._held.get(EventId(incoming.id))
            if sealed is None:
                continue
            if isinstance(incoming, Unreadable):
                await self._mark_answered(sealed)
            else:
                await self._forget(sealed)

    async def _try(self, sealed: Sealed, now: datetime, *, hears: bool) -> list[Incoming]:
        events = read_events([json.loads(sealed.raw)])
        if len(events) != 1 or not isinstance(events[0], MegolmEvent):
            await self._drop(sealed, "it is no encrypted event")
            return []
        match self._client.open(events[0], sealed.room):
            case Opened(event=said):
                self._aside(sealed.room, said)
                message = self._reader.said(sealed.room, said, now)
                if message is None:
                    await self._forget(sealed)
                return [] if message is None else [message]
            case Refused(fault=fault):
                await self._drop(sealed, fault)
                return []
            case Locked(missing=missing):
                return await self._overdue(sealed, missing, now) if _is_due(sealed, now, hears=hears) else []

    async def _overdue(self, sealed: Sealed, missing: Missing, now: datetime) -> list[Incoming]:
        if now - sealed.received_at >= LIFETIME:
            await self._drop(sealed, f"no {missing} in {LIFETIME.days} days")
            return []
        logger.warning("encrypted event in room %s cannot be opened yet: no %s", fingerprint(sealed.room), missing)
        self._client.counts.undecryptable()
        if missing in (Missing.KEY, Missing.OWN_KEY) and self._client.machine.knows(sealed.sender):
            return [_unreadable(sealed)]
        await self._mark_answered(sealed)
        return []

    async def _mark_answered(self, sealed: Sealed) -> None:
        self._held[sealed.id] = answered = replace(sealed, answered=True)
        await self._kept.keep(answered)

    def _hold(self, sealed: Sealed) -> None:
        self._held[sealed.id] = sealed
        self._bytes[sealed.sender] += len(sealed.raw)
        self._untried.add(sealed.id)

    async def _drop(self, sealed: Sealed, reason: str) -> None:
        logger.warning("encrypted event dropped in room %s: %s", fingerprint(sealed.room), reason)
        if not sealed.answered:
            self._client.counts.undecryptable()
        await self._forget(sealed)

    async def _forget(self, sealed: Sealed) -> None:
        await self._kept.forget(sealed.id)
        if self._held.pop(sealed.id, None) is not None:
            self._bytes[sealed.sender] -= len(sealed.raw)
        self._untried.discard(sealed.id)


def _sealed(room: RoomId, event: MegolmEvent, now: datetime) -> Sealed:
    return Sealed(
        id=EventId(event.event_id),
        room=room,
        sender=UserId(event.sender),
        session=event.session_id or "",
        raw=json.dumps(event.source),
        origin=ids.origin(room, event.source),
        received_at=now,
    )


def _unreadable(sealed: Sealed) -> Unreadable:
    return Unreadable(
        id=input_of(sealed.id),
        room=sealed.room,
        sender=sealed.sender,
        received_at=sealed.received_at,
        origin=sealed.origin,
    )


def _is_due(sealed: Sealed, now: datetime, *, hears: bool) -> bool:
    """Say whether its sender must be told, or it must go."""
    waited = now - sealed.received_at
    return waited >= LIFETIME or (hears and not sealed.answered and waited >= GRACE)
