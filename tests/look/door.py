"""`python -m tests.look.door`: somebody on a phone goes from a link to an account, and into a client.

A real Synapse, the door as it is run, and a Chromium without a window that does what a thumb does. build/look/door has
a picture of each step. Not part of `make test`.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.demo.homeserver import Homeserver, Joining
from tests.door.running import Running, a_door
from tests.look.screen import JS, PHONE, ScreenError, program
from tests.patience import PATIENCE_S

FOLDER = Path(__file__).parents[2] / "build" / "look" / "door"
LANGUAGES = ("fr", "en")


def main() -> int:
    """Return 0; 1 when somebody did not come in."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        with tempfile.TemporaryDirectory(prefix="cellule-door-") as scratch:
            asyncio.run(_play(Path(scratch)))
    except ScreenError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _play(scratch: Path) -> None:
    async with (
        Homeserver(scratch / "synapse", joining=Joining.INVITED) as homeserver,
        a_door(scratch, homeserver) as door,
    ):
        for language in LANGUAGES:
            for weather in ("fair", "foul"):
                await _come(door, language, weather)
        await _stay_out(door)


async def _come(door: Running, language: str, weather: str) -> None:
    id = f"{language}-{weather}"
    told = await _walk(f"{door.page}#{await door.open(id)}", language, weather)
    row = await door.row(id)
    if (row["state"], row["user"], row["again"]) != ("come", told["user"], 0) or not told["signedIn"]:
        raise ScreenError(f"{id}: {told}, and the door has {row}")
    print(f"{language}, {weather}: in after {told['taps']} taps and {told['ms']} ms, nothing typed")


async def _stay_out(door: Running) -> None:
    """A browser that is too old uses nothing up; a link that was used is refused, and whoever gave it out is told."""
    secret = await door.open("last")
    link = f"{door.page}#{secret}"
    old = await _walk(link, "en", "old")
    if "too old" not in str(old["why"]) or (await door.row("last"))["state"] != "waiting":
        raise ScreenError(f"an old browser: {old}")
    await _walk(link, "en", "fair")
    used = await _walk(link, "en", "used")
    row = await door.row("last")
    if "used already" not in str(used["why"]) or row["again"] != 1:
        raise ScreenError(f"a link that was used: {used}, and the door has {row}")
    print("an old browser, and a link that was used: refused in a sentence, and the door says so")


async def _walk(link: str, language: str, weather: str) -> Mapping[str, object]:
    size = f"{PHONE.width}x{PHONE.height}"
    command = (program("node"), str(JS / "door.mjs"), program("chromium"), link, language, size, str(FOLDER), weather)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(PATIENCE_S):
        out, _ = await process.communicate()
    if process.returncode != 0:
        raise ScreenError(f"{language}, {weather}: the browser gave up (see above)")
    told: Mapping[str, object] = json.loads(out)
    return told


if __name__ == "__main__":
    sys.exit(main())
