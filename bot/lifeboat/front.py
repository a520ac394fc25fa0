"""The one address that people need: homeserver, door and web client behind it, and nothing else of the machine."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web
from yarl import URL

from bot.lifeboat.boat import PAGE, Boat, Tls
from bot.lifeboat.errors import AdriftError, LifeboatError
from bot.lifeboat.papers import CERTIFICATE, OUTSIDE_PATHS, ROOT, WELL_KNOWN, well_known

_MOST_BYTES = 60 * 1024 * 1024
"""A little more than the homeserver takes."""
_LONGEST_S = 300.0
"""A client that waits for news asks for half a minute or so; a large file on a slow phone takes its time."""
_CLOSING_S = 1.0
"""Whoever waits for news waits for half a minute: at the end nobody waits for them."""
_PART = 64 * 1024
_OF_ONE_HOP = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_DOTS = frozenset({".", ".."})
_FORWARDED = "X-Forwarded-For"
_CLIENT_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Cache-Control": "no-cache",
}


@asynccontextmanager
async def opened(boat: Boat, folder: Path) -> AsyncIterator[None]:
    """Listen meanwhile; *folder* is that of the lifeboat. Raises AdriftError, LifeboatError."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(
            aiohttp.ClientSession(auto_decompress=False, timeout=aiohttp.ClientTimeout(total=_LONGEST_S))
        )
        app = Front(boat, folder, session).app()
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=_CLOSING_S)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        context = _context(folder) if boat.tls in (Tls.GIVEN, Tls.PRIVATE) else None
        await _listen(runner, _host(boat), boat.inner_port or boat.port, context)
        if boat.plain_port is not None:
            plain = web.AppRunner(_root_alone(folder), access_log=None)
            await plain.setup()
            stack.push_async_callback(plain.cleanup)
            await _listen(plain, _host(boat), boat.plain_port, None)
        yield


class Front:
    """Passes on what people need, and answers the rest with nothing."""

    def __init__(self, boat: Boat, folder: Path, session: aiohttp.ClientSession) -> None:
        self._boat = boat
        self._folder = folder
        self._session = session

    def app(self) -> web.Application:
        """Return what answers."""
        app = web.Application(client_max_size=_MOST_BYTES)
        app.router.add_get(WELL_KNOWN, self._well_known)
        if self._boat.tls is Tls.PRIVATE:
            app.router.add_get("/root.crt", _serving_root(self._folder))
        for path in OUTSIDE_PATHS:
            app.router.add_route("*", f"{path}{{rest:.*}}", self._homeserver)
        for path in (PAGE, f"{PAGE}/{{rest:.*}}"):
            app.router.add_route("*", path, self._door)
        if (site := self._folder / "web").is_dir():
            app.router.add_get("/", _serving(site / "index.html"))
            app.router.add_static("/", site)
            app.on_response_prepare.append(_guard)
        else:
            app.router.add_get("/", self._to_page)
        return app

    async def _homeserver(self, request: web.Request) -> web.StreamResponse:
        return await self._pass_on(request, self._boat.homeserver)

    async def _door(self, request: web.Request) -> web.StreamResponse:
        return await self._pass_on(request, f"http://127.0.0.1:{self._boat.door_port}")

    async def _to_page(self, _: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(PAGE)

    async def _well_known(self, _: web.Request) -> web.StreamResponse:
        return web.Response(
            text=well_known(self._boat),
            content_type="application/json",
            headers={"Access-Control-Allow-Origin": "*"},
        )

    async def _pass_on(self, request: web.Request, to: str) -> web.StreamResponse:
        if not _DOTS.isdisjoint(request.path.split("/")):  # whoever reads them reads another path than we did
            raise web.HTTPNotFound
        headers = _passed(request.headers, but=_FORWARDED)
        headers += [(_FORWARDED, self._whence(request)), ("X-Forwarded-Proto", self._scheme)]
        body = request.content.iter_chunked(_PART) if request.can_read_body else None
        try:
            async with self._session.request(
                request.method,
                URL(f"{to}{request.raw_path}", encoded=True),
                headers=headers,
                data=body,
                allow_redirects=False,
            ) as answer:
                told = web.StreamResponse(status=answer.status, reason=answer.reason)
                told.headers.extend(_passed(answer.headers))
                await told.prepare(request)
                async for part in answer.content.iter_chunked(_PART):
                    await told.write(part)
                await told.write_eof()
                return told
        except (aiohttp.ClientConnectionError, TimeoutError):
            raise web.HTTPBadGateway from None

    @property
    def _scheme(self) -> str:
        return "http" if self._boat.tls is Tls.NONE else "https"

    def _whence(self, request: web.Request) -> str:
        """Return whose address the request came from: as Caddy says where that is before us, else as we see it."""
        told = request.headers.get(_FORWARDED, "") if self._boat.inner_port else ""
        return told or request.remote or ""


def _passed(headers: Mapping[str, str], but: str = "") -> list[tuple[str, str]]:
    """Return what goes on to the next."""
    return [(name, value) for name, value in headers.items() if name.casefold() not in {*_OF_ONE_HOP, but.casefold()}]


async def _guard(request: web.Request, answer: web.StreamResponse) -> None:
    """Keep others from framing the web client."""
    if not request.path.startswith(("/_", PAGE, "/.")):
        answer.headers.update(_CLIENT_HEADERS)


def _serving(file: Path, kind: str = "text/html") -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(file, headers={"Content-Type": kind})

    return serve


def _serving_root(folder: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    return _serving(folder / ROOT, "application/x-x509-ca-cert")


def _root_alone(folder: Path) -> web.Application:
    app = web.Application()
    app.router.add_get("/root.crt", _serving_root(folder))
    return app


def _host(boat: Boat) -> str | None:
    """Return where it listens; None is every address."""
    return "127.0.0.1" if boat.tls in (Tls.NONE, Tls.PUBLIC) else None


def _context(folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(folder / CERTIFICATE, password="")
    except ssl.SSLError as unfit:
        raise LifeboatError("lifeboat.certificate.unfit", path=folder / CERTIFICATE, why=unfit.reason or "?") from None
    except OSError as refused:
        raise LifeboatError("lifeboat.unread", path=refused.filename, why=refused.strerror) from None
    return context


async def _listen(runner: web.AppRunner, host: str | None, port: int, context: ssl.SSLContext | None) -> None:
    try:
        await web.TCPSite(runner, host, port, ssl_context=context).start()
    except OSError as refused:
        raise not_free(port, refused) from None


def not_free(port: int, refused: OSError) -> AdriftError:
    """Return why *port* cannot be listened on, and what to do."""
    if refused.errno == errno.EACCES:
        return AdriftError("lifeboat.no_right", port=port)
    return AdriftError("lifeboat.taken", port=port, why=os.strerror(refused.errno or 0))


def refuse_taken(boat: Boat) -> None:
    """Raise AdriftError where a port that is needed is taken, or is for the administrator alone."""
    for host, port in boat.listens:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                probe.listen()
            except OSError as refused:
                raise not_free(port, refused) from None
