"""People whose clients have never heard of the bot are invited: they read from the first message once they join."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
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

    distance_s = DISTANCE_S

    async def _forward(self, request: web.Request, data: bytes) -> web.Response:
        if request.path.endswith("/keys/query"):
            await asyncio.sleep(self.distance_s)
        return await super()._forward(request, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An incident is open: alice, who opened it, is in its room, and bob is invited."""

    bot: Bot
    alice: Talk
    bob: Talk

    async def all_read(self) -> None:
        """Have everybody read every message of the bot."""
        await self.bob.hear("Start here")
        await self.bob.ask("!next", "Open")
        assert await unread(self.alice.peer, self.bot.user) == []
        assert await unread(self.bob.peer, self.bot.user) == []


@asynccontextmanager
async def opening(homeserver: Homeserver, folder: Path, *, distance_s: float = DISTANCE_S) -> AsyncIterator[Opening]:
    alice, bob = await register(homeserver, "alice"), await register(homeserver, "bob")
    cellule = await register(homeserver, "cellule")
    bot = Bot(folder, homeserver, cellule, {alice.user: ["admin"], bob.user: ["dpo"]})
    async with (
        bot,
        Distant(homeserver.url) as distant,
        Peer(homeserver, alice, url=distant.url) as a,
        Peer(homeserver, bob, autojoin=False, url=distant.url) as b,
    ):
        distant.distance_s = distance_s
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.say("!open First contact --playbook provider-hit")
        room = (await a.wait_room(inviter=bot.user, known=[control.room])).id
        await control.in_room(room).hear("Start here")
        yield Opening(bot=bot, alice=control.in_room(room), bob=Talk(peer=b, room=room, bot=bot.user))


@pytest.mark.parametrize("distance_s", [0.0, DISTANCE_S])
async def test_a_strict_client_that_never_met_the_bot_reads_the_room_from_its_first_message(
    homeserver: Homeserver, tmp_path: Path, distance_s: float
) -> None:
    async with opening(homeserver, tmp_path, distance_s=distance_s) as scene:
        await scene.bob.peer.join(scene.bob.room)
        await scene.all_read()


async def test_a_bot_killed_after_the_opening_gives_the_room_key_to_whoever_joins_later(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with opening(homeserver, tmp_path) as scene:
        await scene.bot.kill()
        await scene.bot.start()
        await scene.bob.peer.join(scene.bob.room)
        await scene.all_read()
