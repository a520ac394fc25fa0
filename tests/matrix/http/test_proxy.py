"""Through a proxy and never past it: every request, under a name that the proxy alone can look up."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cli.checks.findings import Finding, Level
from bot.cli.checks.probe import Known, ask_homeserver
from bot.config import Matrix, PasswordLogin
from bot.core.names import UserId
from bot.matrix.account.device_policy import FirstUse
from bot.matrix.account.session import Session
from bot.matrix.http.wire import Wire
from bot.ports import UnreachableError
from tests.fakes.homeserver import FakeHomeserver
from tests.fakes.vault import MemoryVault
from tests.kept_keys import rows_in
from tests.matrix.listeners import BOT
from tests.proxies import NAME, Kind, Proxy
from tests.web import serving

PASSWORD = "correct horse"


@pytest.fixture(params=["socks5", "http"])
async def proxy(request: pytest.FixtureRequest, server: FakeHomeserver) -> AsyncIterator[Proxy]:
    kind: Kind = request.param
    async with Proxy(kind, server.url) as running:
        yield running


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every name that this process looks up."""
    names: list[str] = []
    real = socket.getaddrinfo

    def spy(host: Any, *rest: Any, **more: Any) -> Any:
        names.append(str(host))
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", spy)
    return names


def account(folder: Path, proxy: Proxy) -> Matrix:
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    return Matrix(
        homeserver=proxy.homeserver,
        user_id=UserId(BOT),
        login=PasswordLogin(file=password),
        device_name="Cellule",
        proxy=proxy.url,
    )


def session(folder: Path, proxy: Proxy) -> Session:
    return Session(account(folder, proxy), MemoryVault(), rows_in(folder), knows=lambda _: False, policy=FirstUse())


async def test_login_store_and_sync_go_through_the_proxy_which_looks_the_name_up(
    server: FakeHomeserver, proxy: Proxy, tmp_path: Path, looked_up: list[str]
) -> None:
    server.passwords[BOT] = PASSWORD
    opened = session(tmp_path, proxy)
    client = await opened.open()
    try:
        await client.keys_upload()
        await client.sync()
        await Wire(client).exchange("GET", ("account", "whoami"))
    finally:
        await client.close()
    paths = {path.rpartition("/")[2] for _, path in server.requests}
    assert paths >= {"login", "upload", "sync", "whoami"}
    assert {name for name, _ in proxy.asked} == {NAME}
    assert NAME not in looked_up


async def test_a_proxy_that_refuses_or_goes_away_fails_closed_and_is_tried_again(
    server: FakeHomeserver, proxy: Proxy, tmp_path: Path, looked_up: list[str]
) -> None:
    server.passwords[BOT] = PASSWORD
    opened = session(tmp_path, proxy)
    try:
        proxy.refuses = True
        with pytest.raises(UnreachableError):
            await opened.open()
        assert server.requests == []
        proxy.refuses = False
        client = await opened.open()
        proxy.refuses = True
        proxy.cut()
        before = len(server.requests)
        with pytest.raises(UnreachableError):
            await Wire(client).exchange("GET", ("account", "whoami"))
        assert len(server.requests) == before
    finally:
        await opened.client.close()
    assert NAME not in looked_up


async def test_a_proxy_that_is_not_there_leaves_the_homeserver_out_of_reach(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    async with Proxy("socks5", server.url) as gone:
        pass
    opened = session(tmp_path, gone)
    try:
        with pytest.raises(UnreachableError):
            await opened.open()
    finally:
        await opened.client.close()
    assert server.requests == []


async def test_a_failure_of_the_proxy_says_nothing_of_the_homeserver(proxy: Proxy, tmp_path: Path) -> None:
    proxy.refuses = True
    opened = session(tmp_path, proxy)
    try:
        with pytest.raises(UnreachableError) as caught:
            await opened.open()
    finally:
        await opened.client.close()
    assert NAME not in str(caught.value)
    assert caught.value.__suppress_context__


# --- cellule check --------------------------------------------------------------------------------------------


async def findings(where: Matrix) -> list[Finding]:
    return [finding async for finding in ask_homeserver(where, Known())]


@pytest.mark.parametrize("kind", ["socks5", "http"])
async def test_the_probe_of_check_and_init_goes_through_the_proxy_too(
    kind: Kind, tmp_path: Path, looked_up: list[str]
) -> None:
    answers = {"/_matrix/client/versions": (200, {"versions": ["v1.12"]})}
    async with serving(answers) as address, Proxy(kind, address) as proxy:
        where = account(tmp_path, proxy)
        found = await findings(where)
        assert "speaks Matrix up to v1.12" in str(found[0])
        proxy.refuses = True
        proxy.cut()
        refused = (await findings(where))[0]
        elsewhere = await findings(replace(where, proxy="socks5://127.0.0.1:1"))
    assert {name for name, _ in proxy.asked} == {NAME}
    assert NAME not in looked_up
    for finding in (refused, elsewhere[0]):
        assert finding.level is Level.ERROR
        assert "check network.proxy first" in str(finding)
