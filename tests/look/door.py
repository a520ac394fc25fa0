"""`python -m tests.look.door`: somebody on a phone goes from a link to an account, and into Element Web signed in.

A real Synapse, the door as it is run, Element Web on the door's host, and a Chromium without a window that does what a
thumb does. build/look/door has a picture of each step. Not part of `make test`.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.demo.homeserver import Homeserver, Joining
from tests.door.running import Running, a_door, a_door_by_service, free_port
from tests.door.service import Service, served
from tests.look.screen import JS, PHONE, ScreenError, program
from tests.patience import PATIENCE_S

FOLDER = Path(__file__).parents[2] / "build" / "look" / "door"
LANGUAGES = ("fr", "en")


def main() -> int:
    """Return 0; 1 when somebody did not come in."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        program("chromium")
        with tempfile.TemporaryDirectory(prefix="cellule-door-") as scratch:
            subprocess.run([program("node"), str(JS / "build.mjs"), str(Path(scratch, "site"))], check=True)
            asyncio.run(_play(Path(scratch)))
    except ScreenError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _play(scratch: Path) -> None:
    port = free_port()
    async with (
        Homeserver(scratch / "synapse", joining=Joining.INVITED) as homeserver,
        a_door(scratch, homeserver, f"http://127.0.0.1:{port}") as door,
    ):
        await homeserver.register("alice", "alice-has-it-already")
        street = Street(door=door, homeserver=homeserver.url, site=scratch / "site", port=port)
        for language in LANGUAGES:
            for weather in ("fair", "foul"):
                await street.come(language, weather)
            await street.be_known(language)
        await street.stay_out()
    await _play_by_service(scratch)


async def _play_by_service(scratch: Path) -> None:
    """Where Matrix Authentication Service has the accounts; a small one of ours stands in for it."""
    port = free_port()
    folder = scratch / "service"
    folder.mkdir()
    async with (
        served(Service()) as config,
        a_door_by_service(folder, config, f"http://127.0.0.1:{port}") as door,
    ):
        street = Street(door=door, homeserver=config.service, site=scratch / "site", port=port)
        for language in LANGUAGES:
            await street.go_elsewhere(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """What leads to the door: links, and a proxy that has the client beside it."""

    door: Running
    homeserver: str
    site: Path
    port: int

    async def come(self, language: str, weather: str) -> None:
        """Come in by a link of one's own."""
        id = f"{language}-{weather}"
        told = await self._walk(await self.door.open(id), language, weather)
        row = await self.door.row(id)
        is_known = (row["state"], row["user"], row["again"]) == ("come", told["user"], 0)
        strange = {*told["asked"]} - {f"http://127.0.0.1:{self.port}", self.homeserver}
        if not (is_known and told["signedIn"] and told["proved"]) or strange:
            raise ScreenError(f"{id}: {told}, and the door has {row}")
        print(f"{language}, {weather}: in Element after {told['taps']} taps and {told['ms']} ms, nothing typed")

    async def be_known(self, language: str) -> None:
        """Come in by an account that is there."""
        id = f"{language}-known"
        told = await self._walk(await self.door.open(id), language, "known")
        row = await self.door.row(id)
        is_known = (row["state"], row["user"], row["made"], row["again"]) == ("come", "@alice:example.org", False, 0)
        if not is_known or told["user"] != row["user"] or len(set(told["told"])) != len(told["told"]):
            raise ScreenError(f"{id}: {told}, and the door has {row}")
        print(f"{language}, known: in by an account of theirs, after {len(told['told'])} refusals in a sentence each")

    async def go_elsewhere(self, language: str) -> None:
        """Come in by a page of the service."""
        id = f"{language}-service"
        told = await self._walk(await self.door.open(id), language, "service")
        row = await self.door.row(id)
        if (row["state"], row["user"], row["made"], row["again"]) != ("come", told["user"], True, 0):
            raise ScreenError(f"{id}: {told}, and the door has {row}")
        print(f"{language}, service: an account made on a page of the server, after {told['taps']} taps on ours")

    async def stay_out(self) -> None:
        """A browser that is too old uses nothing up; a link that was used is refused, and that is told."""
        secret = await self.door.open("last")
        old = await self._walk(secret, "en", "old")
        if "too old" not in str(old["why"]) or (await self.door.row("last"))["state"] != "waiting":
            raise ScreenError(f"an old browser: {old}")
        await self._walk(secret, "en", "fair")
        used = await self._walk(secret, "en", "used")
        row = await self.door.row("last")
        if "used already" not in str(used["why"]) or row["again"] != 1:
            raise ScreenError(f"a link that was used: {used}, and the door has {row}")
        print("an old browser, and a link that was used: refused in a sentence, and the door says so")

    async def _walk(self, secret: str, language: str, weather: str) -> Mapping[str, Any]:
        size, door = f"{PHONE.width}x{PHONE.height}", f"http://127.0.0.1:{self.door.port}"
        here = (str(JS / "door.mjs"), str(self.site), str(self.port), door, program("chromium"))
        walk = (f"{self.door.page}#{secret}", language, size, str(FOLDER), weather)
        process = await asyncio.create_subprocess_exec(program("node"), *here, *walk, stdout=asyncio.subprocess.PIPE)
        try:
            async with asyncio.timeout(PATIENCE_S):
                out, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            raise ScreenError(f"{language}, {weather}: not in within {PATIENCE_S} s") from None
        if process.returncode != 0:
            raise ScreenError(f"{language}, {weather}: the browser gave up (see above)")
        told: Mapping[str, Any] = json.loads(out)
        return told


if __name__ == "__main__":
    sys.exit(main())
