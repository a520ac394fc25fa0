"""An incident with a word of its own in every place; then everything is searched that anybody else could look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest

from bot.demo.homeserver import Homeserver
from bot.demo.seen import events
from bot.store.connection import STATE_FILE
from bot.store.pages import standing
from tests import planted
from tests.bots import Bot
from tests.console import cellule
from tests.patience import PATIENCE_S
from tests.peers.peer import Peer
from tests.planted import IN_REGISTER, WORDS, files_of, holders, lines_of
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An incident that was played, and who played it."""

    bot: Bot
    leads: Talk
    works: Talk
    control: Talk
    codename: str

    async def bodies(self) -> list[str]:
        """Return every message of the incident's room and of the control room, as people read it."""
        read = [*await self.leads.peer.timeline(self.leads.room), *await self.control.peer.timeline(self.control.room)]
        return [event.text for event in read if event.text]


@asynccontextmanager
async def played(homeserver: Homeserver, folder: Path) -> AsyncIterator[Scene]:
    alice, bob, account = [await register(homeserver, name) for name in ("alice", "bob", "cellule")]
    people = {alice.user: ["admin", "coordinator"], bob.user: ["dpo", "it", "insurance"]}
    bot = Bot(folder, homeserver, account, people, module="tests.loud_bot")
    met = [bot.user]
    async with bot, Peer(homeserver, alice, meet=met) as a, Peer(homeserver, bob, meet=met) as b:
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask(f"!open {planted.TITLE} is down --playbook provider-hit", planted.TITLE)
        made = await a.wait_room(inviter=bot.user, known=[control.room])
        await b.wait_room(inviter=bot.user)
        leads, works = (Talk(peer=peer, room=made.id, bot=bot.user) for peer in (a, b))
        for talk in (leads, works):
            await talk.hear("Start here")
        await planted.play(control, works)
        await leads.ask(f"!close {planted.SUMMARY} is back", "losed")
        yield Scene(bot=bot, leads=leads, works=works, control=control, codename=str(made.name))


async def test_twenty_planted_words_are_found_by_those_in_the_room_and_by_nobody_else(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with played(homeserver, tmp_path) as scene:
        bot, peer = scene.bot, scene.works.peer
        direct = await peer.create_room(invite=[bot.user], direct=True)
        await peer.wait_member(direct, bot.user)
        await Talk(peer=peer, room=direct, bot=bot.user).ask(f"!{planted.DIRECT}", "do not know")
        assert await unread(peer, bot.user) == []
        assert len(WORDS) > 20
        bodies = [*await scene.bodies(), *(event.text or "" for event in await peer.timeline(direct))]
        assert {word for word in WORDS if word in "\n".join(bodies)} == WORDS, "everybody in the room read it"

        assert bot._process is not None
        process = Path(f"/proc/{bot._process.pid}")
        seen = [(name, (process / name).read_bytes()) for name in ("cmdline", "environ")]
        assert b"config.yaml" in seen[0][1]
        on_the_server = list(await asyncio.to_thread(lambda: list(files_of(homeserver.database.parent))))
        assert holders(on_the_server, [scene.codename]), "the homeserver knows the codename, so the search would find"
        assert any("media" in name for name, _ in on_the_server)
        states = [(f"state of {talk.room}", str(await talk.states()).encode()) for talk in (scene.works, scene.control)]
        of_the_bot = list(files_of(tmp_path))
        assert holders([*seen, *on_the_server, *states, *of_the_bot], WORDS) == []
        secrets = [path.read_bytes() for path in (tmp_path / "secrets").iterdir()]
        shown = [*(data for _, data in seen), bot.log.read_bytes()]
        assert [
            form for kept in secrets for form in (kept, kept.hex().encode()) for data in shown if form in data
        ] == []

        log = bot.log.read_text()
        assert " DEBUG " in log
        assert [line for line in lines_of(bodies) if line in log] == []
        assert planted.MATRIX_ID.findall(log) == []
        assert scene.codename not in log


async def test_a_purged_incident_is_gone_from_the_room_and_the_files_and_stays_in_the_register(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with played(homeserver, tmp_path) as scene:
        bot, peer = scene.bot, scene.works.peer
        assert await bot.stop() == 0
        file, key = bot.state / STATE_FILE, (tmp_path / "secrets" / "state.key").read_bytes()
        ended = await cellule("purge", "--config", bot.config, scene.codename, "--yes")
        assert ended.code == 0, ended
        assert "none found" in ended.out
        assert holders([("what it printed", f"{ended.out}{ended.err}".encode())], WORDS) == []
        assert await asyncio.to_thread(standing, file, key, WORDS) == IN_REGISTER
        left = [event for event in await peer.timeline(scene.works.room) if event.text and not event.redacted]
        assert left == []
        await delete_room(homeserver, scene.works.room)
        kept = [event.type for event in await events(homeserver.database) if event.room == scene.works.room]
        assert kept == [], "the command of the documents takes what is left"
        await bot.start()
        direct = await peer.create_room(invite=[bot.user], direct=True)
        await peer.wait_member(direct, bot.user)
        asked = Talk(peer=peer, room=direct, bot=bot.user)
        entry = await asked.ask("!register", scene.codename)
        assert planted.TITLE in str(entry.text)
        assert scene.codename not in str((await scene.control.ask("!list")).text)
        assert await bot.stop() == 0


async def delete_room(homeserver: Homeserver, room: str) -> None:
    """Do what docs/operations.md tells the homeserver's administrator to do, and wait until it is done."""
    admin = await register(homeserver, "admin", admin=True)
    login = {"type": "m.login.password", "user": admin.localpart, "password": admin.password}
    path = f"{homeserver.url}/_synapse/admin/v2/rooms"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{homeserver.url}/_matrix/client/v3/login", json=login) as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with session.delete(f"{path}/{quote(room)}", json={"purge": True}, headers=headers) as answer:
            task = (await answer.json())["delete_id"]
        async with asyncio.timeout(PATIENCE_S):
            while True:
                async with session.get(f"{path}/delete_status/{task}", headers=headers) as answer:
                    if (await answer.json())["status"] == "complete":
                        return
                await asyncio.sleep(0.1)  # the homeserver does not tell when it is done
