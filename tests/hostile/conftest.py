from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from tests import servers
from tests.bots import Bot
from tests.hostile.evil import Evil
from tests.hostile.scene import Scene
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk

pytest_configure = servers.install

IS_LONG = "HOSTILE_CASES" in os.environ


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    long = [item for item in items if item.get_closest_marker("hostile")]
    if long and not IS_LONG:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """The scene, set once for all attacks: what one leaves behind, the next one finds."""
    alice, bob = await register(homeserver, "alice"), await register(homeserver, "bob")
    cellule, mallory = await register(homeserver, "cellule"), await register(homeserver, "mallory")
    people = {alice.user: ["admin", "coordinator"], bob.user: ["observer"]}
    async with Evil(homeserver.url) as evil:
        bot = Bot(tmp_path_factory.mktemp("bot"), homeserver, cellule, people, url=evil.url)
        met = [bot.user]
        async with bot, Peer(homeserver, alice, meet=met) as a, Peer(homeserver, bob, meet=met) as b:
            control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
            talks = [control]
            for title in ("Host down", "Backups encrypted"):
                await control.ask(f"!open {title} --playbook provider-hit", title)
                known = [talk.room for talk in talks]
                talks.append(control.in_room((await a.wait_room(inviter=bot.user, known=known)).id))
                await talks[-1].hear("Start here")
            await talks[1].ask(f"!invite {bob.user}", "is invited")
            await b.wait_room(inviter=bot.user)
            yield Scene(
                homeserver=homeserver,
                evil=evil,
                bot=bot,
                control=control,
                alice=talks[1],
                other=talks[2],
                bob=Talk(peer=b, room=talks[1].room, bot=bot.user),
                mallory=mallory,
                known={(alice.user, a.device), (bob.user, b.device)},
            )


@pytest_asyncio.fixture(loop_scope="session")
async def scene(stage: Scene) -> AsyncIterator[Scene]:
    """The scene; whatever is tried on it must have been withstood in the end."""
    await stage.begin()
    yield stage
    await stage.holds()
