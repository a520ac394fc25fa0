"""What every alarm clock must do, asked of the fake that other tests use and of the one that runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.host.alarm_clock import LOOK_AGAIN_S, SchedulerAlarmClock
from tests.fakes.alarm_clock import FakeAlarmClock
from tests.fakes.clock import FakeClock
from tests.patience import PATIENCE_S

SOON = timedelta(milliseconds=150)


class Bench:
    """An alarm clock, what it rang, and time that passes: on the wall, or because the test says so."""

    def __init__(self, clock: FakeAlarmClock | SchedulerAlarmClock) -> None:
        self.clock = clock
        self.rung: list[tuple[str, datetime]] = []
        self.on_ring: Callable[[str], None] | None = None
        self._fake_time = FakeClock() if isinstance(clock, FakeAlarmClock) else None
        self._changed = asyncio.Condition()

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.rung]

    def now(self) -> datetime:
        return self._fake_time.now() if self._fake_time else datetime.now(UTC)

    async def ring(self, key: str) -> None:
        self.rung.append((key, self.now()))
        if self.on_ring is not None:
            self.on_ring(key)
        async with self._changed:
            self._changed.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let time pass until *condition* holds."""
        if self._fake_time is not None and isinstance(self.clock, FakeAlarmClock):
            await self.clock.ring_due(self._fake_time.now())
            while not condition():
                await self.clock.ring_due(
                    self._fake_time.move_to(max(self._fake_time.now(), min(self.clock.settings.values())))
                )
            return
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(condition)

    async def rings(self, key: str) -> None:
        await self.until(lambda: key in self.keys)

    async def rings_nothing_more(self) -> None:
        """Let a later alarm ring: whatever was to ring before it has rung by then."""
        self.clock.set("last", self.now() + SOON)
        await self.rings("last")
        assert self.keys.count("last") == 1


@pytest.fixture(params=[FakeAlarmClock, SchedulerAlarmClock])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    bench = Bench(request.param())
    yield bench
    bench.clock.stop()


@pytest.fixture
async def running(bench: Bench) -> Bench:
    bench.clock.start(bench.ring)
    return bench


async def test_an_alarm_rings_once_and_not_before_its_time(running: Bench) -> None:
    at = running.now() + SOON
    running.clock.set("a", at)
    assert not running.rung
    await running.rings("a")
    assert running.rung[0][1] >= at
    await running.rings_nothing_more()
    assert running.keys == ["a", "last"]


async def test_an_alarm_whose_time_has_passed_rings_at_once(running: Bench) -> None:
    running.clock.set("later", running.now() + timedelta(hours=1))
    running.clock.set("a", running.now() - timedelta(hours=3))
    await running.rings("a")
    assert running.keys == ["a"]


async def test_a_second_setting_of_a_key_replaces_the_first(running: Bench) -> None:
    running.clock.set("a", running.now() + timedelta(hours=1))
    running.clock.set("a", running.now() + SOON)
    await running.rings("a")
    running.clock.set("b", running.now() + SOON / 2)
    running.clock.set("b", running.now() + timedelta(hours=1))
    await running.rings_nothing_more()
    assert running.keys == ["a", "last"]


async def test_the_same_setting_twice_rings_once_and_anew_once_it_has_rung_or_was_cancelled(running: Bench) -> None:
    at = running.now() + SOON
    for _ in range(2):
        running.clock.set("a", at)
        running.clock.cancel("a")
    for rung in (1, 2):
        for _ in range(2):
            running.clock.set("a", at)
        await running.until(lambda rung=rung: running.keys.count("a") == rung)  # type: ignore[misc]
    await running.rings_nothing_more()
    assert running.keys == ["a", "a", "last"]


async def test_a_cancelled_alarm_never_rings(running: Bench) -> None:
    running.clock.set("a", running.now() + SOON / 2)
    running.clock.cancel("a")
    await running.rings_nothing_more()
    assert running.keys == ["last"]


async def test_cancelling_what_is_not_set_changes_nothing(running: Bench) -> None:
    running.clock.cancel("never set")
    running.clock.set("a", running.now() + SOON)
    await running.rings("a")
    running.clock.cancel("a")


async def test_alarms_ring_in_the_order_of_their_times(running: Bench) -> None:
    now = running.now()
    for number in (3, 1, 2):
        running.clock.set(f"{number}", now + number * SOON / 2)
    await running.until(lambda: len(running.rung) == 3)
    assert running.keys == ["1", "2", "3"]


async def test_what_is_set_before_the_start_rings_after_it_and_cancelled_stays_cancelled(bench: Bench) -> None:
    bench.clock.set("a", bench.now() - timedelta(hours=1))
    for hours in (1, 2):
        bench.clock.set("b", bench.now() - timedelta(hours=hours))
    bench.clock.cancel("b")
    bench.clock.cancel("c")
    bench.clock.start(bench.ring)
    await bench.rings_nothing_more()
    assert bench.keys == ["a", "last"]


async def test_an_alarm_set_again_while_it_rings_rings_again(running: Bench) -> None:
    def again(key: str) -> None:
        if running.keys.count(key) < 3:
            running.clock.set(key, running.now() - timedelta(seconds=1))

    running.on_ring = again
    running.clock.set("a", running.now())
    await running.until(lambda: running.keys.count("a") == 3)
    running.on_ring = None
    await running.rings_nothing_more()
    assert running.keys == ["a", "a", "a", "last"]


async def test_a_thousand_alarms_of_one_moment_all_ring_once(running: Bench) -> None:
    at = running.now() + SOON
    for number in range(1000):
        running.clock.set(f"{number}", at)
    await running.until(lambda: len(running.rung) == 1000)
    await running.rings_nothing_more()
    assert sorted(running.keys[:-1], key=int) == [f"{number}" for number in range(1000)]


# --- the real one ---------------------------------------------------------------------------------------------


async def test_an_alarm_missed_by_a_blocked_event_loop_still_rings() -> None:
    bench = Bench(SchedulerAlarmClock())
    bench.clock.start(bench.ring)
    bench.clock.set("a", bench.now() + SOON)
    _stand_still(2.2)  # at its defaults APScheduler drops what is over a second late
    await bench.rings("a")
    await bench.rings_nothing_more()
    bench.clock.stop()
    assert bench.keys == ["a", "last"]


def _stand_still(seconds: float) -> None:
    time.sleep(seconds)


async def test_a_slow_call_does_not_swallow_the_next_alarm_of_its_key() -> None:
    clock, released = SchedulerAlarmClock(), asyncio.Event()
    called: asyncio.Queue[str] = asyncio.Queue()

    async def ring(key: str) -> None:
        called.put_nowait(key)
        await released.wait()

    clock.start(ring)
    clock.set("a", datetime.now(UTC))
    async with asyncio.timeout(PATIENCE_S):
        assert await called.get() == "a"
        clock.set("a", datetime.now(UTC))
        assert await called.get() == "a"
    released.set()
    clock.stop()


async def test_after_a_sleep_of_the_machine_the_wall_clock_is_looked_at_within_seconds() -> None:
    clock = SchedulerAlarmClock()
    bench = Bench(clock)
    clock.start(bench.ring)
    clock.set("a", bench.now() + timedelta(hours=72))
    await bench.rings_nothing_more()
    # Timers of the loop do not count the time a machine sleeps: the next one may not be far away.
    timer: asyncio.TimerHandle = clock._scheduler._timeout
    assert timer.when() - asyncio.get_running_loop().time() <= LOOK_AGAIN_S
    clock.stop()
