"""For how long the steps of an event loop hold it, by the time of its own thread: other load does not count."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def watch(note: Callable[[float, asyncio.Handle], None]) -> Callable[[], None]:
    """Have *note* told of every step of every loop in this process; return what ends it."""
    handles: Any = asyncio.Handle
    run = handles._run

    def timed(handle: asyncio.Handle) -> None:
        before = time.thread_time()
        run(handle)
        note(time.thread_time() - before, handle)

    def end() -> None:
        handles._run = run

    handles._run = timed
    return end


def name_of(handle: asyncio.Handle) -> str:
    """Return the name of the task whose step it is."""
    owner = getattr(getattr(handle, "_callback", None), "__self__", None)
    return owner.get_name() if isinstance(owner, asyncio.Task) else type(owner).__name__


class Holds:
    """The longest step since somebody set it to nothing."""

    longest = 0.0


@contextmanager
def alone() -> Iterator[None]:
    """Have no collection look through what earlier tests left in memory: half a second that no bot takes."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def held(holds: Holds) -> Iterator[None]:
    """Watch this process for as long as it lasts."""

    def note(lasted: float, _: asyncio.Handle) -> None:
        holds.longest = max(holds.longest, lasted)

    end = watch(note)
    try:
        with alone():
            yield
    finally:
        end()
