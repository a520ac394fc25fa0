"""Doing what the outbox asks: one lane for each room, in order, each row once."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from bot.ports import NO_DEVICE, AlarmClock, BusyError, Clock, RefusedError, Store, Task, TaskKind, UnreachableError

LANE_KEY = "lane:"
"""Prefix of the alarms that wake a resting lane."""
_LONGEST_REST_S = 60
_NOBODY_REST = timedelta(seconds=5)
_log = logging.getLogger(__name__)

Perform = Callable[[Task], Awaitable[None]]
"""Does one row and settles it in the store; raises ChatError when the world did not let it."""


class Drain:
    """The outbox in motion. A lane is a room's queue; lanes do not wait for each other, and what rings goes first."""

    def __init__(
        self, *, store: Store, alarm_clock: AlarmClock, clock: Clock, perform: Perform, refused: Perform
    ) -> None:
        self._store = store
        self._alarm_clock = alarm_clock
        self._clock = clock
        self._perform = perform
        self._refused = refused
        self._lanes: dict[str, deque[Task]] = {}
        self._working: set[str] = set()
        self._ready: asyncio.Queue[str] = asyncio.Queue()
        self._since: dict[str, datetime] = {}
        """When a row was taken in; over a restart it begins anew, since nobody wrote it down."""

    async def load(self) -> None:
        """Take up what an earlier run left."""
        self.add(await self._store.tasks())

    def add(self, tasks: Iterable[Task]) -> None:
        """Take in rows that were just committed."""
        for task in tasks:
            lane = self._lanes.setdefault(task.lane, deque())
            if task.kind is TaskKind.CARD and any(_untried_card(waiting) for waiting in lane):
                continue
            lane.append(task)
            self._since[task.id] = self._clock.now()
            self.wake(task.lane)

    def done(self, task: Task) -> None:
        """Let go of a row that was just settled."""
        lane = self._lanes.get(task.lane, deque())
        if task in lane:
            lane.remove(task)

    def clear(self, lane: str) -> None:
        """Let go of all rows of a lane: they were forgotten."""
        self._lanes.get(lane, deque()).clear()

    def wake(self, lane: str) -> None:
        """Let a resting lane look again."""
        self._ready.put_nowait(lane)

    @property
    def waiting(self) -> int:
        """How many rows are not done."""
        return sum(len(lane) for lane in self._lanes.values())

    def oldest_waiting(self, now: datetime) -> timedelta | None:
        """Return how long the oldest row that is not done has waited; None when none waits."""
        known = {task.id for lane in self._lanes.values() for task in lane}
        self._since = {id: since for id, since in self._since.items() if id in known}
        return max((now - since for since in self._since.values()), default=None)

    def is_answering(self, lane: str) -> bool:
        """Say whether something is still to be said in that lane; the card, which waits on purpose, does not count."""
        return any(task.kind is TaskKind.SAY for task in self._lanes.get(lane, ()))

    @property
    def busy(self) -> bool:
        """Say whether a lane works or is about to."""
        return bool(self._working) or not self._ready.empty()

    async def rested(self) -> None:
        """Return once every lane that was woken has done what can be done now."""
        await self._ready.join()

    async def run(self) -> None:
        """Work until cancelled. One asyncio task for each lane that has something to do."""
        async with asyncio.TaskGroup() as group:
            for number in count():
                name = await self._ready.get()
                if name not in self._working and self._lanes.get(name):
                    self._working.add(name)
                    group.create_task(self._work(name), name=f"lane-{number}")
                else:
                    self._ready.task_done()

    async def _work(self, name: str) -> None:
        try:
            lane = self._lanes[name]
            while (task := self._next(name, lane)) is not None:
                if not await self._attempt(task, lane):
                    return
            if not lane:
                del self._lanes[name]
        finally:
            self._working.discard(name)
            self._ready.task_done()

    def _next(self, name: str, lane: deque[Task]) -> Task | None:
        """Return what rings and may be done now, else the first row that may; or set the alarm for the next.

        A row that failed holds the lane. A deliberate delay does not, and a file does not: no reminder waits for it.
        Nor does one wait for an invitation, which may fail by another homeserver; but for the room to be made it does.
        """
        now = self._clock.now()
        resting = [task for task in lane if _rests(task, now)]
        ready = [task for task in lane if not _rests(task, now)]
        is_made = all(task.kind is not TaskKind.CREATE_ROOM for task in lane)
        rings = [task for task in ready if is_made and _rings(task)]
        failed = [task for task in resting if task.attempts and not _is_file(task)]
        if all(task.kind is TaskKind.INVITE for task in failed) and (able := rings or ([] if failed else ready)):
            return able[0]
        if resting:
            self._alarm_clock.set(LANE_KEY + name, min(task.not_before for task in resting if task.not_before))
        return None

    async def _attempt(self, task: Task, lane: deque[Task]) -> bool:
        try:
            await self._perform(task)
        except BusyError as busy:
            await self._rest(task, lane, busy.retry_after)
            return _is_passed(task)
        except UnreachableError:
            await self._rest(task, lane, timedelta(seconds=min(_LONGEST_REST_S, 2**task.attempts)))
            return _is_passed(task)
        except RefusedError as refusal:
            if refusal.code == NO_DEVICE:
                # Nobody could read it now. It waits for the first device instead of being lost.
                await self._rest(task, lane, _NOBODY_REST)
                return False
            _log.error("refused: %s (%s) for row %s", task.kind, refusal.code, task.id)
            await self._refused(task)
        self.done(task)
        return True

    async def _rest(self, task: Task, lane: deque[Task], span: timedelta) -> None:
        until = self._clock.now() + span
        async with self._store.transaction() as tx:
            await tx.postpone_task(task.id, until=until)
        position = lane.index(task)
        lane[position] = replace(task, attempts=task.attempts + 1, not_before=until)
        self._alarm_clock.set(LANE_KEY + task.lane, until)


def _rests(task: Task, now: datetime) -> bool:
    return task.not_before is not None and task.not_before > now


def _rings(task: Task) -> bool:
    return task.content is not None and task.content.rings


def _is_file(task: Task) -> bool:
    return task.content is not None and task.content.file is not None


def _is_passed(task: Task) -> bool:
    """Say whether something may be done while *task* rests because it failed."""
    return _is_file(task) or task.kind is TaskKind.INVITE


def _untried_card(task: Task) -> bool:
    return task.kind is TaskKind.CARD and task.attempts == 0
