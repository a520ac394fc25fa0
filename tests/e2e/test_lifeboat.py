"""A lifeboat from an empty folder by two commands, with nothing of the network but loopback; killed; from a backup."""

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

from bot.config import load
from bot.core.facts import Rang
from bot.demo.homeserver import Homeserver
from bot.host import recovery_key
from bot.matrix.account.seeds import kept_master_key
from bot.store.opening import open_alone
from tests.bots import Bot
from tests.door import people
from tests.door.people import CLIENT
from tests.patience import PATIENCE_S, eventually
from tests.peers.peer import Peer
from tests.servers import Account, register
from tests.talks import Talk, unread

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


# --- from a backup ----------------------------------------------------------------------------------------------------

BOT = "@cellule:localhost"
REMINDED = r"GDPR-33-1[^\n]*(in \d|now|due)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What a bot leaves behind whose server is gone."""

    backup: Path
    key: Path
    alice: Account
    codename: str
    rung: list[str]
    """Reminders of the clock, as they were said."""
    master: str | None


async def lost(homeserver: Homeserver, folder: Path) -> Lost:
    """Let a clock run and ring once on a homeserver, back it up, and stop the bot for good."""
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    bot = Bot(folder, homeserver, account, {alice.user: ["admin", "coordinator", "dpo"]})
    async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Host down --playbook provider-hit --drill", "Host down")
        room = await peer.wait_room(inviter=bot.user, known=[control.room])
        talk = control.in_room(room.id)
        await talk.ask("!fact personal-data yes", "personal-data = yes")
        started = await talk.ask("!aware GDPR-33-1 -23h", "GDPR-33-1 runs")
        await talk.hear(r"GDPR-33-1[^\n]* in [34]", after=started.id)
        while "GDPR-33-1 T-48" not in ((await talk.ask("!timeline 9", r"Entry \d+")).text or ""):
            continue
        assert await bot.stop() == 0
    key, backup = folder / "recovery.key", folder / "cellule.backup"
    await asyncio.to_thread(key.write_text, recovery_key.written(recovery_key.new_key()))
    await asyncio.to_thread(key.chmod, 0o600)
    saved = await cellule("backup", "--config", str(bot.config), "--to", str(backup), "--key-file", str(key))
    assert (await saved.communicate())[1] == b""
    rung, master = await kept(bot.config)
    return Lost(backup=backup, key=key, alice=alice, codename=room.name or "", rung=rung, master=master)


async def kept(config: Path) -> tuple[list[str], str | None]:
    """Return which reminders of the clock rang, and the public master key, as a stopped bot keeps them."""
    async with open_alone(load(config).state) as store:
        facts = [kept.fact for stream in await store.streams() for kept in await store.history(stream)]
        rung = [fact.rung for fact in facts if isinstance(fact, Rang) and fact.rule == "GDPR-33-1"]
        return rung, await kept_master_key(store)


@pytest.mark.long
async def test_from_a_backup_the_clock_runs_on_and_nothing_rings_twice(homeserver: Homeserver, tmp_path: Path) -> None:
    gone = await lost(homeserver, tmp_path)
    assert gone.rung == ["T-48"]
    folder, listed = tmp_path / "boat", tmp_path / "people.csv"
    await asyncio.to_thread(listed.write_text, f"name,role,was\nAlice Martin,admin,{gone.alice.localpart}\n")
    words = ("--people", str(listed), "--language", "en", "--from", str(gone.backup), "--key-file", str(gone.key))
    make = await cellule("lifeboat", "make", str(folder), "--domain", "localhost", *words)
    told, errors = await make.communicate()
    assert (make.returncode, errors) == (0, b"")
    assert b"goes on 1 open incident" in told
    async with running(folder) as run:
        role, page, secret = (await run.doors(1))["Alice Martin"]
        assert role == "admin"
        user = await come_in(page, secret)
        account = Account(user=user, localpart=user[1:].partition(":")[0], password="five-words-of-a-list")
        async with Peer(None, account, url=page.removesuffix("/join"), meet=[BOT]) as peer:
            room = await peer.wait_room(inviter=BOT, name=gone.codename)
            talk = Talk(peer=peer, room=room.id, bot=BOT)
            await talk.hear("The homeserver of before is gone")
            await talk.hear("Host down.*GDPR-33-1")
            here = await talk.hear(f"in the place of @{gone.alice.localpart}")
            await talk.hear(REMINDED, after=here.id)
            await talk.ask("!filed GDPR-33-1 CNIL-1", "GDPR-33-1 stopped")
            answer = await peer.request("POST", "/_matrix/client/v3/keys/query", {"device_keys": {BOT: []}})
            assert [*answer["master_keys"][BOT]["keys"].values()] == [gone.master]
            assert await unread(peer, BOT) == []
        assert await run.end() == 0
    rung, master = await kept(folder / "config.yaml")
    assert master == gone.master
    assert rung[0] == "T-48"
    assert len(rung) == len({*rung}) > 1, "something rang twice, or nothing more"
