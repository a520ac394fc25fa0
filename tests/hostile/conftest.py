from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from tests import servers
from tests.hostile import ladder
from tests.hostile.scene import Scene
from tests.hostile.stages import staged

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
    async with staged(homeserver, tmp_path_factory.mktemp("bot")) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="session")
async def scene(stage: Scene) -> AsyncIterator[Scene]:
    """The scene; whatever is tried on it must have been withstood in the end."""
    await stage.begin()
    yield stage
    await stage.holds()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def drills(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A stage for attacks while something rings: an hour is half a second, and Bob is the data-protection officer."""
    folder = tmp_path_factory.mktemp("bot")
    async with staged(homeserver, folder, bob=("dpo",), options="--drill", pace=ladder.PACE) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="session")
async def drill(drills: Scene) -> AsyncIterator[Scene]:
    """A drill of its own for each test."""
    scene = await ladder.in_drill(drills)
    yield scene
    try:
        await scene.holds()
    finally:
        # What goes on ringing would ring beside the next one.
        await scene.alice.ask("!close", "[Cc]losed")
