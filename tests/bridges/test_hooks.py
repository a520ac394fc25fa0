"""Calls over real sockets: signed so that a receiver can tell, and bounded whatever it answers."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import signal
import sys
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.bridges import hooks, signing
from bot.bridges.hooks import HookCaller
from bot.config.api import Hook
from bot.core.names import RuleId
from bot.host.secret import Secret
from bot.matrix.http.connection import open_session
from bot.ports import HookCall, HookEvent
from tests.docs.pages import read

KEY = bytes(range(32))
NOW = datetime(2026, 11, 27, 18, 4, 5, tzinfo=UTC)
CALL = HookCall(
    hook="tickets",
    event=HookEvent.OVERDUE,
    codename="Calm Heron",
    drill=False,
    at=NOW,
    rule=RuleId("GDPR-33-1"),
    due=NOW,
)


@dataclass(slots=True)
class Receiver:
    """Keeps what it is sent."""

    address: str = ""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


Answers = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def receiving(answers: Answers) -> AsyncIterator[Receiver]:
    receiver = Receiver()

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        receiver.requests.append((request.path, dict(request.headers), body))
        return await answers(request)

    runner = web.ServerRunner(web.Server(take), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.address = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def call(address: str, what: HookCall = CALL) -> str:
    hook = Hook(url=Secret(address), secret=Secret(KEY))
    async with open_session(None) as session:
        return await HookCaller(session, {"tickets": hook}).call("0123abcd", what, NOW)


async def good(_: web.BaseRequest) -> web.StreamResponse:
    return web.Response(status=204)


def verified(headers: dict[str, str], body: bytes, secret: str, now: float) -> bool:
    """Return what a receiver says that does as docs/api.md shows it."""
    (shown,) = re.findall(r"^```python\n(.*?)^```$", read("docs/api.md"), re.DOTALL | re.MULTILINE)
    receiver: dict[str, Any] = {}
    exec(shown, receiver)
    assert len([line for line in shown.splitlines() if line]) <= 10
    return bool(receiver["is_from_cellule"](headers, body, secret, now))


async def test_a_call_says_what_happened_and_is_signed_so_that_its_receiver_can_tell() -> None:
    async with receiving(good) as receiver:
        assert await call(receiver.address) == ""
    ((path, headers, body),) = receiver.requests
    assert path == "/hook"
    assert json.loads(body) == {
        "event": "overdue",
        "codename": "Calm Heron",
        "drill": False,
        "rule": "GDPR-33-1",
        "at": "2026-11-27T18:04:05Z",
        "due": "2026-11-27T18:04:05Z",
    }
    assert (headers["webhook-id"], headers["Content-Type"]) == ("0123abcd", "application/json")
    secret = f"whsec_{b64encode(KEY).decode()}"
    assert verified(headers, body, secret, NOW.timestamp())
    assert not verified(headers, body + b" ", secret, NOW.timestamp())
    assert not verified(headers, body, f"whsec_{b64encode(KEY[::-1]).decode()}", NOW.timestamp())
    assert not verified(headers, body, secret, NOW.timestamp() + 3600)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # The example of the reference libraries of Standard Webhooks.
    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    sent = datetime.fromtimestamp(1614265330, UTC)
    made = signing.signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", sent, b'{"test": 2432232314}')
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_what_has_no_rule_and_no_due_time_is_told_without() -> None:
    async with receiving(good) as receiver:
        await call(receiver.address, replace(CALL, event=HookEvent.OPENED, rule=None, due=None, drill=True))
    assert set(json.loads(receiver.requests[0][2])) == {"event", "codename", "drill", "at"}


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
async def test_an_answer_that_is_no_yes_is_a_failure(status: int) -> None:
    async def answers(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, text="no")

    async with receiving(answers) as receiver:
        assert await call(receiver.address) == f"HTTP {status}"


async def test_a_redirect_is_not_followed_wherever_it_leads() -> None:
    async with receiving(good) as inside:

        async def answers(_: web.BaseRequest) -> web.StreamResponse:
            return web.Response(status=307, headers={"Location": inside.address})

        async with receiving(answers) as receiver:
            assert await call(receiver.address) == "HTTP 307"
    assert inside.requests == []


async def test_a_receiver_that_hangs_is_left_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hooks.TIMEOUT_S == 10
    monkeypatch.setattr(hooks, "TIMEOUT_S", 0.2)

    is_over = asyncio.Event()

    async def answers(_: web.BaseRequest) -> web.StreamResponse:
        await is_over.wait()
        return web.Response()

    async with receiving(answers) as receiver:
        assert await call(receiver.address) == "TimeoutError"
        is_over.set()


@pytest.mark.parametrize("packed", [False, True])
async def test_of_ten_megabytes_no_more_is_taken_in_than_the_head(packed: bool) -> None:
    sent = 0

    async def answers(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse(headers={"Content-Encoding": "gzip"} if packed else {})
        await answer.prepare(request)
        chunk = gzip.compress(bytes(10_000_000)) if packed else bytes(100_000)
        try:
            for _ in range(100):
                await answer.write(chunk)
                sent += len(chunk)
        except (ConnectionError, asyncio.CancelledError):
            pass
        return answer

    async with receiving(answers) as receiver:
        assert await call(receiver.address) == ""
    assert sent < 10_000_000


async def test_nobody_there_and_a_protocol_that_is_none_are_failures_and_tell_no_address() -> None:
    async with receiving(good) as receiver:
        gone = receiver.address
    assert await call(gone) == "ClientConnectorError"

    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n" * 10)
        await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(chatter, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await call(f"http://127.0.0.1:{port}/") in {"ClientResponseError", "ServerDisconnectedError"}


async def test_a_host_that_is_none_is_a_failure() -> None:
    assert await call(f"https://{64 * 'd'}.example.org/") == "UnicodeError"


async def test_a_process_that_is_killed_before_it_noted_the_answer_calls_again_under_the_same_id(
    tmp_path: Path,
) -> None:
    running: list[asyncio.subprocess.Process] = []

    async def answers(_: web.BaseRequest) -> web.StreamResponse:
        if len(running) == 1:
            running[0].kill()
            await running[0].wait()
        return web.Response(status=204)

    async with receiving(answers) as receiver:
        for _ in range(2):
            command = (sys.executable, "-m", "tests.bridges.sender", str(tmp_path), receiver.address)
            running.append(await asyncio.create_subprocess_exec(*command))
            await running[-1].wait()
        calls = [(headers["webhook-id"], json.loads(body)["event"]) for _, headers, body in receiver.requests]
    assert [process.returncode for process in running] == [-signal.SIGKILL, 0]
    assert len(calls) == 2
    assert len(set(calls)) == 1
