"""How long a test waits for anything. A deadline is only there so that what hangs ends: none is a measurement."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

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


def starved_s(*pids: int) -> float:
    """Return for how long these processes were ready to run and had no processor: nothing of it is their own doing.

    A test that must hold something against the clock allows for this much more. Where no `/proc` tells, it is 0.
    """
    waits = [stat.read_text().split()[1] for pid in pids for stat in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(map(int, waits)) / 1e9
