"""When the bot was away, it says so itself: once for each absence, however often it falls over while it comes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import voice
from bot.core.desk import House
from bot.core.incident import Incident
from bot.core.names import InputId
from bot.core.people.roster import Role, holders
from bot.core.ringing.absence import missed
from bot.ports import Batch, CameBack, Message, Store
from bot.service.outcome import Outcome
from bot.service.tasks import Address, answer_task, ring_task

AWAY_AFTER = timedelta(minutes=5)
"""An absence shorter than this is a restart, or a homeserver's, and nobody's business."""


class Presence:
    """Knows when the homeserver was heard last. That is kept with every answer of it, so it outlives us."""

    def __init__(self) -> None:
        self.heard_at: datetime | None = None
        """None before the first answer ever."""

    async def load(self, store: Store) -> None:
        """Take up when an earlier run heard the homeserver last."""
        self.heard_at = await store.heard_at()

    def greet(self, batch: Batch) -> Batch:
        """Return *batch* with the news that we came back, if it ends an absence: the two are kept together."""
        since, now = self.heard_at, batch.heard_at
        if since is None or now is None or now - since < AWAY_AFTER:
            return batch
        messages = sum(isinstance(event, Message) for event in batch.events)
        id = InputId(f"absence:{since.isoformat()}")
        return replace(batch, events=(CameBack(id=id, since=since, messages=messages, received_at=now), *batch.events))

    def kept(self, batch: Batch) -> None:
        """Take note of *batch* once it is durable."""
        self.heard_at = batch.heard_at or self.heard_at


def came_back(event: CameBack, incidents: Iterable[Incident], address: Address, house: House) -> Outcome:
    """Tell in *address*, the control room, what was missed; it rings for the admins if anything was."""
    until, input = event.received_at, event.id
    lost = [found for incident in incidents if (found := missed(incident, event.since, until)) is not None]
    text = voice.away(event.since, until, lost, event.messages, ZoneInfo(house.zone), house.language)
    admins = holders(house.people, Role.ADMIN)
    return Outcome(
        tasks=(ring_task(input, 0, address, text, admins) if lost else answer_task(input, 0, address, text),)
    )
