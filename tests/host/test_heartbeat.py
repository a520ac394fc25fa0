"""The sign of life: fetched, touched, through the proxy, and never in the way of anything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from aiohttp import web

from bot.host.heartbeat import Heartbeat
from bot.host.secret import Secret
from bot.matrix.http.connection import open_session
from tests.proxies import NAME, Proxy


class Watcher:
    """Somebody outside, who hears pings and answers with *status*."""

    def __init__(self) -> None:
        self.status = HTTPStatus.OK
        self.pings: list[str] = []
        self.free = asyncio.Event()
        self.free.set()

    async def hear(self, request: web.Request) -> web.Response:
        self.pings.append(request.path)
        await self.free.wait()
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        app = web.Application()
        app.add_routes([web.get("/{path:.*}", self.hear)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


@asynccontextmanager
async def heart(
    url: str | None = None, *, file: Path | None = None, proxy: str | None = None
) -> AsyncIterator[Heartbeat]:
    async with open_session(proxy) as session:
        yield Heartbeat(session, url=None if url is None else Secret(url), file=file)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "bot")
    return caplog


async def test_an_address_is_fetched_and_a_file_is_touched(tmp_path: Path, lines: pytest.LogCaptureFixture) -> None:
    watcher, file = Watcher(), tmp_path / "alive"
    async with watcher.listening() as address, heart(f"{address}/ping/1", file=file) as heartbeat:
        await heartbeat.beat()
        assert file.read_bytes() == b""
        file.unlink()
        await heartbeat.beat()
        assert file.exists()
    assert watcher.pings == ["/ping/1", "/ping/1"]
    assert lines.messages == []


async def test_with_nothing_configured_nothing_happens(lines: pytest.LogCaptureFixture) -> None:
    async with heart() as heartbeat:
        await heartbeat.beat()
    assert lines.messages == []


async def test_it_goes_through_the_proxy_and_never_past_it() -> None:
    watcher = Watcher()
    async with (
        watcher.listening() as address,
        Proxy("socks5", address) as proxy,
        heart(f"{proxy.homeserver}/ping/1", proxy=proxy.url) as heartbeat,
    ):
        await heartbeat.beat()
        assert {name for name, _ in proxy.asked} == {NAME}
        assert watcher.pings == ["/ping/1"]
        proxy.refuses = True
        proxy.cut()
        await heartbeat.beat()
        assert watcher.pings == ["/ping/1"]


async def test_what_fails_is_told_once_without_the_address_and_is_told_when_it_ends(
    lines: pytest.LogCaptureFixture,
) -> None:
    watcher = Watcher()
    async with watcher.listening() as address, heart(f"{address}/ping/secret-1") as heartbeat:
        watcher.status = HTTPStatus.NOT_FOUND
        await heartbeat.beat()
        await heartbeat.beat()
        watcher.status = HTTPStatus.FOUND
        await heartbeat.beat()
        watcher.status = HTTPStatus.OK
        await heartbeat.beat()
        await heartbeat.beat()
    assert lines.messages == [
        "the heartbeat fails: HTTP 404",
        "the heartbeat fails: HTTP 302",
        "the heartbeat is heard again",
    ]
    assert set(watcher.pings) == {"/ping/secret-1"}


async def test_nobody_there_and_nowhere_to_write_are_told_and_stop_nothing(
    tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    async with heart("http://127.0.0.1:9/secret-1", file=tmp_path / "nowhere" / "alive") as heartbeat:
        await heartbeat.beat()
    assert lines.messages == [
        "the heartbeat fails: ClientConnectorError",
        "the heartbeat fails: the file cannot be touched (No such file or directory)",
    ]


async def test_one_that_does_not_answer_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch, lines: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.host.heartbeat.TIMEOUT_S", 0.05)
    watcher = Watcher()
    watcher.free.clear()
    async with watcher.listening() as address, heart(f"{address}/ping/1") as heartbeat:
        await heartbeat.beat()
        watcher.free.set()
    assert lines.messages == ["the heartbeat fails: TimeoutError"]
