"""How long a test waits for anything. A deadline is only there so that what hangs ends: none is a measurement."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

PATIENCE_S = 120.0
"""Far more than anything takes on the busiest machine. pytest ends a test after a multiple of it (pyproject.toml)."""


async def eventually(reached: Callable[[], bool], otherwise: Callable[[], object] = str) -> None:
    """Wait for something nobody announces; *otherwise* says what is there instead when it never comes."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not reached():  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise TimeoutError(otherwise()) from None


class Process(Protocol):
    @property
    def pid(self) -> int: ...


class Runs(Protocol):
    """The bot, a homeserver, a foreign client: each is a process."""

    @property
    def _process(self) -> Process | None: ...


def starved_s(*parts: Runs) -> float:
    """Return for how long *parts* have been ready to run and had no processor: nothing of it is their own doing.

    A test that must hold something against the clock allows for this much more. Where no `/proc` tells, it is 0.
    """
    folders = [Path(f"/proc/{part._process.pid}/task") for part in parts if part._process is not None]
    return sum(_waited_ns(stat) for folder in folders for stat in folder.glob("*/schedstat")) / 1e9


def _waited_ns(stat: Path) -> int:
    try:
        return int(stat.read_text().split()[1])
    except OSError:
        return 0  # the thread has ended since it was listed
