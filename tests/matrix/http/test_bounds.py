"""Every way to ask the homeserver has the same bounds and the same failures, and no failure says what was asked."""

from __future__ import annotations

import gzip
import json
import traceback
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from aiohttp import web
from nio import LocalProtocolError

from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.bodies import MOST_BYTES
from bot.matrix.http.connection import Connection, NoAnswerError, open_session
from bot.matrix.http.wire import CLIENT, Wire
from bot.ports import ChatError, RefusedError, UnreachableError
from tests.fakes.homeserver import FakeHomeserver
from tests.matrix.listeners import BOT, DEVICE, guarded_client
from tests.web import running

ROOM = "!the-room-of-acme:example.org"
SECRET = "the account number is 4711"
ASKED: dict[str, Callable[[GuardedClient], Awaitable[object]]] = {
    "a message": lambda client: Wire(client).ask("PUT", ("rooms", ROOM, "send", "m.x", "t"), {"body": SECRET}),
    "a page": lambda client: Wire(client).ask("GET", ("rooms", ROOM, "context"), query={"from": SECRET}),
    "a list": lambda client: Wire(client).ask_list("GET", ("rooms", ROOM, "members")),
    "what it speaks": lambda client: Wire(client).exchange("GET", ("versions",), root=CLIENT),
    "an upload": lambda client: Wire(client).upload(SECRET.encode()),
    "keys of ours": lambda client: client.keys_upload(),
    "what nio sends by itself": lambda client: client.room_redact(ROOM, "$e", SECRET),
}
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def asking(answer: Answer, folder: Path) -> AsyncIterator[GuardedClient]:
    """A client of a homeserver that answers everything like this."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    server = FakeHomeserver()
    async with running(app) as server.url:
        client = guarded_client(server, folder, server.add_device(BOT, DEVICE))
        try:
            yield client
        finally:
            await client.close()


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    try:
        while True:
            await response.write(b'{"a":"' + b"x" * 65_536)
    except ConnectionError:
        return response


@cache
def bomb() -> bytes:
    """Return a small body that unpacks to a hundred megabytes."""
    return gzip.compress(b'{"a":"' + b"x" * 100_000_000, 1)


async def inflated(_: web.Request) -> web.Response:
    return web.Response(body=bomb(), headers={"Content-Encoding": "gzip"}, content_type="application/json")


async def cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    assert request.transport is not None
    request.transport.abort()
    return response


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("answer", [endless, inflated, cut], ids=lambda answer: answer.__name__)
async def test_what_has_no_end_or_half_of_one_is_no_answer_and_says_nothing(
    tmp_path: Path, name: str, answer: Answer
) -> None:
    async with asking(answer, tmp_path) as client:
        with pytest.raises(UnreachableError) as caught:
            await ASKED[name](client)
    told = "".join(traceback.format_exception(caught.value))
    assert not any(part in told for part in (SECRET, "acme", "127.0.0.1", client.access_token))


@pytest.mark.parametrize("name", ASKED)
async def test_nothing_is_asked_of_a_homeserver_that_is_gone_and_nothing_told(tmp_path: Path, name: str) -> None:
    async with asking(endless, tmp_path) as client:
        client.homeserver = "http://127.0.0.1:9"
        with pytest.raises(NoAnswerError) as caught:
            await ASKED[name](client)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert not any(part in told for part in (SECRET, "acme", "127.0.0.1"))


async def test_a_body_that_grows_when_it_is_unpacked_is_not_unpacked_whole(tmp_path: Path) -> None:
    bomb()
    async with asking(inflated, tmp_path) as client:
        tracemalloc.start()
        try:
            with pytest.raises(UnreachableError):
                await Wire(client).ask("GET", ("account", "whoami"))
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 16 * MOST_BYTES


async def test_a_room_cannot_be_named_so_that_more_is_read_of_it(tmp_path: Path) -> None:
    async def long(_: web.Request) -> web.Response:
        return web.json_response({"a": "x" * (MOST_BYTES + 1)})

    async with asking(long, tmp_path) as client:
        with pytest.raises(UnreachableError):
            await Wire(client).ask("GET", ("rooms", "!x/sync"))
        with pytest.raises(UnreachableError):
            await client.room_get_event("!x", "$e/sync")
        assert await Wire(client).ask("GET", ("sync",))


async def test_a_path_is_never_more_than_its_parts(tmp_path: Path) -> None:
    seen: list[tuple[str, str]] = []

    async def note(request: web.Request) -> web.Response:
        seen.append((request.raw_path, request.headers.get("Authorization", "")))
        return web.json_response({})

    async with asking(note, tmp_path) as client:
        await Wire(client).ask("GET", ("rooms", "../a?b#c/d", "messages"), query={"from": "x&to=y"})
        assert seen == [
            ("/_matrix/client/v3/rooms/..%2Fa%3Fb%23c%2Fd/messages?from=x%26to%3Dy", f"Bearer {client.access_token}")
        ]


@pytest.mark.parametrize("step", [".", ".."])
async def test_no_part_of_a_path_leads_to_another_folder(tmp_path: Path, step: str) -> None:
    seen: list[str] = []

    async def note(request: web.Request) -> web.Response:
        seen.append(request.raw_path)
        return web.json_response({})

    async with asking(note, tmp_path) as client:
        with pytest.raises(RefusedError):
            await Wire(client).ask("GET", ("rooms", step, "state"))
        with pytest.raises(RefusedError):
            await Wire(client).download(step, "abc", most=1)
    assert seen == []


async def test_a_cookie_is_neither_kept_nor_sent_back(tmp_path: Path) -> None:
    seen: list[str | None] = []

    async def sweeten(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie"))
        return web.json_response({}, headers={"Set-Cookie": f"c{len(seen)}={'x' * 1000}; Path=/"})

    async with asking(sweeten, tmp_path) as client:
        for _ in range(3):
            await Wire(client).ask("GET", ("account", "whoami"))
        assert client.client_session is not None
        assert len(client.client_session.cookie_jar) == 0
    assert seen == [None, None, None]


async def test_without_a_login_no_token_is_sent() -> None:
    seen: list[dict[str, str]] = []

    async def note(request: web.Request) -> web.Response:
        seen.append(dict(request.headers))
        return web.json_response({})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", note)
    async with running(app) as address, open_session(None) as session:
        connection = Connection(session=session, homeserver=address)
        assert (await Wire(connection).exchange("GET", ("versions",), root=CLIENT)).told == {}
        assert "secret" not in repr(Connection(session=session, homeserver=address, access_token="secret"))
    assert "Authorization" not in seen[0]
    assert seen[0]["User-Agent"] == "matrix-client"


@pytest.mark.parametrize(
    "body",
    [{"errcode": SECRET}, {"errcode": "M_" + "X" * 100}, {"error": SECRET}, [SECRET], {"retry_after_ms": SECRET}],
)
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
async def test_a_refusal_quotes_nothing_of_the_homeservers(tmp_path: Path, status: int, body: object) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status, text=json.dumps(body), content_type="application/json")

    async with asking(refuse, tmp_path) as client:
        with pytest.raises(ChatError) as caught:
            await ASKED["a message"](client)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert not isinstance(caught.value, RefusedError)


async def test_a_file_comes_by_no_way_that_has_no_bounds(tmp_path: Path) -> None:
    async with asking(endless, tmp_path) as client:
        with pytest.raises(LocalProtocolError):
            await client.download("mxc://example.org/abc")
        with pytest.raises(RefusedError):
            await Wire(client).download("example.org", "abc", most=1_000_000)
