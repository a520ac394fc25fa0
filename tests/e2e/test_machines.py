"""Other machines beside a real homeserver: they are told what happens, may ask where it stands, and read no content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.config.files import API, HOOK
from tests.patience import eventually
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_a_ticket_system_is_told_and_a_wall_sees_where_it_stands_and_neither_reads_content(
    homeserver: Homeserver, tmp_path: Path, unused_tcp_port: int
) -> None:
    calls: list[tuple[str, dict[str, Any]]] = []

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        calls.append((request.headers["webhook-id"], await request.json()))
        return web.Response(status=204)

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    alice, cellule = [await register(homeserver, name) for name in ("alice", "cellule")]
    wall = {"token_file": "secrets/api", "scopes": ["incidents", "clocks"]}
    more = {
        "api": {"listen": f"127.0.0.1:{unused_tcp_port}", "tokens": {"wall": wall}},
        "hooks": {"tickets": {"url_file": "secrets/hook", "secret_file": "secrets/hook-key"}},
    }
    bot = Bot(tmp_path, homeserver, cellule, {alice.user: ["admin", "coordinator", "dpo"]}, more=more)
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"
    for name, kept in {"api": API, "hook": address, "hook-key": HOOK["hook-key"]}.items():
        (tmp_path / "secrets" / name).write_text(kept)
        (tmp_path / "secrets" / name).chmod(0o600)

    async def ask(path: str) -> Any:
        asked = {"Authorization": f"Bearer {API}"}
        async with aiohttp.request("GET", f"http://127.0.0.1:{unused_tcp_port}{path}", headers=asked) as told:
            return await told.json()

    def told() -> list[str]:
        return [call["event"] for _, call in calls]

    async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Ransom at Dupont --playbook provider-hit --drill", "Ransom at Dupont")
        room = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
        await room.hear("Start here")
        await room.ask("!fact personal-data yes", "personal-data = yes")
        await room.ask("!aware GDPR-33-1 -71h", "GDPR-33-1 runs")
        await eventually(lambda: told()[:2] == ["opened", "overdue"], lambda: f"{told()}\n{bot.tail()}")
        clocks = {clock["rule"]: clock for clock in (await ask("/v1/clocks"))["items"]}
        assert clocks["GDPR-33-1"]["overdue"]
        await bot.kill()
        await bot.start()
        await room.ask("!filed GDPR-33-1 ref-17", "GDPR-33-1 stopped")
        await eventually(lambda: "filed" in told(), lambda: f"{told()}\n{bot.tail()}")
        (incident,) = (await ask("/v1/incidents"))["items"]
        assert (await ask("/v1/steps?codename=x"))["error"].startswith("This token lacks the scope content")
    await runner.cleanup()
    assert {call["codename"] for _, call in calls} == {incident["codename"]}
    # A slow machine may see the day at which clocks are overdue that nobody started.
    assert set(told()) == {"opened", "overdue", "filed"}
    assert len({id for id, _ in calls}) == len({json.dumps(call) for _, call in calls}), "what comes twice has one id"
    read = json.dumps([calls, incident, *clocks.values()])
    assert not [words for words in ("Dupont", "ref-17", alice.user, room.room) if words in read]
