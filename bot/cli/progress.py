"""A sign on a terminal that something lasts."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.cli.tongue import say

if TYPE_CHECKING:
    from rich.console import Console

_LASTS_S = 2.0


@contextmanager
def working(key: str, console: Console | None = None, after_s: float = _LASTS_S) -> Iterator[None]:
    """Show the sentence *key* on a terminal while something lasts; nothing of what is done at once, nor elsewhere."""
    from rich.console import Console

    console = console or Console(force_terminal=sys.stdout.isatty())
    if not console.is_terminal:
        yield
        return
    status = console.status(say(key))
    begins = asyncio.get_running_loop().call_later(after_s, status.start)
    try:
        yield
    finally:
        begins.cancel()
        status.stop()
