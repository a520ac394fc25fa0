"""A lifeboat from an empty folder by two commands, with nothing of the network but loopback; and killed on the way."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests.door import people
from tests.door.people import CLIENT
from tests.patience import PATIENCE_S, eventually
from tests.peers.peer import Peer
from tests.servers import Account
from tests.talks import unread

pytestmark = [pytest.mark.e2e, pytest.mark.peer, pytest.mark.slow]

LINE = re.compile(r"door (\S+) (.+) (http://127\.0\.0\.1:[0-9]+/join)#(\S+)")


@dataclass(slots=True)
class Run:
    """`cellule lifeboat run`, as somebody types it."""

    process: asyncio.subprocess.Process
    told: list[str] = field(default_factory=list)

    async def until(self, text: str) -> None:
        """Wait for a line of progress."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE_S):
            while not (self.told and text in self.told[-1]):
                line = await self.process.stderr.readline()
                assert line, self.told
                self.told.append(line.decode())

    async def doors(self, count: int) -> dict[str, tuple[str, str, str]]:
        """Return role, page and secret of each who is told to have a door."""
        await self.until("all is up")
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            lines = [(await self.process.stdout.readline()).decode().strip() for _ in range(count)]
        found = [LINE.fullmatch(line) for line in lines]
        return {match[2]: (match[1], match[3], match[4]) for match in found if match}

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE_S):
            rest, _ = await self.process.communicate()
        assert rest == b""
        return await self.process.wait()


async def cellule(*words: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Run]:
    run = Run(await cellule("lifeboat", "run", str(folder)))
    try:
        yield run
    finally:
        if run.process.returncode is None:
            run.process.kill()
            await run.process.communicate()


def parts_of(folder: Path) -> list[int]:
    """Return every process but ours that has to do with the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes() + os.fsencode((entry / "cwd").readlink())
        except (OSError, ValueError):
            continue
        if os.fsencode(folder) in words and entry.name != str(os.getpid()):
            found.append(int(entry.name))
    return found


async def come_in(page: str, secret: str) -> str:
    """Make an account as the page does, sign in with it, and return whose it is."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as session:
        async with session.get(page) as answer:
            assert (answer.status, "script-src 'sha256-" in answer.headers["Content-Security-Policy"]) == (200, True)
        status, claim = await people.ask(session, f"{page}/claim", {"secret": secret})
        assert (status, claim["homeserver"], claim["server"]) == (200, page.removesuffix("/join"), "localhost")
        status, made = await people.sign_up(session, claim["homeserver"], claim["token"], claim["name"])
        assert status == 200, made
        status, came = await people.ask(session, f"{page}/came", {"secret": secret})
        assert (status, came["user"]) == (200, f"@{claim['name']}:localhost")
        login = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": claim["name"]},
            "password": "five-words-of-a-list",
        }
        status, _ = await people.ask(session, f"{claim['homeserver']}{CLIENT}/v3/login", login)
        assert status == 200
        return str(came["user"])


async def works(user: str, address: str) -> None:
    """Read the bot with a strict client, and open an incident, as whoever leads does in their first minutes."""
    account = Account(user=user, localpart=user[1:].partition(":")[0], password="five-words-of-a-list")
    bot = "@cellule:localhost"
    async with Peer(None, account, url=address, meet=[bot]) as peer:
        rooms = [(await peer.wait_room(inviter=bot)).id]
        rooms.append((await peer.wait_room(inviter=bot, known=rooms)).id)
        said = [await peer.wait_for(room, "ready|You are in", sender=bot) for room in rooms]
        control = next(message.room for message in said if "ready" in (message.text or ""))
        await peer.send(control, "!open Host down --playbook provider-hit --severity crisis --drill")
        room = (await peer.wait_room(inviter=bot, known=rooms)).id
        await peer.wait_for(room, "Start here", sender=bot)
        assert await unread(peer, bot) == []


async def test_from_an_empty_folder_by_two_commands_and_killed_on_the_way(tmp_path: Path) -> None:
    """Four starts in one test: each takes seconds."""
    folder, listed = tmp_path / "boat", tmp_path / "people.csv"
    await asyncio.to_thread(listed.write_text, "Alice Martin,admin+coordinator\nBob,dpo\n")
    make = await cellule(
        "lifeboat", "make", str(folder), "--domain", "localhost", "--people", str(listed), "--language", "en"
    )
    assert (await make.communicate())[1] == b""
    assert make.returncode == 0
    for step in ("the homeserver starts", "the bot starts"):
        async with running(folder) as run:
            await run.until(step)
            await run.end(signal.SIGKILL)
        await eventually(lambda: not parts_of(folder))
    async with running(folder) as run:
        first = await run.doors(2)
        assert {name: role for name, (role, _, _) in first.items()} == {
            "Alice Martin": "admin+coordinator",
            "Bob": "dpo",
        }
        user = await come_in(*first["Alice Martin"][1:])
        await works(user, first["Alice Martin"][1].removesuffix("/join"))
        await run.end(signal.SIGKILL)
    await eventually(lambda: not parts_of(folder))
    people_file = folder / "people.csv"
    await asyncio.to_thread(people_file.write_text, f"{await asyncio.to_thread(people_file.read_text)}Carol,it\n")
    async with running(folder) as run:
        again = await run.doors(2)
        assert set(again) == {"Bob", "Carol"}
        assert again["Bob"] == first["Bob"]
        assert any(f"in already: Alice Martin, as {user}" in line for line in run.told)
        await end_one(folder, "door serve", run)
        assert await run.end() == 0
    assert not parts_of(folder)
    slips = await asyncio.to_thread((folder / "slips/slips.html").read_text)
    assert (slips.count("<svg"), again["Carol"][2] in slips, "Alice" in slips) == (2, True, False)


async def end_one(folder: Path, words: str, run: Run) -> None:
    """Kill one of its parts, and see that it is there again."""

    def found() -> list[int]:
        wanted = os.fsencode(words.replace(" ", "\0"))
        return [pid for pid in parts_of(folder) if wanted in Path(f"/proc/{pid}/cmdline").read_bytes()]

    (before,) = found()
    os.kill(before, signal.SIGKILL)
    await run.until("it starts again")
    await eventually(lambda: found() not in ([], [before]))
