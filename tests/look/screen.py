"""Somebody at Element Web, in a browser without a window, under the control of a play."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.core.language import Language
from bot.demo.homeserver import Homeserver
from tests.patience import PATIENCE_S
from tests.servers import Account

JS = Path(__file__).parent / "js"
LINE_LIMIT = 1 << 24


class ScreenError(RuntimeError):
    """The browser or the client is missing, or did not show what was waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A window, in pixels."""

    name: str
    width: int
    height: int


PHONE = Size(name="phone", width=390, height=844)
DESKTOP = Size(name="desktop", width=1280, height=844)
SIZES = (PHONE, DESKTOP)


class Screen:
    """One signed-in window; an asynchronous context manager, and a method for each command of screen.mjs."""

    def __init__(self, site: Path, homeserver: Homeserver, account: Account, language: Language, log: Path) -> None:
        self.user = account.user
        self._site = site
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._start = {
            "homeserver": homeserver.url,
            "server": homeserver.server_name,
            "language": language,
            "user": account.localpart,
            "password": account.password,
            "width": PHONE.width,
            "height": PHONE.height,
        }

    async def __aenter__(self) -> Self:
        command = (program("node"), str(JS / "screen.mjs"), str(self._site), program("chromium"), str(PATIENCE_S))
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log, limit=LINE_LIMIT
            )
        try:
            await self._do("start", **self._start)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def invited(self) -> str:
        """Look at the next invitation and return its room."""
        return str(await self._do("invited"))

    async def join(self) -> None:
        """Accept the invitation that is looked at."""
        await self._do("join")

    async def say(self, room: str, text: str) -> str:
        """Type *text* in *room* and return its event id."""
        return str(await self._do("say", room=room, text=text))

    async def upload(self, room: str, file: Path) -> None:
        """Send *file* to *room*."""
        await self._do("upload", room=room, path=str(file))

    async def heard(
        self, room: str, sender: str, *, after: str | None = None, count: int = 1, rings: bool = False
    ) -> list[str]:
        """Return the ids of what *sender* said after the event *after*, once it is *count* messages, all readable.

        With *rings* only those that call somebody count.
        """
        told = await self._do("heard", room=room, sender=sender, after=after, count=count, rings=rings)
        return [str(id) for id in told]

    async def pinned(self, room: str) -> str:
        return str(await self._do("pinned", room=room))

    async def jump(self, room: str) -> None:
        """Tap the banner of *room*: what is pinned comes into view."""
        await self._do("jump", room=room)

    async def resize(self, size: Size, *, height: int | None = None) -> None:
        """Take the window to *size*, and wait until nothing moves."""
        await self._do("size", width=size.width, height=height or size.height)
        await self._do("settle")

    async def height(self, *ids: str) -> int:
        """Return how high these messages are together, in pixels."""
        return int(await self._do("height", ids=ids))

    async def area(self) -> int:
        """Return how high the part of the window is that shows messages, in pixels."""
        return int(await self._do("area"))

    async def shoot(self, picture: Path) -> None:
        await self._do("shot", path=str(picture))

    async def _do(self, command: str, **asked: Any) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps({'do': command, **asked})}\n".encode())
        line = await self._process.stdout.readline()
        told = json.loads(line) if line else {"error": "the browser ended"}
        if "error" in told:
            raise ScreenError(f"{self.user}: {told['error']} (see {self._log})")
        return told["result"]

    async def _stop(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


def program(name: str) -> str:
    """Return the path of a program that must be installed."""
    found = shutil.which(name)
    if found is None:
        how = {"chromium": "Debian: apt-get install chromium"}.get(name, "20 or later, with npm")
        raise ScreenError(f"{name} has to be on the PATH ({how})")
    return found
