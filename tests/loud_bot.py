"""The bot with every logger at DEBUG, the libraries' too: what the log could ever say. Run by a test."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping

from bot.cli import main
from bot.host import logs

_set_up = logs.set_up


def set_up_loud(environment: Mapping[str, str]) -> None:
    _set_up(environment)
    for name in (None, "bot", "aiosqlite", "apscheduler", "asyncio", "aiohttp"):
        logging.getLogger(name).setLevel(logging.DEBUG)


if __name__ == "__main__":
    logs.set_up = set_up_loud
    sys.exit(main())
