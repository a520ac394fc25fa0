"""The bot as it is, and watched: its folder says how long its event loop was held, and by how much its clock is ahead.

Run by a test. In an environment with PLANTED it has a bug, which a test of the suite must find: see `planted`.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.cli import main
from bot.host.clock import WallClock
from tests.held import name_of, watch
from tests.hostile.planted import bugs

HELD, AHEAD = "held", "ahead"
"""Files beside the configuration: a line for each time that the loop was held, and a number of seconds."""
NOTED_S = 0.02


def write_down(held: Path) -> None:
    """Write down what holds the event loop for longer than NOTED_S, and what step that was."""

    def note(lasted: float, handle: asyncio.Handle) -> None:
        if lasted > NOTED_S:
            with held.open("a") as file:
                file.write(f"{lasted:.3f} {name_of(handle)}\n")

    watch(note)


def set_clock(ahead: timedelta) -> None:
    """Let the bot's clock be *ahead*, and what it sets its alarm clock for ring as much earlier."""
    now, add_job = WallClock.now, AsyncIOScheduler.add_job

    def later(clock: WallClock) -> datetime:
        return now(clock) + ahead

    def earlier(scheduler: AsyncIOScheduler, *what: Any, **how: Any) -> Any:
        if "run_date" in how:
            how["run_date"] -= ahead
        return add_job(scheduler, *what, **how)

    WallClock.now = later  # type: ignore[assignment, method-assign]
    AsyncIOScheduler.add_job = earlier


if __name__ == "__main__":
    folder = Path(sys.argv[-1]).parent
    write_down(folder / HELD)
    if (folder / AHEAD).exists():
        set_clock(timedelta(seconds=float((folder / AHEAD).read_text())))
    bugs.plant()
    sys.exit(main())
