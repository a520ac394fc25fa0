from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from tests import servers
from tests.bots import Bot
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytest_configure = servers.install

TITLE = "Host down, payroll out of reach"
PACE = 1
"""An hour of the law is an hour: nothing rings by itself, and is an entry, while a slow machine plays the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A running bot, an incident in English that is a drill, and two people with strict clients in its room."""

    homeserver: Homeserver
    bot: Bot
    control: Talk
    """Alice, who leads, in the control room."""
    alice: Talk
    """Alice in the incident's room."""
    bob: Talk
    """Bob, the data-protection officer, in the incident's room."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """The scene, set once for all the tests with foreign clients."""
    alice, bob = await register(homeserver, "alice"), await register(homeserver, "bob")
    cellule = await register(homeserver, "cellule")
    people = {alice.user: ["admin", "coordinator"], bob.user: ["dpo"]}
    bot = Bot(tmp_path_factory.mktemp("bot"), homeserver, cellule, people, pace=PACE)
    met = [bot.user]
    async with bot, Peer(homeserver, alice, meet=met) as a, Peer(homeserver, bob, meet=met) as b:
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.say(f"!open {TITLE} --playbook provider-hit --severity crisis --drill")
        room = (await a.wait_room(inviter=bot.user, known=[control.room])).id
        await b.wait_room(inviter=bot.user)
        talks = [Talk(peer=peer, room=room, bot=bot.user) for peer in (a, b)]
        for talk in talks:
            await talk.hear("Start here")
        yield Scene(homeserver=homeserver, bot=bot, control=control, alice=talks[0], bob=talks[1])


@pytest_asyncio.fixture(loop_scope="session")
async def scene(stage: Scene) -> AsyncIterator[Scene]:
    """The scene; after each test both people must have been able to read every message of the bot in every room."""
    yield stage
    assert await unread(stage.alice.peer, stage.bot.user) == []
    assert await unread(stage.bob.peer, stage.bot.user) == []
