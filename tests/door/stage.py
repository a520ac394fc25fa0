"""A door that stands: its tickets in a file, a homeserver that a test bends, a clock that it moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.config.values import Listen
from bot.door.config import Door
from bot.door.doors import Doors
from bot.door.kept import opened
from bot.door.listener import Listener
from bot.host.secret import Secret
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import FakeClock
from tests.patience import PATIENCE_S

DAY = timedelta(days=1)
PAGE = "https://rescue.example.org/join"


def configured(folder: Path, **changed: Any) -> Door:
    keys = {
        "homeserver": "https://matrix.example.org",
        "admin_token": Secret("an admin's token"),
        "state": folder / "kept",
        "socket": folder / "door.sock",
        "listen": Listen(host="127.0.0.1", port=0),
        "page": PAGE,
    }
    return Door(**{**keys, **changed})


@dataclass(slots=True, kw_only=True)
class House:
    """The door, and what is around it."""

    doors: Doors
    accounts: FakeAccounts
    clock: FakeClock
    folder: Path

    @property
    def tomorrow(self) -> datetime:
        return self.clock.now() + DAY

    async def state(self, id: str) -> Mapping[str, object]:
        (row,) = await self.doors.rows([id])
        return row


@asynccontextmanager
async def standing(
    folder: Path,
    accounts: FakeAccounts | None = None,
    clock: FakeClock | None = None,
    *,
    other_servers: bool = False,
) -> AsyncIterator[House]:
    accounts, clock = accounts or FakeAccounts(), clock or FakeClock()
    async with opened(folder / "kept") as kept:
        doors = Doors(kept, accounts, clock.now, other_servers=other_servers)
        if not accounts.is_away:
            await doors.look()
        yield House(doors=doors, accounts=accounts, clock=clock, folder=folder)


Answer = tuple[int, Mapping[str, Any]]


@dataclass(slots=True, kw_only=True)
class Browser:
    """Somebody at the page of a door, who sends what a browser sends."""

    session: aiohttp.ClientSession
    address: str
    time: float = 0.0

    async def ask(self, what: str, secret: object, address: str = "", **more: object) -> Answer:
        headers = {"X-Forwarded-For": address} if address else {}
        body = {"secret": secret, **more}
        async with self.session.post(f"{self.address}/{what}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def send(self, what: str, body: bytes) -> Answer:
        async with self.session.post(f"{self.address}/{what}", data=body) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str = "/") -> tuple[int, str, Mapping[str, str]]:
        async with self.session.get(f"{self.address}{path}") as answer:
            return answer.status, await answer.text(), answer.headers


@asynccontextmanager
async def browsing(house: House, **changed: Any) -> AsyncIterator[Browser]:
    browsers: list[Browser] = []
    door = await asyncio.to_thread(configured, house.folder, **changed)
    listener = Listener(door, house.doors, lambda: browsers[0].time if browsers else 0.0)
    async with (
        listener.opened(),
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as session,
    ):
        browsers.append(Browser(session=session, address=f"http://127.0.0.1:{listener.port}"))
        yield browsers[0]
