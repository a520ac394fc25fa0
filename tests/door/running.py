"""A door as it is run, in a process of its own, with all that a test asks of it."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import yaml

from bot.demo.homeserver import Homeserver
from bot.door.config import Mas
from bot.door.errors import NoDoorError
from bot.door.socket import Asker, asking
from tests.door import people
from tests.door.people import Answer
from tests.patience import PATIENCE_S


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class Running:
    """A door in a process of its own."""

    folder: Path
    config: Path
    page: str
    port: int
    session: aiohttp.ClientSession
    process: asyncio.subprocess.Process | None = field(default=None)

    async def start(self) -> None:
        """Start it and wait until its socket answers."""
        command = (sys.executable, "-m", "bot", "door", "serve", "--config", str(self.config))
        with await asyncio.to_thread((self.folder / "log").open, "ab") as log:
            self.process = await asyncio.create_subprocess_exec(*command, stderr=log)
        async with asyncio.timeout(PATIENCE_S):
            while not await self._answers():
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.05)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return await self.process.wait()

    async def _answers(self) -> bool:
        try:
            async with asking(self.folder / "door.sock") as asker:
                await asker.ask({"list": True})
        except NoDoorError:
            return False
        return True

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    async def open(self, id: str) -> str:
        """Open a way in and return its secret."""
        until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        async with self.asking() as asker:
            link = str((await asker.ask({"open": id, "until": until}))["link"])
        address, _, secret = link.partition("#")
        assert address == self.page
        return secret

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[Asker]:
        async with asking(self.folder / "door.sock") as asker:
            yield asker

    async def row(self, id: str) -> dict[str, object]:
        async with self.asking() as asker:
            (row,) = (await asker.ask({"list": [id]}))["doors"]
        return dict(row)

    async def claim(self, secret: str) -> Answer:
        return await people.ask(self.session, f"{self.page}/claim", {"secret": secret})

    async def known(self, secret: str, user: str) -> Answer:
        return await people.ask(self.session, f"{self.page}/known", {"secret": secret, "user": user})

    async def came(self, secret: str) -> Answer:
        return await people.ask(self.session, f"{self.page}/came", {"secret": secret})


@asynccontextmanager
async def a_door(folder: Path, homeserver: Homeserver, host: str = "") -> AsyncIterator[Running]:
    """Run one; at *host* a proxy passes its page on, and a client is there too. Without, it is reached straight."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as session:
        _keep(folder / "token", await people.admin_token(session, homeserver))
        rights = {"homeserver": homeserver.url, "admin_token_file": "token"}
        async with _standing(folder, rights, session, host) as running:
            yield running


@asynccontextmanager
async def a_door_by_service(folder: Path, config: Mas, host: str = "") -> AsyncIterator[Running]:
    """Run one beside Matrix Authentication Service."""
    _keep(folder / "client", config.client_secret.reveal())
    group = {"service": config.service, "client_id": config.client_id, "client_secret_file": "client"}
    rights = {"homeserver": config.service, "kind": "mas", "mas": group}
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as session,
        _standing(folder, rights, session, host) as running,
    ):
        yield running


@asynccontextmanager
async def _standing(
    folder: Path, rights: Mapping[str, object], session: aiohttp.ClientSession, host: str
) -> AsyncIterator[Running]:
    port = free_port()
    page = f"{host}/join" if host else f"http://127.0.0.1:{port}"
    config = folder / "door.yaml"
    keys = {
        **rights,
        "state": "kept",
        "socket": "door.sock",
        "listen": f"127.0.0.1:{port}",
        "page": page,
        "client": host or page,
    }
    config.write_text(yaml.safe_dump(keys))
    running = Running(folder=folder, config=config, page=page, port=port, session=session)
    await running.start()
    try:
        yield running
    finally:
        if running.process is not None and running.process.returncode is None:
            await running.end(signal.SIGKILL)


def _keep(path: Path, secret: str) -> None:
    path.touch(mode=0o600)
    path.write_text(secret)
