"""`cellule lifeboat run`: homeserver, door and bot beside each other, and a link for each who is not in yet."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.cli.lifeboat import doors
from bot.cli.lifeboat.making import warn_unless_found
from bot.cli.tongue import say
from bot.console.running import standing_of
from bot.console.socket import NotRunningError
from bot.door.errors import NoDoorError
from bot.door.slips import Slip, page, table
from bot.door.socket import asking
from bot.lifeboat import boarding, front, making, papers
from bot.lifeboat.accounts import Accounts
from bot.lifeboat.boarding import Boarding, Link
from bot.lifeboat.boat import BOT, KEEPER, Boat, Tls
from bot.lifeboat.children import LEASH, Child, Watched, kept
from bot.lifeboat.errors import AdriftError, LifeboatError
from bot.lifeboat.folder import DOORS, PEOPLE, Folder
from bot.sentences import languages

_TOKEN = "secrets/admin-token"  # noqa: S105 - a path
_WHY_NOT = {"astray": "lifeboat.astray", "closed": "lifeboat.closed", "gone": "lifeboat.gone"}
_CALM_S = 20.0
"""A request of ours takes far less."""


def act(arguments: argparse.Namespace) -> None:
    """Run until told to stop.

    Raises:
        LifeboatError: there is no lifeboat, or it is not whole.
        AdriftError: something is missing on this machine, or does not come up.
        AfloatError: it runs already.
    """
    folder = Folder(arguments.folder)
    boat = folder.boat()
    if boat is None:
        raise LifeboatError("lifeboat.none", path=folder.path)
    with folder.held():
        if missing := next((name for name in making.NEEDED if not (folder / name).exists()), None):
            raise LifeboatError("lifeboat.unfinished", path=folder.path, name=missing)
        making.read_people(folder / PEOPLE)
        _refuse_missing(boat, is_beside=arguments.beside)
        if not arguments.beside:
            front.refuse_taken(boat)
            making.renew(folder, boat, datetime.now(UTC))
            warn_unless_found(boat)
        asyncio.run(_until_stopped(Sailing(folder, boat, is_beside=arguments.beside)))


def _refuse_missing(boat: Boat, *, is_beside: bool) -> None:
    """Raise AdriftError where this machine lacks what runs."""
    if shutil.which(LEASH) is None:
        raise AdriftError("lifeboat.missing", name=LEASH, package="util-linux")
    if is_beside:
        return
    if importlib.util.find_spec("synapse") is None:
        raise AdriftError("lifeboat.no_synapse")
    if boat.tls is Tls.PUBLIC and shutil.which("caddy") is None:
        raise AdriftError("lifeboat.missing", name="caddy", package="caddy")


async def _until_stopped(sailing: Sailing) -> None:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(sailing.run(), name="lifeboat")
        await stopped.wait()
        _tell(say("lifeboat.stops"))
        running.cancel()


class Sailing:
    """A lifeboat that runs."""

    def __init__(self, folder: Folder, boat: Boat, *, is_beside: bool) -> None:
        self._folder = folder
        self._boat = boat
        self._is_beside = is_beside

    async def run(self) -> None:
        """Start everything, let people in, and go on until cancelled. Raises AdriftError, LifeboatError."""
        async with AsyncExitStack() as stack:
            await self._start_homeserver(stack)
            if not self._is_beside:
                await stack.enter_async_context(front.opened(self._boat, self._folder.path))
                if self._boat.tls is Tls.PUBLIC:
                    await self._keep(stack, self._caddy())
            door = await self._keep(stack, self._cellule("door", "door", "serve", config=self._door_file))
            bot = await self._keep(stack, self._cellule("bot", "run", config=self._folder / "config.yaml"))
            _tell(say("lifeboat.starts.door"))
            await door.until(self._door_answers)
            _tell(say("lifeboat.starts.bot"))
            await bot.until(self._bot_answers)
            await self._let_in(datetime.now(UTC))
            await asyncio.Event().wait()

    # --- what runs ------------------------------------------------------------------------------------------------

    async def _start_homeserver(self, stack: AsyncExitStack) -> None:
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(_CALM_S))
        accounts = Accounts(self._boat.homeserver, await stack.enter_async_context(session))
        _tell(say("lifeboat.starts.homeserver"))
        if self._is_beside:
            await Watched(self._synapse()).until(accounts.is_up)
        else:
            await (await self._keep(stack, self._synapse())).until(accounts.is_up)
        secret = self._folder.secret(making.REGISTRATION)
        for name, password, is_admin in (
            (BOT, making.BOT_PASSWORD, False),
            (KEEPER, making.KEEPER_PASSWORD, True),
        ):
            await accounts.make(secret, name, self._folder.secret(password), admin=is_admin)
        known = self._folder / _TOKEN
        if not known.exists() or not await accounts.is_good(self._folder.secret(_TOKEN)):
            token = await accounts.log_in(KEEPER, self._folder.secret(making.KEEPER_PASSWORD))
            self._folder.write(_TOKEN, f"{token}\n")

    async def _keep(self, stack: AsyncExitStack, child: Child) -> Watched:
        return await stack.enter_async_context(kept(child, _tell_end))

    def _synapse(self) -> Child:
        return Child(
            name="Synapse",
            command=(sys.executable, "-m", "synapse.app.homeserver", "--config-path", "homeserver.yaml"),
            log=self._folder.path.absolute() / "logs" / "synapse.log",
            folder=self._folder / "synapse",
        )

    def _cellule(self, name: str, *words: str, config: Path) -> Child:
        command = (sys.executable, "-m", "bot", *words, "--config", str(config.absolute()))
        return Child(name=name, command=command, log=self._folder / "logs" / f"{name}.log")

    def _caddy(self) -> Child:
        return Child(
            name="Caddy",
            command=("caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"),
            log=self._folder.path.absolute() / "logs" / "caddy.log",
            folder=self._folder.path,
        )

    @property
    def _door_file(self) -> Path:
        return self._folder / (f"{papers.CONTAINERS}/{papers.DOOR}" if self._is_beside else papers.DOOR)

    async def _door_answers(self) -> bool:
        try:
            async with asking(self._folder / papers.SOCKET) as asker:
                await asker.ask({"list": []})
        except NoDoorError:
            return False
        return True

    async def _bot_answers(self) -> bool:
        try:
            await standing_of(self._folder / "state")
        except NotRunningError:
            return False
        return True

    # --- who comes ------------------------------------------------------------------------------------------------

    async def _let_in(self, now: datetime) -> None:
        people = making.read_people(self._folder / PEOPLE)
        file, socket = self._folder / DOORS, self._folder / papers.SOCKET
        links = boarding.read(self._folder.read(DOORS), file) if file.exists() else ()
        found = boarding.sorted_out(people, links, await doors.seen(socket, links), now)
        state = self._folder / "state"
        await doors.close(state, found.void)
        opened = await doors.open_for(state, found.anew, now + boarding.HOLDS)
        in_order = {person.name: place for place, person in enumerate(people)}
        waiting = sorted((*found.same, *opened), key=lambda link: in_order[link.person.name])
        inside = [link for link, _ in (*found.come, *found.astray)]
        self._folder.write(DOORS, boarding.written((*waiting, *inside)))
        self._write_slips(waiting)
        _tell_others(found)
        _tell(say("lifeboat.up", address=self._boat.address, waiting=len(waiting), inside=len(found.come)))
        for link in waiting:
            print(f"door {link.person.written} {link.person.name} {link.url}", flush=True)

    def _write_slips(self, waiting: Sequence[Link]) -> None:
        slips = [
            Slip(
                name=link.person.name,
                role=link.person.written,
                link=link.url,
                until=f"{link.until.astimezone(self._boat.timezone):%Y-%m-%d %H:%M %Z}",
            )
            for link in waiting
        ]
        self._folder.write("slips/slips.html", page(slips, languages()))
        self._folder.write("slips/slips.csv", table(slips))


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _tell_end(name: str, code: int, pause: float) -> None:
    _tell(say("lifeboat.ended", name=name, code=code, seconds=round(pause)))


def _tell_others(found: Boarding) -> None:
    for link, user in found.come:
        _tell(say("lifeboat.in", name=link.person.name, user=user))
    for link, state in found.astray:
        _tell(say(_WHY_NOT[state], name=link.person.name))
