"""Time that passes in tests, alarm by alarm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.fakes.alarm_clock import FakeAlarmClock
from tests.fakes.clock import FakeClock


async def pass_time(
    span: timedelta, clock: FakeClock, alarm_clock: FakeAlarmClock, settle: Callable[[], Awaitable[None]]
) -> None:
    """Move on, ringing each alarm at its own time."""
    end = clock.now() + span
    while waiting := [at for at in alarm_clock.settings.values() if at <= end]:
        clock.move_to(max(min(waiting), clock.now()))
        await settle()
    clock.move_to(end)
    await settle()
