"""A server that nobody means to talk with: it notes whatever comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.web import running


@dataclass(slots=True)
class Elsewhere:
    """What came, and where it would have to go."""

    url: str = ""
    came: list[str] = field(default_factory=list)
    """Method, path and query, body and bearer of each request."""


@asynccontextmanager
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """Run such a server on a port of loopback."""
    found = Elsewhere()

    async def note(request: web.Request) -> web.Response:
        body = (await request.read()).decode(errors="replace")
        found.came.append(f"{request.method} {request.path_qs} {body} {request.headers.get('Authorization', '')}")
        return web.json_response({})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", note)
    async with running(app) as address:
        found.url = address
        yield found
