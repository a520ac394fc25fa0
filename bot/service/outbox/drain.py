"""Doing what the outbox asks: one lane for each room, in order, each row once, and the most urgent first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count

from bot.core.ringing.silence import Silence
from bot.ports import NO_DEVICE, AlarmClock, BusyError, Clock, RefusedError, Store, Task, TaskKind, UnreachableError
from bot.service.outbox.gate import Gate
from bot.service.outbox.lane import Lane, Row
from bot.service.outbox.line import Place
from bot.service.outbox.urgency import ANSWERS, LOCAL, is_message, speaks

LANE_KEY = "lane:"
"""Prefix of the alarms that wake a resting lane."""
_GATE_KEY = ""
"""In the place of a lane's name: the alarm for when the gate opens again."""
_RESTS = {NO_DEVICE: timedelta(seconds=5), Silence.NO_ROOM.value: timedelta(minutes=10)}
_SILENT_REST = timedelta(seconds=15)
_SILENT_EACH = timedelta(milliseconds=250)
"""One of very many rests as long for each that is silent: in some hundreds nobody may be for days, and each look at one
is a write and often a request."""
_STUCK_AFTER = timedelta(minutes=5)
"""Somebody is told of a row that fails for so long while the homeserver answers what else we ask."""
_HEARD_WITHIN = timedelta(minutes=2)
"""An answer so long ago says that it is there."""
_log = logging.getLogger(__name__)

Perform = Callable[[Task], Awaitable[None]]
"""Does one row and settles it in the store; raises ChatError when the world did not let it."""
Refused = Callable[[Task, str], Awaitable[bool]]
"""Says whether a row that was refused with this code waits; if it does not, it was settled."""

Stuck = Callable[[Task], Awaitable[None]]
"""Tells somebody that a row fails again and again. It is tried all the same."""


class Drain:
    """The outbox in motion. A lane is a room's queue: one of its rows at a time, whatever the other lanes do.

    What waits for a slot, for the homeserver's limits, or for the homeserver to be back, waits here and not in the
    store: only a row that was tried and failed is written.
    """

    def __init__(
        self, *, store: Store, alarm_clock: AlarmClock, clock: Clock, perform: Perform, refused: Refused, stuck: Stuck
    ) -> None:
        self._store = store
        self._alarm_clock = alarm_clock
        self._clock = clock
        self._perform = perform
        self._refused = refused
        self._stuck = stuck
        self._lanes: dict[str, Lane] = {}
        self._gate = Gate()
        self._unreached: dict[str, None] = {}
        """Lanes that rest and are woken when the homeserver answers anything, in the order they failed."""
        self._silent: dict[str, str] = {}
        """Lanes in which nothing can be said, with the code of the refusal."""
        self._tasks: asyncio.TaskGroup | None = None
        self._numbers = count()
        self._opens_at: datetime | None = None
        self._looked_at = clock.now()
        self._bulk_moved_at: datetime | None = None
        self._rested = asyncio.Event()

    def load(self, tasks: Sequence[Task]) -> None:
        """Take up the *tasks* that an earlier run left."""
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
        self._gate.reach.forget(task)

    def clear(self, lane: str) -> None:
        """Let go of all rows of a lane: they were forgotten."""
        self._remember(lane, None)
        if lane in self._lanes:
            self._lanes[lane].clear()
            self._look(lane, self._clock.now())

    def can_be_heard(self, lane: str) -> None:
        """Try again at once what could not be said in that lane: its room was made, or somebody came."""
        if lane in self._silent and lane in self._lanes:
            now = self._clock.now()
            self._lanes[lane].lift_rests()
            self._look(lane, now)
            self._serve(now)

    def wake(self, lane: str) -> None:
        """Let a resting lane look again."""
        now = self._clock.now()
        if lane == _GATE_KEY:
            self._opens_at = None
        self._look(lane, now)
        self._serve(now)

    def look_again(self) -> None:
        """The homeserver answered another part of us: ask now whether it is back, if it was away."""
        now = self._clock.now()
        if now < self._looked_at:
            self._forget_times(now)
        self._looked_at = now
        if self._gate.reach.probe_at is not None:
            self._gate.reach.probe_now(now)
            self._serve(now)

    def _forget_times(self, now: datetime) -> None:
        """The clock was set back: wait for no time that was told by it before."""
        self._opens_at = None
        self._gate.forget_times(now)
        for name, lane in list(self._lanes.items()):
            lane.forget_times(now)
            self._look(name, now)
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
        lanes = (lane for lane in self._lanes.values() if not any(row.refusal for row in lane))
        return self._longest((row for lane in lanes for row in lane if is_message(row.task)), now)

    def is_answering(self, lane: str) -> bool:
        """Say whether somebody is still to be told something in that lane; what was not asked for does not count."""
        return any(row.task.kind in ANSWERS and not row.task.bulk for row in self._lanes.get(lane, ()))

    def holds(self, lane: str, kind: TaskKind) -> bool:
        """Say whether a row of *kind* is still to be done in *lane*."""
        return any(row.task.kind is kind for row in self._lanes.get(lane, ()))

    @property
    def silent(self) -> Mapping[str, str]:
        """The lanes in which nothing can be said, each with the code of the refusal."""
        return self._silent

    @property
    def busy(self) -> bool:
        """Say whether anything is in work that somebody waits for."""
        return self._gate.busy

    @property
    def moves_bulk(self) -> bool:
        """Say whether anything is in work for very many rooms."""
        return self._gate.moves_bulk

    async def rested(self) -> None:
        """Return once everything is done that can be done now and that somebody waits for."""
        while self.busy:
            self._rested.clear()
            await self._rested.wait()

    def _longest(self, rows: Iterable[Row], now: datetime) -> timedelta | None:
        oldest = min(map(self._waits_since, rows), default=None)
        return None if oldest is None or oldest > now else now - oldest

    def _waits_since(self, row: Row) -> datetime:
        if row.task.bulk and self._bulk_moved_at is not None:
            return max(row.since, self._bulk_moved_at)
        return row.since

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
        if lane is None or self._gate.is_working(name):
            return
        row = lane.next(now)
        if row is not None:
            self._gate.line.stand(name, row, lane.urgency(now))
            return
        self._gate.line.leave(name)
        if not lane:
            del self._lanes[name]
        elif (at := lane.wakes_at(now)) is not None:
            self._alarm_clock.set(LANE_KEY + name, at)

    def _serve(self, now: datetime) -> None:
        """Begin whatever may begin now, and set the alarm for what may later."""
        while self._tasks is not None and (place := self._enter(now)) is not None:
            self._tasks.create_task(self._work(place), name=f"row-{next(self._numbers)}")
        if not self.busy:
            self._rested.set()
        if self._gate.line or self._unreached:
            at = self._gate.opens_at(now)
            if at is not None and at != self._opens_at:
                self._opens_at = at
                self._alarm_clock.set(LANE_KEY + _GATE_KEY, at)

    def _enter(self, now: datetime) -> Place | None:
        place = self._gate.enter(now)
        if place is None and self._unreached and self._gate.wants_probe(now):
            self._rouse(now)
            place = self._gate.enter(now)
        return place

    def _rouse(self, now: datetime) -> None:
        """Let those stand in line again who rest because the homeserver was not reached."""
        lanes, self._unreached = self._unreached, {}
        for name in lanes:
            if (lane := self._lanes.get(name)) is not None:
                lane.lift_rests()
                self._look(name, now)

    # --- doing ------------------------------------------------------------------------------------------------

    async def _work(self, place: Place) -> None:
        try:
            await self._attempt(place.row)
        finally:
            self._gate.leave(place)
        now = self._clock.now()
        self._look(place.lane, now)
        self._serve(now)

    async def _attempt(self, row: Row) -> None:
        begun, task = self._gate.reach.answered, row.task
        try:
            await self._perform(task)
        except BusyError as busy:
            await self._limited(row, busy)
        except UnreachableError:
            await self._failed(row, begun)
        except RefusedError as refusal:
            await self._took_refusal(row, refusal.code)
        else:
            self._succeeded(task)

    async def _took_refusal(self, row: Row, code: str) -> None:
        """Let it wait for the first device that can read it, or for the room to be safe again, instead of losing it."""
        task, before = row.task, self._silent.get(row.task.lane)
        if code not in (NO_DEVICE, row.refusal):
            _log.error("refused: %s (%s) for row %s", task.kind, code, task.id)
        if speaks(task):
            # First here: whoever is told of it reads it from here.
            self._silent[task.lane] = code
        if not await self._refused(task, code):
            self.done(task)
            self._remember(task.lane, before)
            return
        is_of_many = any(other.task.bulk for other in self._lanes.get(task.lane, ()))
        rest = rest_after(code)
        rest = max(rest, len(self._silent) * _SILENT_EACH) if is_of_many else rest
        await self._postpone(row, self._clock.now() + rest)
        row.refusal, row.failing_since = code, None

    def _remember(self, lane: str, code: str | None) -> None:
        if code is None:
            self._silent.pop(lane, None)
        else:
            self._silent[lane] = code

    def _succeeded(self, task: Task) -> None:
        self.done(task)
        if speaks(task):
            self._remember(task.lane, None)
        now = self._clock.now()
        if task.bulk:
            self._bulk_moved_at = now
        if task.kind not in LOCAL:
            self._gate.passed(task, now)
            self._answered(now)

    def _answered(self, now: datetime) -> None:
        self._gate.reach.answer()
        self._rouse(now)

    async def _limited(self, row: Row, busy: BusyError) -> None:
        now = self._clock.now()
        self._answered(now)
        row.failing_since = None
        in_line = self._gate.limited(row.task, busy, now)
        await self._postpone(row, now + busy.retry_after, rests=not in_line)

    async def _failed(self, row: Row, begun: int) -> None:
        now, reach = self._clock.now(), self._gate.reach
        if reach.fail(row.task, now, begun=begun):
            self._unreached[row.task.lane] = None
        row.failing_since = row.failing_since or now
        await self._postpone(row, now + reach.rest_of(row.task))
        is_there = now - self._looked_at < _HEARD_WITHIN
        if is_there and not row.is_told and now - row.failing_since >= _STUCK_AFTER:
            row.is_told = True
            if speaks(row.task):
                self._silent[row.task.lane] = Silence.UNREACHED
            await self._stuck(row.task)

    async def _postpone(self, row: Row, until: datetime, *, rests: bool = True) -> None:
        # First here: the homeserver may answer another row while this one is being written.
        row.fail(until if rests else None)
        async with self._store.transaction() as tx:
            await tx.postpone_task(row.task.id, until=until)
        if rests:
            self._alarm_clock.set(LANE_KEY + row.task.lane, until)


def rest_after(code: str) -> timedelta:
    """Return how long what was refused rests, if nothing wakes it: that somebody came does, or that a room was made."""
    return _RESTS.get(code, _SILENT_REST)
