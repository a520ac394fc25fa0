"""A sign of life for somebody outside, who raises the alarm when it stops: an address fetched, a file touched."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from pathlib import Path

import aiohttp

from bot.host.secret import Secret

TIMEOUT_S = 20.0
_log = logging.getLogger(__name__)


class Heartbeat:
    """Gives a sign of life each time it is told to. Not giving one is nothing to stop for."""

    def __init__(self, session: aiohttp.ClientSession, *, url: Secret[str] | None, file: Path | None) -> None:
        self._session = session
        self._url = url
        self._file = file
        self._failing: frozenset[str] = frozenset()

    async def beat(self) -> None:
        """Give the sign of life. What fails is told in the log when it begins and when it ends."""
        failing = {why for why in (await self._fetch(), await self._touch()) if why is not None}
        for why in sorted(failing - self._failing):
            _log.warning("the heartbeat fails: %s", why)
        if self._failing and not failing:
            _log.warning("the heartbeat is heard again")
        self._failing = frozenset(failing)

    async def _fetch(self) -> str | None:
        if self._url is None:
            return None
        try:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
            async with self._session.get(self._url.reveal(), timeout=timeout, allow_redirects=False) as answer:
                return None if answer.status < HTTPStatus.MULTIPLE_CHOICES else f"HTTP {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Its text may name the address, which is a secret.
            return type(error).__name__

    async def _touch(self) -> str | None:
        if self._file is None:
            return None
        try:
            await asyncio.to_thread(self._file.touch)
        except OSError as error:
            return f"the file cannot be touched ({error.strerror})"
        return None
