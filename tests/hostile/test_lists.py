"""Lists of organisations by somebody who may not, and of somebody who may, changed on the way."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from tests.e2e.test_cascade import NAME, rooms_of
from tests.hostile.scene import Scene
from tests.matrix.between import Served
from tests.uploads import upload

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

HONEST = b"organisation;people\nFirm A;@lead:firm.example\n"


async def test_list_of_a_member_without_the_right(scene: Scene) -> None:
    """Bob, who may only read, posts a list and asks for its rooms: in the incident, and alone with the bot."""
    made, bob = await rooms_of(scene.homeserver, scene.bot), scene.bob.peer
    alone = scene.bob.in_room(await bob.create_room(invite=[scene.bot.user], direct=True))
    await bob.wait_member(alone.room, scene.bot.user)
    content = await upload(scene.homeserver, scene.mallory, HONEST, name=NAME)
    for talk in (scene.bob, alone):
        await bob.send_event(talk.room, "m.room.message", content)
        await talk.ask("!cascade open Not his", "needs the role")
        await talk.ask("!cascade ouvrir Not his", "needs the role")
    assert await rooms_of(scene.homeserver, scene.bot) == made


async def test_list_that_is_changed_on_the_way(scene: Scene) -> None:
    """The homeserver knows what stands in Alice's list, and turns the bits that make Firm A another."""
    made = await rooms_of(scene.homeserver, scene.bot)
    content = await upload(scene.homeserver, scene.mallory, HONEST, name=NAME)
    await scene.alice.peer.send_event(scene.control.room, "m.room.message", content)
    await scene.control.ask("!list", "Host down")
    await scene.begin()

    async def changed(request: web.Request) -> web.StreamResponse:
        answer: Any = await scene.evil._forward(request, b"")
        place, data = HONEST.index(b"A;"), bytearray(answer.body)
        assert len(data) == len(HONEST)
        data[place] ^= ord("A") ^ ord("B")
        return web.Response(body=bytes(data))

    lie = scene.evil.lie("GET", "media/download", Served(by=changed), times=1)
    await scene.control.ask("!cascade open Changed", "is not what was sent")
    assert lie.told.is_set()
    assert await rooms_of(scene.homeserver, scene.bot) == made
