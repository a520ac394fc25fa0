"""A homeserver that sends us elsewhere: nothing is asked there, and nothing of ours arrives."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from nio import ErrorResponse

from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.wire import CLIENT, Wire
from bot.ports import ChatError, RefusedError, UnreachableError
from tests.elsewhere import Elsewhere, elsewhere
from tests.fakes.homeserver import FakeHomeserver
from tests.hostile import told
from tests.matrix.listeners import BOT, DEVICE, guarded_client
from tests.web import running

SECRET = "the account number is 4711"
PASSWORD = {"type": "m.login.password", "password": SECRET, "identifier": {"type": "m.id.user", "user": BOT}}
ASKED: dict[str, Callable[[GuardedClient], Awaitable[object]]] = {
    "a message": lambda client: Wire(client).ask(
        "PUT", ("rooms", "!r:x.y", "send", "m.room.encrypted", "t"), {"a": SECRET}
    ),
    "a state": lambda client: Wire(client).ask_list("GET", ("rooms", "!r:x.y", "state")),
    "an upload": lambda client: Wire(client).upload(SECRET.encode()),
    "a download": lambda client: Wire(client).download("x.y", "abc", most=1000),
    "a login": lambda client: client.login_raw(PASSWORD),
    "a sync": lambda client: client.sync(timeout=0),
    "a question for devices": lambda client: client.keys_query(),
    "keys of ours": lambda client: client.keys_upload(),
    "a plain question": lambda client: Wire(client).exchange("GET", ("versions",), root=CLIENT),
}


@asynccontextmanager
async def sending_to(there: Elsewhere, status: int) -> AsyncIterator[str]:
    """Run a homeserver that answers everything with a redirect to another server."""

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": f"{there.url}/latest/meta-data?token=x"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", redirect)
    async with running(app) as address:
        yield address


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize("name", ASKED)
async def test_a_redirect_is_not_followed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, status: int
) -> None:
    server = FakeHomeserver()
    async with elsewhere() as there, sending_to(there, status) as server.url:
        client = guarded_client(server, tmp_path, server.add_device(BOT, DEVICE))
        try:
            with caplog.at_level(logging.WARNING, logger="bot"):
                came_to_nothing = await failed(ASKED[name](client))
        finally:
            await client.close()
    assert there.came == []
    assert came_to_nothing
    assert told.REDIRECTED.search(caplog.text), "an operator is told what to change"


async def failed(asked: Awaitable[object]) -> bool:
    """Say whether it came to nothing, and could be tried again: a redirect is no refusal of Matrix's own."""
    try:
        answer = await asked
    except UnreachableError:
        return True
    except RefusedError:
        return False
    except ChatError:
        return True
    return isinstance(answer, ErrorResponse)
