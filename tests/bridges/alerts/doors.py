"""A door for alerts that listens, what is behind it, and somebody who knocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import aiohttp

from bot.bridges.alerts.listener import Listener
from bot.config.alerts import AlertDoor
from bot.config.values import Listen
from bot.core.facts import Alert
from bot.ports import Counts, Report
from tests.bridges.alerts.senders import NOW, SECRET, SOURCES, headers
from tests.patience import PATIENCE_S

BEARER = {"Authorization": f"Bearer {SECRET}"}


class Keeper:
    """Takes alerts in as the service does, or does not."""

    def __init__(self) -> None:
        self.kept: list[Alert] = []
        self.is_full = False
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    def news(self, alerts: Sequence[Alert]) -> list[Alert]:
        return [alert for alert in alerts if alert not in self.kept]

    def admitted(self, alerts: Sequence[Alert]) -> Sequence[Alert]:
        return () if self.is_full else alerts

    async def take(self, alerts: Sequence[Alert]) -> None:
        await self.may_go_on.wait()
        self.kept += alerts


class Tally(Counts):
    def __init__(self) -> None:
        self.reports: list[Report] = []

    def reported(self, report: Report) -> None:
        self.reports.append(report)


class Door:
    """A door that listens, and somebody who knocks."""

    def __init__(self, listener: Listener, keeper: Keeper, tally: Tally, session: aiohttp.ClientSession) -> None:
        self.listener, self.keeper, self.tally, self._session = listener, keeper, tally, session
        self.time = 0.0

    async def post(
        self, name: str, body: bytes, sent: Mapping[str, str] | None = None, path: str = "/alerts"
    ) -> tuple[int, str, Mapping[str, str]]:
        url = f"http://127.0.0.1:{self.listener.port}{path}/{name}"
        given = headers(name, body) if sent is None else sent
        async with self._session.post(url, data=body, headers=given) as answer:
            return answer.status, await answer.text(), answer.headers

    async def raw(self, sent: bytes) -> str:
        """Send bytes as they are, and return all that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.listener.port)
        try:
            async with asyncio.timeout(PATIENCE_S):
                writer.write(sent)
                return (await reader.read()).decode()
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def listening(certificate: Path | None = None, key: Path | None = None) -> AsyncIterator[Door]:
    keeper, tally = Keeper(), Tally()
    door = AlertDoor(
        listen=Listen(host="127.0.0.1", port=0),
        certificate_file=certificate,
        certificate_key_file=key,
        sources=MappingProxyType(SOURCES),
    )
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as session:
        found: list[Door] = []
        listener = Listener(door, keeper, tally, lambda: NOW, lambda: found[0].time if found else 0.0)  # type: ignore[arg-type]
        found.append(Door(listener, keeper, tally, session))
        await listener.open()
        running = asyncio.create_task(listener.run())
        try:
            yield found[0]
        finally:
            running.cancel()
            await listener.close()
