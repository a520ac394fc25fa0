"""Many people from a link to the first line that they can read: each in a browser of their own that nobody touches.

The bot opens a door for each, as it is asked in the incident's room. Whoever has the link goes through the page, into
Element Web on the same host, and accepts the bot's invitation. The front before door, client and homeserver is the
lifeboat's, and so is what Element Web is told. A few are on their way at the same time.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from bench.bots import hidden
from bench.figures import percentile
from bench.machine import ROOT
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
PICTURES = ROOT / "build" / "doors"
"""Of each step of the first in each language."""
LINE = "Brief for those who have just joined."
"""With what the first line begins that the bot says to somebody who comes later."""
STEPS = ("page", "account", "client", "invited", "joined", "read")


async def measure(folder: Path, people: int, tell: Tell) -> dict[str, Any]:
    """Return how many came in, how long each step took, and how often a hand was needed."""
    site = folder / "site"
    await _build(site)
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with _staged(folder, site) as street:
        gate, walks = asyncio.Semaphore(AT_ONCE), list[Walk]()

        async def come(number: int) -> None:
            async with gate:
                walks.append(await street.come(number))
            if len(walks) % 10 == 0:
                tell(f"  {len(walks)} of {people}, {sum(walk.is_in for walk in walks)} of them in")

        async with asyncio.TaskGroup() as tasks:
            for number in range(people):
                tasks.create_task(come(number))
    return found(walks) | {"client": f"matrix-react-sdk {(site / 'version').read_text()}", "browser": _browser()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What one of them told at the end."""

    link_ms: float
    """From the command to the answer with the link."""
    steps: Mapping[str, float]
    """Milliseconds since the link was opened. Without the last, they did not come in."""
    taps: Sequence[str] = ()
    typed: Sequence[str] = ()
    asked: int = 0
    """How many questions of Element's nobody had to answer."""

    @property
    def is_in(self) -> bool:
        """Say whether they read the line."""
        return STEPS[-1] in self.steps


def found(walks: Sequence[Walk]) -> dict[str, Any]:
    """Return figures and samples; how long it took is told of those who came in."""
    inside = [walk for walk in walks if walk.is_in]
    if not inside:
        raise RuntimeError("nobody came in")
    took = {"link": [walk.link_ms for walk in walks]} | {name: [one.steps[name] for one in inside] for name in STEPS}
    return {
        "doors_in": len(inside),
        "doors_p95_s": round(percentile(took[STEPS[-1]], 95) / 1000, 1),
        "doors_hands": max(len(walk.taps) + len(walk.typed) for walk in inside),
        "people": len(walks),
        "at_once": AT_ONCE,
        "languages": list(LANGUAGES),
        "window": f"{PHONE.width} x {PHONE.height}",
        "taps": max((walk.taps for walk in inside), key=len),
        "typed": max(len(walk.typed) for walk in inside),
        "questions_left": max(walk.asked for walk in inside),
        "steps": {name: _described(times) for name, times in took.items()},
    }


def _described(times: Sequence[float]) -> dict[str, Any]:
    """Return the percentiles, and all in the order in which they came in, in seconds."""
    told = {"p50_s": percentile(times, 50), "p95_s": percentile(times, 95), "max_s": max(times)}
    return {name: round(ms / 1000, 1) for name, ms in told.items()} | {"all_s": [round(ms / 1000, 1) for ms in times]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Where links come from."""

    page: str
    room: Talk
    asking: asyncio.Lock
    """Held for one question and its answer."""

    async def come(self, number: int) -> Walk:
        """Let one more come, and return how that was."""
        begun = time.perf_counter()
        link = await self._link(f"Guest {number + 1:02}")
        link_ms = (time.perf_counter() - begun) * 1000
        pictures = PICTURES if number < len(LANGUAGES) else None
        return Walk(link_ms=link_ms, **await _walk(link, LANGUAGES[number % len(LANGUAGES)], pictures))

    async def _link(self, name: str) -> str:
        async with self.asking:
            said = await self.room.ask(f"!door legal {name} 24h", rf"Door \d+.*{name}")
        found = re.search(re.escape(self.page) + r"#\S+", said.text or "")
        assert found is not None
        return found[0]


@asynccontextmanager
async def _staged(folder: Path, site: Path) -> AsyncIterator[Street]:
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


async def _build(site: Path) -> None:
    """Make a site of Element Web as everybody new sees it. Raises RuntimeError."""
    process = await asyncio.create_subprocess_exec(program("node"), str(JS / "build.mjs"), str(site), "whole")
    if await process.wait() != 0:
        raise RuntimeError("Element Web could not be built (see above)")


async def _walk(link: str, language: str, pictures: Path | None) -> Mapping[str, Any]:
    """Go through the door in a browser; no step is told of who did not come in: why is on standard error."""
    size = f"{PHONE.width}x{PHONE.height}"
    process = await asyncio.create_subprocess_exec(
        *(program("node"), str(JS / "guest.mjs"), program("chromium"), link, language, size, LINE),
        *(str(pictures or ""), str(PATIENCE_S)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    told: Mapping[str, Any] = json.loads(out) if process.returncode == 0 else {"steps": {}}
    return told


def _browser() -> str:
    told = subprocess.run((program("chromium"), "--version"), capture_output=True, text=True, check=True)
    return " ".join(told.stdout.split()[:2])
