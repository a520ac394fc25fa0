from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.demo.homeserver import Homeserver
from tests import servers
from tests.fakes.homeserver import FakeHomeserver
from tests.matrix.between import Between
from tests.matrix.people import Town

pytest_configure = servers.install


@pytest_asyncio.fixture(loop_scope="session")
async def town(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Town]:
    """People on a homeserver without rate limits."""
    town = Town(homeserver, tmp_path)
    yield town
    await town.close()


@pytest_asyncio.fixture(loop_scope="session")
async def between(homeserver: Homeserver) -> AsyncIterator[Between]:
    """A proxy to that homeserver."""
    async with Between(homeserver.url) as between:
        yield between


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FakeHomeserver]:
    """A homeserver in this process, which says what it is told to."""
    async with FakeHomeserver() as server:
        yield server
