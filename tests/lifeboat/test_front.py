"""One address for people: what they need is passed on as it is, and the rest of the machine is not there."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.lifeboat import front, papers
from bot.lifeboat.boat import Boat, Tls
from bot.lifeboat.errors import AdriftError
from tests.door.running import free_port
from tests.lifeboat.test_boat import boat
from tests.patience import PATIENCE_S


async def echo(request: web.Request) -> web.Response:
    told = {
        "path": request.raw_path,
        "method": request.method,
        "body": (await request.read()).decode(),
        "forwarded": request.headers.getall("X-Forwarded-For", []),
        "authorization": request.headers.get("Authorization"),
    }
    return web.json_response(told, status=201, headers={"X-Own": "1"})


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Street:
    boat: Boat
    session: aiohttp.ClientSession

    async def ask(self, path: str, method: str = "GET", **more: Any) -> tuple[int, Any, Any]:
        from yarl import URL

        address = URL(f"{self.boat.address}{path}", encoded=True)
        async with self.session.request(method, address, allow_redirects=False, **more) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else await answer.text(), answer.headers


class Waiting:
    """A homeserver that has no news, and knows whether somebody still waits for them."""

    def __init__(self) -> None:
        self.asked, self.gone = asyncio.Event(), asyncio.Event()

    async def answer(self, _: web.Request) -> web.Response:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.gone.set()
        raise AssertionError("there are no news")


@asynccontextmanager
async def standing(folder: Path, *, answer: Handler = echo, **changed: Any) -> AsyncIterator[Street]:
    ports = {name: free_port() for name in ("port", "homeserver_port", "door_port")}
    plan = replace(boat("localhost", Tls.NONE), **{**ports, **changed})
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    for port in (plan.homeserver_port, plan.door_port):
        await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        async with (
            front.opened(plan, folder),
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as session,
        ):
            yield Street(plan, session)
    finally:
        await runner.cleanup()


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with standing(tmp_path) as street:
        yield street


@pytest.mark.parametrize(
    "path",
    ["/_matrix/client/v3/sync?since=s%201", "/_matrix/media/v3/upload", "/_synapse/client/x", "/join", "/join/claim"],
)
async def test_what_people_need_is_passed_on_as_it_is(street: Street, path: str) -> None:
    headers = {"Authorization": "Bearer syt", "X-Forwarded-For": "192.0.2.66", "Connection": "keep-alive"}
    status, told, got = await street.ask(path, "POST", data=b"{}", headers=headers)
    assert (status, got["X-Own"]) == (201, "1")
    assert told == {
        "path": path,
        "method": "POST",
        "body": "{}",
        "forwarded": ["127.0.0.1"],
        "authorization": "Bearer syt",
    }


@pytest.mark.parametrize(
    "path",
    [
        "/_synapse/admin/v1/register",
        "/_matrix/federation/v1/version",
        "/_matrix/key/v2/server",
        "/_matrix/client/../../_synapse/admin/v1/register",
        "/_matrix/client/%2e%2e/%2e%2e/_synapse/admin/v1/register",
        "/_matrix/client/..%2f..%2f_synapse/admin/v1/register",
        "//_synapse/admin/v1/register",
        "/metrics",
        "/root.crt",
        "/config.json",
        "/boat.yaml",
        "/secrets/password",
    ],
)
async def test_nothing_else_is_there(street: Street, path: str) -> None:
    status, _, headers = await street.ask(path)
    assert (status, "X-Own" in headers) == (404, False)


async def test_an_app_finds_the_homeserver(street: Street) -> None:
    status, told, headers = await street.ask("/.well-known/matrix/client")
    assert (status, told) == (200, {"m.homeserver": {"base_url": street.boat.address}})
    assert headers["Access-Control-Allow-Origin"] == "*"


async def test_without_a_web_client_the_top_leads_to_the_door(street: Street) -> None:
    status, _, headers = await street.ask("/")
    assert (status, headers["Location"]) == (302, "/join")


async def test_a_web_client_is_served_and_framed_by_nobody(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/index.html").write_text("<!doctype html>Element")
    (tmp_path / "web/app.js").write_text("1")
    (tmp_path / "boat.yaml").write_text("secret")
    async with standing(tmp_path) as street:
        status, text, headers = await street.ask("/?loginToken=x")
        assert (status, text, headers["X-Frame-Options"]) == (200, "<!doctype html>Element", "SAMEORIGIN")
        assert (await street.ask("/app.js"))[:2] == (200, "1")
        for path in ("/../boat.yaml", "/%2e%2e/boat.yaml", "/..%2fboat.yaml"):
            assert (await street.ask(path))[0] in {403, 404}
        assert "X-Frame-Options" not in (await street.ask("/join"))[2]


async def test_while_what_is_behind_it_is_away_it_says_so(tmp_path: Path) -> None:
    async with standing(tmp_path) as street:
        away = replace(street.boat, port=free_port(), door_port=free_port())
        async with front.opened(away, tmp_path):
            assert (await Street(away, street.session).ask("/join"))[0] == 502


async def test_behind_caddy_the_address_is_what_caddy_says(tmp_path: Path) -> None:
    inner = free_port()
    async with standing(tmp_path, inner_port=inner) as street:
        behind = Street(replace(street.boat, port=inner), street.session)
        _, told, _ = await behind.ask("/join", headers={"X-Forwarded-For": "192.0.2.66"})
        assert told["forwarded"] == ["192.0.2.66"]


async def test_a_private_authority_is_told_in_the_open_and_vouches_for_the_rest(tmp_path: Path) -> None:
    from bot.lifeboat.authority import make_root, make_server, new_key

    key, now = new_key(), datetime.now(UTC)
    root = make_root("localhost", key, now)
    (tmp_path / "tls").mkdir()
    (tmp_path / papers.ROOT).write_bytes(root)
    (tmp_path / papers.CERTIFICATE).write_bytes(make_server("localhost", root, key, now))
    plain = free_port()
    async with standing(tmp_path, tls=Tls.PRIVATE, plain_port=plain) as street:
        async with street.session.get(f"http://127.0.0.1:{plain}/root.crt") as answer:
            assert (answer.content_type, await answer.read()) == ("application/x-x509-ca-cert", root)
        async with street.session.get(f"http://127.0.0.1:{plain}/join") as answer:
            assert answer.status == 404
        knows = ssl.create_default_context(cadata=root.decode())
        assert (await street.ask("/join", ssl=knows))[0] == 201


def test_a_port_that_is_taken_or_for_the_administrator_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = replace(boat("localhost", Tls.NONE), port=free_port(), homeserver_port=free_port(), door_port=free_port())
    front.refuse_taken(plan)
    with socket.create_server(("127.0.0.1", plan.door_port)), pytest.raises(AdriftError, match="stop what listens"):
        front.refuse_taken(plan)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refused)
    with pytest.raises(AdriftError, match=f"port {plan.port} is for the administrator alone"):
        front.refuse_taken(plan)


async def test_for_who_waits_for_news_and_goes_away_the_homeserver_waits_no_more(tmp_path: Path) -> None:
    waiting = Waiting()
    async with standing(tmp_path, answer=waiting.answer) as street, asyncio.timeout(PATIENCE_S):
        asking = asyncio.create_task(street.ask("/_matrix/client/v3/sync"))
        await waiting.asked.wait()
        asking.cancel()
        await waiting.gone.wait()
    assert asking.cancelled()
