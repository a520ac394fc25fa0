"""Calls to machines of others, beside the rooms' lanes: nothing in a room waits for a machine that hangs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Never

from bot import ports, voice
from bot.core.desk import House
from bot.core.names import InputId
from bot.ports import CallEnded, HookCall, Hooks, Task
from bot.service.ledger import Committed, Ledger
from bot.service.news import LANE
from bot.service.outcome import Outcome
from bot.service.tasks import complaint_task, room_address

RESTS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 8 * 3600)
)
"""How long a call that was not taken rests before it is made again: eleven times within a day, and then no more."""
_log = logging.getLogger(__name__)


class Calling:
    """Makes the calls of each machine one after the other, those first that were never made.

    A row is settled once its call was taken; a kill in between makes the call once more, under the same id.
    """

    def __init__(
        self, *, ledger: Ledger, hooks: Hooks, house: House, alarm_clock: ports.AlarmClock, clock: ports.Clock
    ) -> None:
        self._ledger = ledger
        self._hooks = hooks
        self._house = house
        self._alarm_clock = alarm_clock
        self._clock = clock
        self._waiting: dict[str, dict[str, Task]] = {name: {} for name in hooks.wanted}
        self._woken = {name: asyncio.Event() for name in hooks.wanted}
        self._strays: list[Task] = []
        """Of machines that are configured no more."""
        self._failing: set[str] = set()
        self._working = 0

    @property
    def busy(self) -> bool:
        """Say whether a call is being made, or could be."""
        return bool(self._working) or any(self._next(name) is not None for name in self._waiting)

    def load(self, tasks: Sequence[Task]) -> None:
        """Take up the calls among the *tasks* that an earlier run left."""
        for task in tasks:
            if isinstance(task.action, HookCall):
                self._take(task, task.action.hook)

    def took_in(self, committed: Committed) -> None:
        """Take in the calls that were committed."""
        self.load(committed.outcome.tasks)

    def _take(self, task: Task, hook: str) -> None:
        if hook not in self._waiting:
            self._strays.append(task)
            return
        self._waiting[hook][task.id] = task
        self.wake(LANE + hook)

    def wake(self, lane: str) -> None:
        """Let a machine's calls be looked at again."""
        if (woken := self._woken.get(lane.removeprefix(LANE))) is not None:
            woken.set()

    async def run(self) -> None:
        """Work until cancelled; return where there are no machines to call."""
        for task in self._strays:
            _log.warning("a call to a hook that is not configured any more is dropped, row %s", task.id)
            await self._ledger.settle(task)
        async with asyncio.TaskGroup() as tasks:
            for name in self._waiting:
                tasks.create_task(self._serve(name), name=f"hook-{name}")

    async def _serve(self, name: str) -> Never:
        while True:
            self._woken[name].clear()
            task = self._next(name)
            if task is None:
                await self._woken[name].wait()
                continue
            self._working += 1
            try:
                await self._attempt(name, task)
            finally:
                self._working -= 1

    def _next(self, name: str) -> Task | None:
        """Return the call to be made now; None, and the alarm set for the first that rests, when there is none."""
        rows, now = self._waiting[name].values(), self._clock.now()
        ready = [row for row in rows if row.not_before is None or row.not_before <= now]
        if not ready and (rests := [row.not_before for row in rows if row.not_before is not None]):
            self._alarm_clock.set(LANE + name, min(rests))
        return min(ready, key=lambda row: row.attempts, default=None)

    async def _attempt(self, name: str, task: Task) -> None:
        if not isinstance(task.action, HookCall):
            raise TypeError(task.name)
        try:
            why = await self._hooks.call(task.id, task.action, self._clock.now())
        except Exception as error:  # noqa: BLE001 - one machine's call is made again; nothing else stops
            why = type(error).__name__
        self._note(name, why)
        if not why:
            await self._ledger.settle(task)
        elif task.attempts >= len(RESTS):
            await self._give_up(name, task, why)
        else:
            await self._postpone(name, task, self._clock.now() + RESTS[task.attempts])
            return
        del self._waiting[name][task.id]

    async def _postpone(self, name: str, task: Task, until: datetime) -> None:
        self._waiting[name][task.id] = replace(task, attempts=task.attempts + 1, not_before=until)
        await self._ledger.postpone(task, until=until)

    def _note(self, name: str, why: str) -> None:
        """Count a call, and tell in the log when a machine begins to fail and when it is well again."""
        self._ledger.counts.called(CallEnded.FAILED if why else CallEnded.TAKEN)
        if why and name not in self._failing:
            self._failing.add(name)
            _log.warning("the hook %s fails: %s; its calls are made again for a day", name, why)
        elif not why and name in self._failing:
            self._failing.discard(name)
            _log.warning("the hook %s is well again", name)

    async def _give_up(self, name: str, task: Task, why: str) -> None:
        """Settle a call for good; the control room is told of one in a day of each machine."""
        self._ledger.counts.called(CallEnded.GIVEN_UP)
        _log.error("given up: a call of the hook %s, row %s: %s", name, task.id, why)
        input = InputId(f"hook-given-up:{name}:{self._clock.now():%Y-%m-%d}")
        room = self._ledger.books.desk.control_room
        rows: tuple[Task, ...] = ()
        if room is not None:
            text = voice.hook_given_up(name, self._house.language)
            rows = (complaint_task(input, 0, room_address(room, self._house.people), text),)
        async with self._ledger.deciding:
            await self._ledger.commit(input, Outcome(tasks=rows), done=task)
