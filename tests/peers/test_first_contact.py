"""Somebody whose client has never heard of the bot is invited: they read from the first message once they join."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.matrix.between import Between
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]


DISTANCE_S = 0.3
"""What a request of a phone may take. On loopback the answer about our device wins the race it loses in the field."""


class Distant(Between):
    """A homeserver that takes its time to tell about devices."""

    async def _forward(self, request: web.Request, data: bytes) -> web.Response:
        if request.path.endswith("/keys/query"):
            await asyncio.sleep(DISTANCE_S)
        return await super()._forward(request, data)


async def test_a_strict_client_that_never_met_the_bot_reads_the_room_from_its_first_message(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, bob = await register(homeserver, "alice"), await register(homeserver, "bob")
    cellule = await register(homeserver, "cellule")
    bot = Bot(tmp_path, homeserver, cellule, {alice.user: ["admin"], bob.user: ["dpo"]})
    async with (
        bot,
        Distant(homeserver.url) as distant,
        Peer(homeserver, alice, meet=[bot.user]) as a,
        Peer(homeserver, bob, autojoin=False, url=distant.url) as b,
    ):
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.say("!open First contact --playbook provider-hit")
        room = (await a.wait_room(inviter=bot.user, known=[control.room])).id
        await control.in_room(room).hear("Start here")
        await b.join(room)
        talk = Talk(peer=b, room=room, bot=bot.user)
        await talk.ask("!next", "Open")
        unreadable = await unread(b, bot.user)
    assert unreadable == []
