"""A disk of its own that fills up under the bot: everything waits, nothing is lost, and the log says why."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from bot.core.facts import Noted
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.disks import disk, fill
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]

FULL = "is full: make room on it"


async def status_of(address: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status


async def test_a_full_disk_is_said_and_waited_for_and_at_the_start_refused(
    homeserver: Homeserver, tmp_path: Path, unused_tcp_port: int
) -> None:
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    page = f"127.0.0.1:{unused_tcp_port}"
    with disk(tmp_path / "state", "size=8m,mode=700") as small:
        people = {alice.user: ["admin", "coordinator", "dpo"]}
        bot = Bot(tmp_path, homeserver, cellule, people, more={"health": {"listen": page}})
        async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
            control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
            await control.ask("!open Host down --playbook provider-hit", "Host down")
            talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
            await talk.hear("Start here")

            ballast = fill(small)
            first, *_ = [await talk.say(f"!note number {number}") for number in range(5)]
            assert FULL in await bot.wait_log(FULL)
            assert await status_of(f"http://{page}/healthz") == 503
            ballast.unlink()
            await talk.ask("!timeline 5", "number 4")
            assert sum("Noted" in (said.text or "") for said in await talk.heard(after=first)) == 5
            assert await status_of(f"http://{page}/healthz") == 200
            assert bot.is_running
            assert "Traceback" not in bot.log.read_text()

            ballast = fill(small)
            await bot.kill()
            begun = len(bot.log.read_text())
            await bot.spawn()
            assert await bot.wait() == 2
            said = bot.log.read_text()[begun:]
            assert f"the disk that holds {small}" in said
            assert "Traceback" not in said
            ballast.unlink()
            await bot.start()
            assert await unread(peer, bot.user) == []
            assert await bot.stop() == 0
        noted = [fact.text for fact in await bot.facts() if isinstance(fact, Noted) and "number" in fact.text]
    assert noted == [f"number {number}" for number in range(5)]
