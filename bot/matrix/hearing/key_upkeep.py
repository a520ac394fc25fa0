"""After each sync: uploads our keys, updates device lists, repairs Olm sessions. In a task beside the sync."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Never

from nio import ErrorResponse, LocalProtocolError

from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.errors import matrix_code
from bot.ports import ChatError

logger = logging.getLogger(__name__)

CLAIM_REST_S = 60.0
"""A device that has no key to give is not asked again with every message."""


class KeyUpkeep:
    """One task that does what is needed, in order, whenever it is woken."""

    def __init__(
        self,
        client: GuardedClient,
        *,
        refresh_devices: Callable[[], Awaitable[object]],
        afterwards: Callable[[], Awaitable[None]],
        jitter: Callable[[], float],
    ) -> None:
        self._client = client
        self._refresh_devices = refresh_devices
        self._afterwards = afterwards
        self._backoff = Backoff(jitter)
        self._awake = asyncio.Event()
        self._claimed_at: float | None = None

    def wake(self) -> None:
        """Say that something may be needed."""
        self._awake.set()

    async def run(self, patience: Callable[[], float | None]) -> Never:
        """Do what is needed for ever; *patience* says after how many seconds to look without being woken."""
        while True:
            await self._sleep_until_woken(patience())
            self._awake.clear()
            try:
                await self._round()
            except (ChatError, LocalProtocolError, TimeoutError, OSError) as error:
                logger.warning("upkeep of keys failed: %s", type(error).__name__)
                await self._sleep_until_woken(self._backoff.fail())
                self._awake.set()
            else:
                self._backoff.succeed()

    async def _sleep_until_woken(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        except TimeoutError:
            return

    async def _round(self) -> None:
        client = self._client
        if client.should_upload_keys:
            _complain("key upload", await client.keys_upload())
        await self._refresh_devices()
        await self._afterwards()
        now = asyncio.get_running_loop().time()
        if client.should_claim_keys and (self._claimed_at is None or now - self._claimed_at >= CLAIM_REST_S):
            self._claimed_at = now
            _complain("key claim", await client.keys_claim(client.get_users_for_key_claiming()))
        for answer in await client.send_to_device_messages():
            _complain("to-device message", answer)


def _complain(what: str, answer: object) -> None:
    if isinstance(answer, ErrorResponse):
        logger.warning("%s refused: %s", what, matrix_code({"errcode": answer.status_code}) or "unknown error")
