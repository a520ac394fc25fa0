"""A homeserver of a few canned answers on loopback: real HTTP, for what a real homeserver would not say on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

Answers = Mapping[str, tuple[int, object]]
"""Status and JSON body by path, as the client writes it."""


@asynccontextmanager
async def serving(answers: Answers) -> AsyncIterator[str]:
    """Serve *answers* and yield the server's address; anything else is M_UNRECOGNIZED."""

    async def answer(request: web.Request) -> web.Response:
        status, body = answers.get(request.path, (404, {"errcode": "M_UNRECOGNIZED"}))
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with running(app) as address:
        yield address


@asynccontextmanager
async def running(app: web.Application) -> AsyncIterator[str]:
    """Run *app* on a free port of loopback and yield its address."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
