"""The ledger: the only writer. It makes durable what an input leads to, then tells those who follow it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot import ports
from bot.core import facts
from bot.core.documents.purge import desk_remains, remains, without_calls
from bot.core.incident import Incident
from bot.core.names import DeviceId, IncidentId, InputId
from bot.service.books import Books
from bot.service.news import calls
from bot.service.outcome import NOTHING, Outcome

Records = tuple[facts.Recorded[facts.Fact | facts.DeskFact], ...]
_NO_BATCH = ports.Received(new=(), refused=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What has become durable, and is in the books."""

    outcome: Outcome
    """Nothing, when its input was applied before."""
    done: ports.Task | None = None
    """The row that was settled with it."""
    purged: IncidentId | None = None
    """The incident whose rows were all forgotten."""


class Follower(Protocol):
    """Keeps something in memory that follows from what is written."""

    def took_in(self, committed: Committed) -> None:
        """Take note of a commit. Called while decisions are held."""


class Ledger:
    """The books, the store, and the lock between reading the one and writing the other.

    Whoever decides holds `deciding` from reading the books to the end of the commit: every decision sees the last one.
    """

    def __init__(
        self,
        *,
        store: ports.Store,
        books: Books,
        counts: ports.Counts = ports.UNCOUNTED,
        hooks: ports.Hooks = ports.NO_HOOKS,
    ) -> None:
        self.books = books
        self.counts = counts
        self.deciding = asyncio.Lock()
        self._store = store
        self._hooks = hooks
        self._followers: tuple[Follower, ...] = ()

    def tell(self, *followers: Follower) -> None:
        """Tell *followers* of every commit, in this order. Before they are named nothing may be committed."""
        self._followers = followers

    async def receive(self, batch: ports.Batch) -> ports.Received:
        """Keep a batch that is applied later."""
        return await self._store.receive(batch)

    async def apply(
        self, incoming: ports.Incoming, outcome: Outcome, *, batch: ports.Batch | None = None
    ) -> ports.Received:
        """Commit what *incoming* leads to. Called while decisions are held."""
        device = incoming.device if isinstance(incoming, ports.Message | ports.FileSent | ports.Voted) else None
        return await self.commit(incoming.id, outcome, device=device, batch=batch)

    async def commit(
        self,
        input: InputId,
        outcome: Outcome,
        *,
        device: DeviceId | None = None,
        done: ports.Task | None = None,
        batch: ports.Batch | None = None,
        spoken: ports.Spoken | None = None,
    ) -> ports.Received:
        """Make durable what *input* leads to, once, with the *batch* it came in and the row that is *done* by it.

        *spoken* is the message that doing the row sent. Called while decisions are held.
        """
        if not self._followers:
            raise RuntimeError("nobody follows the ledger: what is written now would be neither sent nor rung")
        received = _NO_BATCH
        told = calls(self._hooks.wanted, outcome.facts, self.books.incident(outcome.stream), input)
        outcome = replace(outcome, tasks=(*outcome.tasks, *told)) if told else outcome
        async with self._store.transaction() as tx:
            if batch is not None:
                received = await tx.receive(batch)
            fresh = input not in received.refused and await tx.settle_input(input)
            if fresh and outcome.once is not None:
                fresh = await tx.settle_input(outcome.once)
            if done is not None:
                await tx.settle_task(done.id)
            if spoken is not None:
                await tx.keep_spoken(spoken)
            if fresh:
                await tx.append(outcome.stream, outcome.facts, input=input, device=device)
                await tx.queue(outcome.tasks)
        outcome = outcome if fresh else NOTHING
        if fresh:
            self.books.add(outcome.stream, outcome.facts)
        self._count(done, spoken, outcome.command)
        self._tell(Committed(outcome=outcome, done=done))
        return received

    async def settle(self, task: ports.Task, spoken: ports.Spoken | None = None) -> None:
        """Note that *task* was done, and led to nothing but the message *spoken*, if it sent one."""
        async with self._store.transaction() as tx:
            await tx.settle_task(task.id)
            if spoken is not None:
                await tx.keep_spoken(spoken)
        self._count(task, spoken)

    async def postpone(self, task: ports.Task, *, until: datetime) -> None:
        """Note that *task* was tried in vain, and rests."""
        async with self._store.transaction() as tx:
            await tx.postpone_task(task.id, until=until)

    async def purge(
        self, incident: Incident, cause: facts.PurgeCause, now: datetime, *, input: InputId, tasks: Sequence[ports.Task]
    ) -> int:
        """Purge *incident*, queue *tasks*, and return how many of its facts are left; 0 if that was done before.

        Called while decisions are held.
        """
        calls = await _without_calls(self._store, incident, now)
        left = await purge(self._store, incident, cause, now, input=input, tasks=tasks)
        if left:
            self.books.replace(incident.id, [record.fact for record in left])
            if incident.parent is not None and calls:
                self.books.replace(incident.parent, [record.fact for record in calls])
            self._tell(Committed(outcome=Outcome(tasks=tuple(tasks)), purged=incident.id))
        return len(left)

    def _count(self, task: ports.Task | None, spoken: ports.Spoken | None, command: ports.Ended | None = None) -> None:
        if command is not None:
            self.counts.command(command)
        if task is not None and spoken is not None:
            self.counts.sent(task.name)

    def _tell(self, committed: Committed) -> None:
        for follower in self._followers:
            follower.took_in(committed)


async def _without_calls(store: ports.Store, incident: Incident, now: datetime) -> Records:
    """Return the facts of its parent without the calls to *incident*; nothing where there are none."""
    if incident.parent is None:
        return ()
    return without_calls(await store.history(incident.parent), incident, now)


async def purge(
    store: ports.Store,
    incident: Incident,
    cause: facts.PurgeCause,
    now: datetime,
    *,
    input: InputId,
    tasks: Sequence[ports.Task] = (),
) -> Records:
    """Take all of a closed *incident* but its entry in the register out of the store, at once or not at all.

    *tasks* are queued with it. Returns what is left of it, nothing if *input* was applied before. What waits to be done
    in its room is forgotten, so the room should have been taken back before.
    """
    records, desk = await store.history(incident.id), await store.history(ports.DESK)
    calls = await _without_calls(store, incident, now)
    purged = facts.Purged(at=now, cause=cause, entries=len(records), head=records[-1].digest)
    left = remains(incident, records, purged)
    async with store.transaction() as tx:
        if not await tx.settle_input(input):
            return ()
        await tx.rewrite(incident.id, left)
        await tx.rewrite(ports.DESK, desk_remains(desk, now, incident.room))
        if incident.parent is not None and calls:
            await tx.rewrite(incident.parent, calls)
        if incident.room is not None:
            await tx.forget_room(incident.room, lane=incident.id)
        await tx.queue(tasks)
    await store.compact()
    return left
