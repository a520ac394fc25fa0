"""The homeservers the tests share: one Synapse of each kind for the whole run, started when first asked for.

A pytest plugin. A conftest.py that wants it says `pytest_configure = servers.install`. A test that uses one of the
homeservers runs in the event loop of the session, as the homeserver does, and is marked `e2e`.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver, Joining, Limits
from tests import databases

_SHARED = {"homeserver", "limited_homeserver", "open_homeserver"}
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Someone registered on a homeserver, whom no other test knows."""

    user: str
    localpart: str
    password: str


async def register(homeserver: Homeserver, stem: str = "alice", *, admin: bool = False) -> Account:
    """Register an account nobody else uses, whose name begins with *stem*."""
    localpart = f"{stem}-{next(_numbers)}"
    password = f"password of {localpart}"
    user = await homeserver.register(localpart, password, admin=admin)
    return Account(user=user, localpart=localpart, password=password)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def homeserver(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Homeserver]:
    """A Synapse that never slows anyone down."""
    async with Homeserver(tmp_path_factory.mktemp("synapse"), limits=Limits.LIFTED) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def limited_homeserver(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Homeserver]:
    """A Synapse with the rate limits it has when its administrator sets none."""
    async with Homeserver(tmp_path_factory.mktemp("limited"), limits=Limits.DEFAULT) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def open_homeserver(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Homeserver]:
    """A Synapse on which whoever has a token of an administrator makes an account."""
    async with Homeserver(tmp_path_factory.mktemp("open"), joining=Joining.INVITED) as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def every_bot_beside_a_database() -> Iterator[None]:
    """Have each bot that a test starts keep its state in PostgreSQL, where the environment says so."""
    if not os.environ.get("CELLULE_TEST_DATABASE"):
        yield
        return
    with databases.postgres() as server:
        databases.everywhere = server
        yield
        databases.everywhere = None


def install(config: pytest.Config) -> None:
    """Register this module once, whatever number of conftest.py files ask for it."""
    if not config.pluginmanager.has_plugin(__name__):
        config.pluginmanager.register(sys.modules[__name__], __name__)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    has_node = shutil.which("node") and shutil.which("npm")
    for item in items:
        if not has_node and item.get_closest_marker("peer"):
            item.add_marker(pytest.mark.skip("the foreign client needs Node.js and npm"))
        if _SHARED.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.e2e)
