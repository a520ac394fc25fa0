"""Encrypted events whose key is not there yet: kept over restarts, opened when it comes, answered once if not."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nio import MegolmEvent

from bot.core.names import EventId, RoomId, UserId
from bot.matrix.answers import read_events
from bot.matrix.guard import GuardedClient
from bot.matrix.opening import Locked, Missing, Opened, Refused
from bot.matrix.reading import Reader, fingerprint
from bot.ports import Incoming, Sealed, SealedEvents, Unreadable

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=60)
"""How long a key may take before the sender is told."""
LIFETIME = timedelta(days=7)
MOST = 2000
"""Whoever floods a room with what cannot be opened must not fill the disk."""


class Waiting:
    """The sealed events of one account."""

    def __init__(
        self,
        client: GuardedClient,
        reader: Reader,
        kept: SealedEvents,
        knows: Callable[[UserId], bool],
        aside: Callable[[RoomId, Any], None],
    ) -> None:
        """*aside* is given every event that opens, whatever it is."""
        self._client = client
        self._aside = aside
        self._reader = reader
        self._kept = kept
        self._knows = knows
        self._held: dict[EventId, Sealed] = {}
        self._seen_changes = -1
        self._trying = -1

    async def load(self) -> None:
        """Take up what waited when the program ended."""
        self._held = {sealed.id: sealed for sealed in await self._kept.all()}

    async def keep(self, room: RoomId, events: list[MegolmEvent], now: datetime) -> None:
        """Keep those *events* of our people, durable on return, unless they wait already."""
        for event in events:
            if event.event_id in self._held or not self._knows(UserId(event.sender)):
                continue
            if len(self._held) >= MOST:
                await self._drop(self._one_too_many(), "too many wait")
            sealed = Sealed(
                id=EventId(event.event_id),
                room=room,
                sender=UserId(event.sender),
                raw=json.dumps(event.source),
                received_at=now,
            )
            await self._kept.keep(sealed)
            self._held[sealed.id] = sealed
            self._seen_changes = -1

    def _one_too_many(self) -> Sealed:
        """Return the oldest of whoever has the most."""
        (most, _), *_ = Counter(sealed.sender for sealed in self._held.values()).most_common(1)
        return next(sealed for sealed in self._held.values() if sealed.sender == most)

    @property
    def next_due(self) -> datetime | None:
        """When the next of them must be answered, or None."""
        waiting = [sealed.received_at for sealed in self._held.values() if not sealed.answered]
        return min(waiting) + GRACE if waiting else None

    def keyless(self) -> list[Sealed]:
        """Return what waits for a room key, oldest first; not that whose sender was told so already."""
        rooms_of = self._client.machine.rooms_of
        waiting = (sealed for sealed in self._held.values() if not sealed.answered)
        return [sealed for sealed in waiting if sealed.room not in rooms_of(session_of(sealed))]

    async def open(self, now: datetime, *, hears: bool) -> list[Incoming]:
        """Return what opens now and what has waited too long, oldest first. Call `settle` once it is durable.

        Nothing has waited too long unless the bot *hears*: its key may be on the homeserver already.
        """
        changes = self._client.machine.changes
        due = self.next_due if hears else None
        if not self._held or (changes == self._seen_changes and (due is None or now < due)):
            return []
        self._trying = changes
        given: list[Incoming] = []
        for sealed in list(self._held.values()):
            given += await self._try(sealed, now, hears=hears)
        return given

    async def settle(self, given: list[Incoming]) -> None:
        """Forget what was opened and mark what was answered."""
        self._seen_changes = self._trying
        for incoming in given:
            sealed = self._held.get(incoming.id)
            if sealed is None:
                continue
            if isinstance(incoming, Unreadable):
                self._held[sealed.id] = answered = replace(sealed, answered=True)
                await self._kept.keep(answered)
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
                message = self._reader.message(sealed.room, said, now)
                if message is None:
                    await self._forget(sealed)
                return [] if message is None else [message]
            case Refused(fault=fault):
                await self._drop(sealed, fault)
                return []
            case Locked(missing=missing):
                return await self._overdue(sealed, missing, now, hears=hears)

    async def _overdue(self, sealed: Sealed, missing: Missing, now: datetime, *, hears: bool) -> list[Incoming]:
        waited = now - sealed.received_at
        if waited >= LIFETIME:
            await self._drop(sealed, f"no {missing} in {LIFETIME.days} days")
            return []
        if waited < GRACE or sealed.answered or not hears:
            return []
        logger.warning("encrypted event in room %s cannot be opened yet: no %s", fingerprint(sealed.room), missing)
        if missing is Missing.KEY and self._knows(sealed.sender):
            return [Unreadable(id=sealed.id, room=sealed.room, sender=sealed.sender, received_at=sealed.received_at)]
        self._held[sealed.id] = silent = replace(sealed, answered=True)
        await self._kept.keep(silent)
        return []

    async def _drop(self, sealed: Sealed, reason: str) -> None:
        logger.warning("encrypted event dropped in room %s: %s", fingerprint(sealed.room), reason)
        await self._forget(sealed)

    async def _forget(self, sealed: Sealed) -> None:
        await self._kept.forget(sealed.id)
        self._held.pop(sealed.id, None)


def session_of(sealed: Sealed) -> str:
    """Return the id of the Megolm session that opens it, as the event says."""
    return str(json.loads(sealed.raw)["content"].get("session_id", ""))
