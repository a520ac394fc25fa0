"""The watchdog: it sees what hangs, and the heartbeat stops with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.ports import Batch, BusyError
from bot.service.watchdog import DEAF_AFTER_S, LATE_AFTER_S, LOOK_AGAIN_S, LOOK_EVERY_S, Vitals, Watchdog
from tests.core.build import HOUR, MINUTE
from tests.patience import PATIENCE_S
from tests.service.shell import Shell


@dataclass
class Watch:
    """A watchdog whose minutes pass when the test says so."""

    shell: Shell
    since_sync: float | None = 1.0
    beats: int = 0
    _looked: asyncio.Event = field(default_factory=asyncio.Event)
    _minute: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.dog = Watchdog(
            service=self.shell.service,
            clock=self.shell.clock,
            seconds_since_sync=lambda: self.since_sync,
            beat=self._beat,
            sleep=self._sleep,
        )

    async def _beat(self) -> None:
        self.beats += 1

    async def _sleep(self, seconds: float) -> None:
        assert seconds == (LOOK_AGAIN_S if self.dog.vitals().troubles else LOOK_EVERY_S)
        self._looked.set()
        await self._minute.wait()
        self._minute.clear()

    async def look(self) -> Vitals:
        """Return what it saw, once it has looked anew."""
        self._looked.clear()
        self._minute.set()
        await self._looked.wait()
        return self.dog.vitals()


@asynccontextmanager
async def watching(shell: Shell) -> AsyncIterator[Watch]:
    async with shell.life(), asyncio.TaskGroup() as tasks:
        watch = Watch(shell)
        running = tasks.create_task(watch.dog.run())
        await watch._looked.wait()
        yield watch
        running.cancel()


async def test_the_heart_beats_once_a_minute_while_all_is_well(shell: Shell) -> None:
    async with watching(shell) as watch:
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        assert (await watch.look()).troubles == ()
        await watch.look()
        assert watch.beats == 3
        assert watch.dog.vitals().incidents_open == 1


async def test_without_a_sync_it_stops(shell: Shell) -> None:
    async with watching(shell) as watch:
        for watch.since_sync in (None, DEAF_AFTER_S):
            assert (await watch.look()).troubles == ("no sync",)
        assert watch.beats == 1
        watch.since_sync = 0.0
        await watch.look()
        assert watch.beats == 2


async def test_an_alarm_that_the_clock_lost_stops_it(shell: Shell) -> None:
    async with watching(shell) as watch:
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(MINUTE)
        shell.alarm_clock.settings.clear()
        shell.clock.advance(24 * HOUR - MINUTE)
        seen = await watch.look()
        assert (seen.alarms_overdue, seen.alarms_overdue_seconds, seen.troubles) == (0, 0.0, ())
        shell.clock.advance(MINUTE)
        seen = await watch.look()
        assert (seen.alarms_overdue, seen.alarms_overdue_seconds) == (1, LATE_AFTER_S)
        assert seen.troubles == ("reminders are late",)
        beats = watch.beats
        await shell.service.ring(f"incident:{shell.incident().id}")
        await shell.settle()
        assert (await watch.look()).troubles == ()
        assert watch.beats == beats + 1


async def test_an_outbox_that_does_not_move_stops_it_and_one_that_is_slow_does_not(shell: Shell) -> None:
    async with watching(shell) as watch:
        await shell.open()
        await shell.pass_time(MINUTE)
        shell.chat.faults.extend([BusyError(HOUR)])
        await shell.type("!status")
        shell.clock.advance(9 * MINUTE)
        shell.service.drain.moved_at = shell.clock.now()  # as when a row of another kind is done
        shell.clock.advance(9 * MINUTE)
        seen = await watch.look()
        assert (seen.outbox_rows, seen.outbox_oldest_seconds, seen.outbox_still_seconds) == (1, 18 * 60, 9 * 60)
        assert seen.troubles == ()
        beats = watch.beats
        shell.clock.advance(MINUTE)
        assert (await watch.look()).troubles == ("the outbox does not move",)
        assert watch.beats == beats


async def test_a_room_in_which_nobody_can_read_is_seen_and_stops_nothing(shell: Shell) -> None:
    async with watching(shell) as watch:
        await shell.open()
        await shell.pass_time(MINUTE)
        shell.chat.rooms[shell.room].members.clear()
        await shell.type("!status")
        await shell.pass_time(20 * MINUTE)
        seen = await watch.look()
        assert (seen.outbox_rows, seen.outbox_oldest_seconds, seen.outbox_still_seconds) == (1, 20 * 60, 0)
        assert seen.troubles == ()


async def test_an_input_that_is_never_done_stops_it(shell: Shell) -> None:
    async with watching(shell) as watch:
        await shell.open()
        assert watch.dog.vitals().applying_seconds == 0
        async with shell.service.ledger.deciding:
            message = shell.message("!status", room=shell.room)
            await shell.service.receive(Batch(events=(message,), token="s"))
            async with asyncio.timeout(PATIENCE_S):
                while not watch.dog.vitals().applying_seconds:  # noqa: ASYNC110 - it is a clock that runs
                    await asyncio.sleep(0)
        await shell.settle()
        assert watch.dog.vitals().applying_seconds == 0
