"""Doing what the outbox asks: one lane for each room, in order, each row once, and the most urgent first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.ports import NO_DEVICE, AlarmClock, BusyError, Clock, RefusedError, Store, Task, TaskKind, UnreachableError
from bot.service.lane import Lane, Row
from bot.service.line import Line, Place
from bot.service.pace import Pace
from bot.service.reach import Reach
from bot.service.urgency import (
    ANSWERS,
    ELSEWHERE,
    ERASING,
    LOCAL,
    SPARED,
    Urgency,
    invites_of,
    is_message,
    limits_of,
    rests_alone,
)

LANE_KEY = "lane:"
"""Prefix of the alarms that wake a resting lane."""
WIDTH = 8
"""How many rows are in work at once. Each class leaves one slot more to those before it."""
_LINE_KEY = ""
"""In the place of a lane's name: the alarm that wakes the line itself."""
_NOBODY_REST = timedelta(seconds=5)
_NEVER = datetime.max.replace(tzinfo=UTC)
_log = logging.getLogger(__name__)

Perform = Callable[[Task], Awaitable[None]]
"""Does one row and settles it in the store; raises ChatError when the world did not let it."""


class Drain:
    """The outbox in motion. A lane is a room's queue: one of its rows at a time, whatever the other lanes do.

    What waits for a slot, for the homeserver's limits, or for the homeserver to be back, waits here and not in the
    store: only a row that was tried and failed is written.
    """

    def __init__(
        self, *, store: Store, alarm_clock: AlarmClock, clock: Clock, perform: Perform, refused: Perform
    ) -> None:
        self._store = store
        self._alarm_clock = alarm_clock
        self._clock = clock
        self._perform = perform
        self._refused = refused
        self._lanes: dict[str, Lane] = {}
        self._line = Line()
        self._pace = Pace()
        self._reach = Reach()
        self._working: dict[str, Place] = {}
        self._unreached: dict[str, None] = {}
        """Lanes that rest and are woken when the homeserver answers anything, in the order they failed."""
        self._tasks: asyncio.TaskGroup | None = None
        self._numbers = count()
        self._wakes_at: datetime | None = None
        self._bulk_moved_at: datetime | None = None
        self._rested = asyncio.Event()

    async def load(self) -> None:
        """Take up what an earlier run left."""
        tasks = await self._store.tasks()
        # What these rest for nobody wrote down: the first answer wakes them.
        self._unreached.update((task.lane, None) for task in tasks if task.attempts)
        self.add(tasks)

    def add(self, tasks: Iterable[Task]) -> None:
        """Take in rows that were just committed."""
        now = self._clock.now()
        lanes = {task.lane: None for task in tasks if self._lanes.setdefault(task.lane, Lane()).add(task, now)}
        for lane in lanes:
            self._look(lane, now)
        if lanes:
            self._serve(now)

    def done(self, task: Task) -> None:
        """Let go of a row that was just settled."""
        if task.lane in self._lanes:
            self._lanes[task.lane].remove(task.id)
        self._reach.forget(task)

    def clear(self, lane: str) -> None:
        """Let go of all rows of a lane: they were forgotten."""
        if lane in self._lanes:
            self._lanes[lane].clear()
            self._look(lane, self._clock.now())

    def wake(self, lane: str) -> None:
        """Let a resting lane look again."""
        now = self._clock.now()
        if lane == _LINE_KEY:
            self._wakes_at = None
        self._look(lane, now)
        self._serve(now)

    def look_again(self) -> None:
        """The homeserver answered another part of us: ask now whether it is back, if it was away."""
        if self._reach.probe_at is not None:
            now = self._clock.now()
            self._reach.probe_now(now)
            self._serve(now)

    # --- what others may know ---------------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """How many rows are not done."""
        return sum(map(len, self._lanes.values()))

    def oldest_waiting(self, now: datetime) -> timedelta | None:
        """Return for how long the oldest row waits that may be done and is not; None when there is none.

        A deliberate delay does not count, nor the time before a restart. Rows for very many rooms take the time they
        take: theirs counts from the last one that was done.
        """
        return self._longest((row for lane in self._lanes.values() for row in lane), now)

    def oldest_unsaid(self, now: datetime) -> timedelta | None:
        """Return the same of messages alone, where somebody could read: what waits for no homeserver but ours."""
        lanes = (lane for lane in self._lanes.values() if not any(row.has_no_reader for row in lane))
        return self._longest((row for lane in lanes for row in lane if is_message(row.task)), now)

    def is_answering(self, lane: str) -> bool:
        """Say whether somebody is still to be told something in that lane; what was not asked for does not count."""
        return any(row.task.kind in ANSWERS and not row.task.bulk for row in self._lanes.get(lane, ()))

    @property
    def busy(self) -> bool:
        """Say whether anything is in work that not very many rooms wait for."""
        return any(place.urgency is not Urgency.BULK for place in self._working.values())

    async def rested(self) -> None:
        """Return once everything is done that can be done now and that not very many rooms wait for."""
        while self.busy:
            self._rested.clear()
            await self._rested.wait()

    # --- who is next ------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                self._serve(self._clock.now())
                await asyncio.get_running_loop().create_future()
            finally:
                self._tasks = None

    def _look(self, name: str, now: datetime) -> None:
        """Let a lane stand in line for what it may do next, or set the alarm for it."""
        lane = self._lanes.get(name)
        if lane is None or name in self._working:
            return
        row = lane.next(now)
        if row is not None:
            self._line.stand(name, row, lane.urgency(now))
            return
        self._line.leave(name)
        if not lane:
            del self._lanes[name]
        elif (at := lane.wakes_at(now)) is not None:
            self._alarm_clock.set(LANE_KEY + name, at)

    def _serve(self, now: datetime) -> None:
        """Begin whatever may begin now."""
        while self._tasks is not None and (place := self._next(now)) is not None:
            self._working[place.lane] = place
            self._pace.take(place.limits, now)
            self._tasks.create_task(self._work(place), name=f"row-{next(self._numbers)}")
        if not self.busy:
            self._rested.set()
        self._set_alarm(now)

    def _next(self, now: datetime) -> Place | None:
        least = min(WIDTH - len(self._working) - 1, Urgency.BULK)
        probe_at = self._reach.probe_at
        if probe_at is not None:
            if probe_at > now:
                return None
            # One row at a time asks, and what is more urgent does not wait for its answer.
            least = min([least, *(place.urgency - 1 for place in self._working.values())])
            if not self._line and self._unreached and not self._working:
                self._rouse(next(iter(self._unreached)), now)
        return self._line.take(least, lambda limit, urgency: self._held(limit, urgency, now))

    def _held(self, limit: str, urgency: Urgency, now: datetime) -> datetime | None:
        """Return until when *limit* holds what has that urgency; None when it does not."""
        if limit in {ERASING, ELSEWHERE}:
            at = self._reach.elsewhere_at if limit == ELSEWHERE else now
            if at is not None and any(limit in place.limits for place in self._working.values()):
                return _NEVER
            return at if at is not None and at > now else None
        return self._pace.held_until(limit, now, spare=urgency is Urgency.BULK and limit in SPARED)

    def _set_alarm(self, now: datetime) -> None:
        """Let the line be woken when a limit lets somebody through, or when it is time to look for the homeserver."""
        if not self._line and not self._unreached:
            return
        at = self._reach.probe_at
        if at is None or at <= now:
            at = self._line.held_until(lambda limit, urgency: self._held(limit, urgency, now))
        if at is not None and at not in (_NEVER, self._wakes_at):
            self._wakes_at = at
            self._alarm_clock.set(LANE_KEY + _LINE_KEY, at)

    # --- doing ------------------------------------------------------------------------------------------------

    async def _work(self, place: Place) -> None:
        try:
            await self._attempt(place.row)
        finally:
            del self._working[place.lane]
        now = self._clock.now()
        self._look(place.lane, now)
        self._serve(now)

    async def _attempt(self, row: Row) -> None:
        begun, task = self._reach.answered, row.task
        try:
            await self._perform(task)
        except BusyError as busy:
            await self._limited(row, busy)
        except UnreachableError:
            await self._failed(row, begun)
        except RefusedError as refusal:
            if refusal.code == NO_DEVICE:
                # Nobody could read it now. It waits for the first device instead of being lost.
                await self._postpone(row, self._clock.now() + _NOBODY_REST)
                row.has_no_reader = True
                return
            _log.error("refused: %s (%s) for row %s", task.kind, refusal.code, task.id)
            await self._refused(task)
            self.done(task)
        else:
            self._succeeded(task)

    def _succeeded(self, task: Task) -> None:
        self.done(task)
        now = self._clock.now()
        if task.bulk:
            self._bulk_moved_at = now
        if task.kind not in LOCAL:
            self._pace.passed(limits_of(task), now)
            self._answered(now)

    def _answered(self, now: datetime) -> None:
        self._reach.answer()
        for lane in tuple(self._unreached):
            self._rouse(lane, now)

    def _rouse(self, lane: str, now: datetime) -> None:
        del self._unreached[lane]
        if lane in self._lanes:
            self._lanes[lane].lift_rests()
            self._look(lane, now)

    async def _limited(self, row: Row, busy: BusyError) -> None:
        """Take the homeserver's word: the row waits for its limit, in line; one that rests alone sets its own alarm."""
        now, task = self._clock.now(), row.task
        self._answered(now)
        until = now + busy.retry_after
        if busy.invited is not None and task.kind is not TaskKind.INVITE:
            self._pace.limited((invites_of(busy.invited),), now, busy.retry_after)
        elif not rests_alone(task):
            self._pace.limited(limits_of(task), now, busy.retry_after)
            await self._postpone(row, until, rests=False)
            return
        await self._postpone(row, until)

    async def _failed(self, row: Row, begun: int) -> None:
        now = self._clock.now()
        wakes = self._reach.fail(row.task, now, begun=begun)
        if wakes:
            self._unreached[row.task.lane] = None
        await self._postpone(row, now + self._reach.rest_of(row.task))

    async def _postpone(self, row: Row, until: datetime, *, rests: bool = True) -> None:
        # First here: the homeserver may answer another row while this one is being written.
        row.fail(until if rests else None)
        async with self._store.transaction() as tx:
            await tx.postpone_task(row.task.id, until=until)
        if rests:
            self._alarm_clock.set(LANE_KEY + row.task.lane, until)

    def _longest(self, rows: Iterable[Row], now: datetime) -> timedelta | None:
        oldest = min(map(self._waits_since, rows), default=None)
        return None if oldest is None or oldest > now else now - oldest

    def _waits_since(self, row: Row) -> datetime:
        if row.task.bulk and self._bulk_moved_at is not None:
            return max(row.since, self._bulk_moved_at)
        return row.since
