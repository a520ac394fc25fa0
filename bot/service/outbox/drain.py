"""Doing what the outbox asks: one lane for each room, in order, each row once, and the most urgent first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from bot import ports
from bot.core.facts import Joined, RoomReady
from bot.core.ringing.silence import Silence
from bot.service.ledger import Committed, Ledger
from bot.service.outbox.gate import Gate
from bot.service.outbox.lane import Pending
from bot.service.outbox.lanes import Lanes
from bot.service.outbox.queue import Candidate
from bot.service.outbox.urgency import limits_of, speaks

LANE_KEY = "lane:"
"""Prefix of the alarms that wake a resting lane."""
_GATE_KEY = ""
"""In the place of a lane's name: the alarm for when the gate opens again."""
_RESTS = {ports.NO_DEVICE: timedelta(seconds=5), Silence.NO_ROOM.value: timedelta(minutes=10)}
_SILENT_REST = timedelta(seconds=15)
_SILENT_EACH = timedelta(milliseconds=250)
"""One of very many rests as long for each that is silent: in some hundreds nobody may be for days, and each look at one
is a write and often a request."""
_STUCK_AFTER = timedelta(minutes=5)
"""Somebody is told of a row that fails for so long while the homeserver answers what else we ask."""
_HEARD_WITHIN = timedelta(minutes=2)
"""An answer so long ago says that it is there."""
_log = logging.getLogger(__name__)


class Performs(Protocol):
    """Does what rows ask for."""

    async def perform(self, task: ports.Task) -> None:
        """Do one row and settle it; raises ChatError when the world did not let it."""


class Complains(Protocol):
    """Tells people what became of rows that fail."""

    async def refused(self, task: ports.Task, code: str) -> bool:
        """Say whether a row that was refused with this code waits; if it does not, it was settled."""

    async def stuck(self, task: ports.Task) -> None:
        """Tell somebody that a row fails again and again. It is tried all the same."""


class Drain:
    """The outbox in motion. A lane is a room's queue: one of its rows at a time, whatever the other lanes do.

    What waits for a slot, for the homeserver's limits, or for the homeserver to be back, waits here and not in the
    store: only a row that was tried and failed is written.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        lanes: Lanes,
        alarm_clock: ports.AlarmClock,
        clock: ports.Clock,
        performer: Performs,
        refusals: Complains,
    ) -> None:
        self._ledger = ledger
        self.lanes = lanes
        self._alarm_clock = alarm_clock
        self._clock = clock
        self._performer = performer
        self._refusals = refusals
        self._gate = Gate()
        self.interval = self._gate.interval
        """How long the homeserver's limits let pass between two requests; None when none was met lately."""
        self._unreached: dict[str, None] = {}
        """Lanes that rest and are woken when the homeserver answers anything, in the order they failed."""
        self._tasks: asyncio.TaskGroup | None = None
        self._numbers = count()
        self._opens_at: datetime | None = None
        self._looked_at = self.moved_at = clock.now()
        """When the homeserver was heard last, and when a row was let go of last."""
        self._rested = asyncio.Event()

    def load(self, tasks: Sequence[ports.Task]) -> None:
        """Take up the *tasks* that an earlier run left."""
        # What these rest for nobody wrote down: the first answer wakes them.
        self._unreached.update((task.lane, None) for task in tasks if task.attempts and task.kind is not ports.Page)
        self.add(tasks)

    def took_in(self, committed: Committed) -> None:
        """Let go of what was settled or forgotten, and take in the rows that were committed."""
        outcome = committed.outcome
        if committed.purged is not None:
            self.clear(committed.purged)
        if committed.done is not None:
            self.done(committed.done)
        self.add(outcome.tasks)
        if any(isinstance(fact, Joined | RoomReady) for fact in outcome.facts):
            self.can_be_heard(outcome.stream)

    def add(self, tasks: Iterable[ports.Task]) -> None:
        """Take in rows, but for pages: those wait for no homeserver."""
        now = self._clock.now()
        lanes = {task.lane: None for task in tasks if task.kind is not ports.Page and self.lanes.add(task, now)}
        for lane in lanes:
            self._look(lane, now)
        if lanes:
            self._serve(now)

    def done(self, task: ports.Task) -> None:
        """Let go of a row that was settled."""
        self.lanes.remove(task)
        self._gate.reach.forget(task)
        self.moved_at = self._clock.now()

    def clear(self, name: str) -> None:
        """Let go of all rows of a lane: they were forgotten."""
        self.lanes.remember(name, None)
        if (lane := self.lanes.get(name)) is not None:
            lane.clear()
            self._look(name, self._clock.now())

    def can_be_heard(self, name: str) -> None:
        """Try again at once what could not be said in that lane: its room was made, or somebody came."""
        if name in self.lanes.silent and (lane := self.lanes.get(name)) is not None:
            now = self._clock.now()
            lane.lift_rests()
            self._look(name, now)
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
        for name, lane in self.lanes:
            lane.forget_times(now)
            self._look(name, now)
        self._serve(now)

    # --- what others may know ---------------------------------------------------------------------------------

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
        lane = self.lanes.get(name)
        if lane is None or self._gate.is_working(name):
            return
        row = lane.next(now)
        if row is not None:
            self._gate.line.stand(name, row, lane.urgency(now))
            return
        self._gate.line.leave(name)
        if not lane:
            self.lanes.drop(name)
        elif (at := lane.wakes_at(now)) is not None:
            self._alarm_clock.set(LANE_KEY + name, at)

    def _serve(self, now: datetime) -> None:
        """Begin whatever may begin now, and set the alarm for what may later."""
        while self._tasks is not None and (candidate := self._enter(now)) is not None:
            self._tasks.create_task(self._work(candidate), name=f"row-{next(self._numbers)}")
        if not self.busy:
            self._rested.set()
        if self._gate.line or self._unreached:
            at = self._gate.opens_at(now)
            if at is not None and at != self._opens_at:
                self._opens_at = at
                self._alarm_clock.set(LANE_KEY + _GATE_KEY, at)

    def _enter(self, now: datetime) -> Candidate | None:
        candidate = self._gate.enter(now)
        if candidate is None and self._unreached and self._gate.wants_probe(now):
            self._rouse(now)
            candidate = self._gate.enter(now)
        return candidate

    def _rouse(self, now: datetime) -> None:
        """Let those stand in line again who rest because the homeserver was not reached."""
        lanes, self._unreached = self._unreached, {}
        for name in lanes:
            if (lane := self.lanes.get(name)) is not None:
                lane.lift_rests()
                self._look(name, now)

    # --- doing ------------------------------------------------------------------------------------------------

    async def _work(self, candidate: Candidate) -> None:
        try:
            await self._attempt(candidate.row)
        finally:
            self._gate.leave(candidate)
        now = self._clock.now()
        self._look(candidate.lane, now)
        self._serve(now)

    async def _attempt(self, row: Pending) -> None:
        begun, task = self._gate.reach.answered, row.task
        try:
            await self._performer.perform(task)
        except ports.BusyError as busy:
            await self._limited(row, busy)
        except ports.UnreachableError:
            await self._failed(row, begun)
        except ports.RefusedError as refusal:
            await self._took_refusal(row, refusal.code)
        else:
            self._succeeded(task)

    async def _took_refusal(self, row: Pending, code: str) -> None:
        """Let it wait for the first device that can read it, or for the room to be safe again, instead of losing it."""
        task, before = row.task, self.lanes.silent.get(row.task.lane)
        if code not in (ports.NO_DEVICE, row.refusal):
            _log.error("refused: %s (%s) for row %s", task.name, code, task.id)
        if speaks(task):
            # First here: whoever is told of it reads it from here.
            self.lanes.remember(task.lane, code)
        if not await self._refusals.refused(task, code):
            self.done(task)
            self.lanes.remember(task.lane, before)
            return
        is_of_many = any(other.task.bulk for other in self.lanes.get(task.lane) or ())
        rest = rest_after(code)
        rest = max(rest, len(self.lanes.silent) * _SILENT_EACH) if is_of_many else rest
        await self._postpone(row, self._clock.now() + rest)
        row.refusal, row.failing_since = code, None

    def _succeeded(self, task: ports.Task) -> None:
        self.done(task)
        if speaks(task):
            self.lanes.remember(task.lane, None)
        now = self._clock.now()
        if task.bulk:
            self.lanes.bulk_moved_at = now
        if limits_of(task):
            self._gate.passed(task, now)
            self._answered(now)

    def _answered(self, now: datetime) -> None:
        self._gate.reach.answer()
        self._rouse(now)

    async def _limited(self, row: Pending, busy: ports.BusyError) -> None:
        now = self._clock.now()
        self._answered(now)
        row.failing_since = None
        in_line = self._gate.limited(row.task, busy, now)
        await self._postpone(row, now + busy.retry_after, rests=not in_line)

    async def _failed(self, row: Pending, begun: int) -> None:
        now, reach = self._clock.now(), self._gate.reach
        if reach.fail(row.task, now, begun=begun):
            self._unreached[row.task.lane] = None
        row.failing_since = row.failing_since or now
        await self._postpone(row, now + reach.rest_of(row.task))
        is_there = now - self._looked_at < _HEARD_WITHIN
        if is_there and not row.is_told and now - row.failing_since >= _STUCK_AFTER:
            row.is_told = True
            if speaks(row.task):
                self.lanes.remember(row.task.lane, Silence.UNREACHED)
            await self._refusals.stuck(row.task)

    async def _postpone(self, row: Pending, until: datetime, *, rests: bool = True) -> None:
        # First here: the homeserver may answer another row while this one is being written.
        row.fail(until if rests else None)
        await self._ledger.postpone(row.task, until=until)
        if rests:
            self._alarm_clock.set(LANE_KEY + row.task.lane, until)


def rest_after(code: str) -> timedelta:
    """Return how long what was refused rests, if nothing wakes it: that somebody came does, or that a room was made."""
    return _RESTS.get(code, _SILENT_REST)
