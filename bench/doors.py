"""Many people from a link to the first line that they can read: each in a browser of their own that nobody touches.

The bot opens a door for each, as it is asked in the incident's room. Whoever has the link goes through the page, into
Element Web on the same host, and accepts the bot's invitation. The front before door, client and homeserver is the
lifeboat's, and so is what Element Web is told. A few are on their way at the same time.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from bench.bots import hidden
from bot.core.language import Language
from bot.demo.homeserver import Homeserver, Joining
from bot.lifeboat import front, papers, webclient
from bot.lifeboat.boat import Boat, Tls
from tests.bots import Bot
from tests.door.people import admin_token
from tests.door.running import Running, free_port
from tests.look.screen import JS, PHONE, program
from tests.patience import PATIENCE_S
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk

Tell = Callable[[str], None]
AT_ONCE = 2
"""Each has a browser, and the machine two cores, with the homeserver and the bot on them too."""
LANGUAGES = ("fr", "en")
LINE = "Brief for those who have just joined."
"""What is in the first line that the bot says to somebody who comes later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Where links come from."""

    page: str
    room: Talk
    asking: asyncio.Lock
    """Held for one question and its answer."""

    async def link(self, name: str) -> str:
        """Have a door opened and return its link."""
        async with self.asking:
            said = await self.room.ask(f"!door legal {name} 24h", rf"Door \d+.*{name}")
        found = re.search(re.escape(self.page) + r"#\S+", said.text or "")
        assert found is not None
        return found[0]


@asynccontextmanager
async def staged(folder: Path, site: Path) -> AsyncIterator[Street]:
    """Let homeserver, door, client, front and bot stand, and an incident be open."""
    async with AsyncExitStack() as stack:
        homeserver = await stack.enter_async_context(
            Homeserver(folder / "synapse", joining=Joining.INVITED, server_name="localhost")
        )
        boat = _boat(homeserver)
        webclient.putting(site, papers.client(boat))(folder / "web")
        await stack.enter_async_context(front.opened(boat, folder))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        await stack.enter_async_context(_door(folder, boat, homeserver, session))
        alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
        doors = {"socket": str(folder / papers.SOCKET), "page": boat.page}
        more = {"doors": doors, "trust": {"devices": "cross-signed"}}
        bot = Bot(folder, homeserver, cellule, {alice.user: ["admin", "coordinator"]}, more=more)
        await stack.enter_async_context(bot)
        peer = await stack.enter_async_context(Peer(homeserver, alice, meet=[bot.user]))
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.say("!open Host down, payroll out of reach --playbook provider-hit --severity crisis")
        room = (await peer.wait_room(inviter=bot.user, known=[control.room])).id
        talk = Talk(peer=peer, room=room, bot=bot.user)
        await talk.hear("Start here")
        yield Street(page=boat.page, room=talk, asking=asyncio.Lock())


def _boat(homeserver: Homeserver) -> Boat:
    return Boat(
        domain=homeserver.server_name,
        tls=Tls.NONE,
        port=free_port(),
        homeserver_port=int(homeserver.url.rpartition(":")[2]),
        door_port=free_port(),
        language=Language("en"),
        timezone=ZoneInfo("Europe/Paris"),
    )


@asynccontextmanager
async def _door(
    folder: Path, boat: Boat, homeserver: Homeserver, session: aiohttp.ClientSession
) -> AsyncIterator[Running]:
    (folder / "secrets").mkdir(exist_ok=True)
    hidden(folder / "secrets" / "admin-token", (await admin_token(session, homeserver)).encode())
    config = folder / papers.DOOR
    config.write_text(papers.door(boat, has_client=True))
    running = Running(folder=folder, config=config, page=boat.page, port=boat.door_port, session=session)
    await running.start()
    try:
        yield running
    finally:
        await running.end()


async def built(site: Path) -> None:
    """Make a site of Element Web as everybody new sees it."""
    process = await asyncio.create_subprocess_exec(program("node"), str(JS / "build.mjs"), str(site), "whole")
    assert await process.wait() == 0


async def walked(link: str, language: str, pictures: Path | None = None) -> Mapping[str, Any]:
    """Go through the door in a browser, and return what it took."""
    size = f"{PHONE.width}x{PHONE.height}"
    arguments = (program("chromium"), link, language, size, LINE, str(pictures or ""), str(PATIENCE_S))
    process = await asyncio.create_subprocess_exec(
        program("node"), str(JS / "guest.mjs"), *arguments, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return json.loads(out) if process.returncode == 0 else {}
