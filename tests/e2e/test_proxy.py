"""The bot on an onion service: everything through the proxy, nothing when that refuses, and on with it afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.console import cellule
from tests.peers.peer import Peer
from tests.proxies import NAME, Kind, Proxy
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]


@pytest.mark.parametrize("kind", ["socks5", "http"])
async def test_an_incident_through_a_proxy_and_silence_while_it_refuses(
    homeserver: Homeserver, tmp_path: Path, kind: Kind
) -> None:
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    people = {alice.user: ["admin", "coordinator"]}
    async with Proxy(kind, homeserver.url) as proxy:
        network = {"network": {"proxy": proxy.url}}
        bot = Bot(tmp_path, homeserver, account, people, url=proxy.homeserver, more=network)
        checked = await cellule("check", "--config", bot.config)
        assert "speaks Matrix" in checked.out, checked
        async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
            control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
            await control.ask("!open The host is down --playbook provider-hit", "host is down")
            talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
            await talk.hear("Start here")
            await talk.ask("!draft cnil-initial", r"\.md$")

            proxy.refuses = True
            proxy.cut()
            asked = await talk.say("!status")
            await bot.wait_log("sync failed: the proxy is not there")
            await peer.wait_for(talk.room, "^!status", sender=alice.user)
            assert await talk.heard(after=asked) == []
            proxy.refuses = False
            await talk.hear(".", after=asked)
            assert await unread(peer, bot.user) == []
            assert await bot.stop() == 0
        assert {name for name, _ in proxy.asked} == {NAME}
        log = bot.log.read_text()
        assert NAME not in log
        assert proxy.url.rpartition("/")[2] not in log
