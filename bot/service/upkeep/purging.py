"""An incident purged: all but its entry in the register is taken out of the store, at once or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.facts import DeskFact, Fact, PurgeCause, Purged, Recorded
from bot.core.incident import Incident
from bot.core.names import InputId
from bot.core.purge import desk_remains, remains
from bot.ports import DESK, Store, Task

Records = tuple[Recorded[Fact | DeskFact], ...]


async def purge(
    store: Store, incident: Incident, cause: PurgeCause, now: datetime, *, input: InputId, tasks: Sequence[Task] = ()
) -> Records:
    """Purge a closed *incident* and queue *tasks*; return what is left of it, nothing if *input* was applied before.

    What waits to be done in its room is forgotten, so it should have been taken back before.
    """
    records, desk = await store.history(incident.id), await store.history(DESK)
    purged = Purged(at=now, cause=cause, entries=len(records), head=records[-1].digest)
    left = remains(incident, records, purged)
    async with store.transaction() as tx:
        if not await tx.settle_input(input):
            return ()
        await tx.rewrite(incident.id, left)
        await tx.rewrite(DESK, desk_remains(desk, now))
        if incident.room is not None:
            await tx.forget_room(incident.room, lane=incident.id)
        await tx.queue(tasks)
    await store.compact()
    return left
