"""A proxy between a client and a real homeserver: counts what passes, and meddles with it when told to."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import aiohttp
from aiohttp import web
from yarl import URL

KEPT_HEADERS = ("Content-Type", "Retry-After")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A request that came by."""

    method: str
    path: str
    """Without the prefix of the client API, unquoted."""
    body: Any
    """The JSON, or the bytes of what is none."""
    query: str = ""
    kind: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What to answer without asking the homeserver; a text in *body* is sent as it is."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Ask the homeserver, and answer what this makes of its answer."""

    by: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Answer in a way of one's own, without asking the homeserver."""

    by: Callable[[web.Request], Awaitable[web.StreamResponse]]


class Lost:
    """Ask the homeserver, then break the connection: done, and nobody knows."""


class Broken:
    """Break the connection before the homeserver hears of it."""


Meddling = Instead | Changed | Served | Lost | Broken | None


class Between:
    """An asynchronous context manager; `url` is what the client connects to."""

    def __init__(self, url: str) -> None:
        self._target = url
        self.url = ""
        self.passed: list[Passed] = []
        self.meddle: Callable[[Passed], Meddling] = lambda _: None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        app = web.Application(client_max_size=10**7)
        app.router.add_route("*", "/{anything:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)  # a sync that is held open would hold up the end
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    def once(self, method: str, part: str, meddling: Meddling) -> None:
        """Meddle with the next *method* request whose path contains *part*, and with no other."""
        # aiohttp asks once more by itself when a connection breaks under a request that may be repeated.
        left = 2 if isinstance(meddling, Broken | Lost) and method in {"GET", "PUT"} else 1

        def meddle(request: Passed) -> Meddling:
            nonlocal left
            if left and request.method == method and part in request.path:
                left -= 1
                return meddling
            return None

        self.meddle = meddle

    def always(self, method: str, part: str, meddling: Meddling) -> None:
        """Meddle with every *method* request whose path contains *part*."""
        self.meddle = lambda request: meddling if request.method == method and part in request.path else None

    def count(self, method: str, part: str) -> int:
        return sum(request.method == method and part in request.path for request in self.passed)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        data = await request.read()
        path = unquote(request.rel_url.raw_path).removeprefix("/_matrix/client/v3/")
        told = json.loads(data) if data and request.content_type == "application/json" else data or None
        passed = Passed(
            method=request.method, path=path, body=told, query=request.query_string, kind=request.content_type
        )
        self.passed.append(passed)
        match self.meddle(passed):
            case Instead(status=status, body=body, headers=headers):
                text = body if isinstance(body, str) else json.dumps(body)
                return web.Response(status=status, text=text, headers=headers, content_type="application/json")
            case Served(by=by):
                return await by(request)
            case Broken():
                return _broken(request)
            case Lost():
                await self._forward(request, data)
                return _broken(request)
            case Changed(by=by):
                answer = await self._forward(request, data)
                return web.json_response(by(json.loads(answer.body)), status=answer.status)  # type: ignore[arg-type]
            case None:
                return await self._forward(request, data)

    def _asked(self, request: web.Request) -> str:
        return request.rel_url.raw_path_qs

    async def _forward(self, request: web.Request, data: bytes) -> web.Response:
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        address = f"{self._target}{self._asked(request)}"
        async with self._session.request(
            request.method, URL(address, encoded=True), data=io.BytesIO(data), headers=headers
        ) as answer:
            kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)


def _broken(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
