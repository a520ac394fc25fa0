"""Connections: so many at once, and so many of one address, whether they spoke TLS yet or not."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from bot.bridges.alerts.addresses import address_of
from bot.config.values import Listen, is_loopback

MOST_CONNECTIONS = 200
MOST_OF_ONE = 50
"""Of one address; of this machine, where a proxy stands for many, as many as there are."""
TIMEOUT_S = 10
"""For all of a report, for the first of it, and for the handshake before it."""
_LINGERING_S = 2.0
"""How long more of a report is let in that was answered already, so that its sender reads the answer."""


@dataclass(slots=True)
class _Seats:
    """How many connections each address has."""

    taken: Counter[str] = field(default_factory=Counter)

    def take(self, address: str, *, is_here: bool) -> bool:
        """Take one more for *address*, which may be of this machine. Say whether there was one."""
        if self.taken.total() >= MOST_CONNECTIONS or (not is_here and self.taken[address] >= MOST_OF_ONE):
            return False
        self.taken[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Give one of *address* back."""
        self.taken[address] -= 1
        self.taken += Counter()


class _Handler(RequestHandler):
    """Takes a seat before anything else, and answers what is no HTTP without repeating any of it."""

    __slots__ = ("_address", "_handshake", "_seats", "_tls")

    def __init__(
        self, server: web.Server, loop: asyncio.AbstractEventLoop, seats: _Seats, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(
            server,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]  # as its own runner takes it: nothing is logged
            keepalive_timeout=TIMEOUT_S,
            lingering_time=_LINGERING_S,
            auto_decompress=False,
        )
        self._seats = seats
        self._tls = tls
        self._address: str | None = None
        self._handshake: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        address = address_of(peer, "")
        if not self._seats.take(address, is_here=is_loopback(peer.partition("%")[0])):
            transport.close()
            return
        self._address = address
        super().connection_made(transport)
        if self._tls is not None and isinstance(transport, asyncio.Transport):
            # Nothing is read in the clear.
            transport.pause_reading()
            self._handshake = self._loop.create_task(self._shake_hands(transport, self._tls))

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._address is not None:
            self._seats.leave(self._address)
            self._address = None
            super().connection_lost(exc)

    async def _shake_hands(self, transport: asyncio.Transport, tls: ssl.SSLContext) -> None:
        """Speak TLS from here on; a handshake that fails or lasts too long ends the connection."""
        shaken = None
        with suppress(OSError):
            shaken = await self._loop.start_tls(transport, self, tls, server_side=True, ssl_handshake_timeout=TIMEOUT_S)
        self.transport = shaken
        if shaken is None:
            transport.abort()
            self.connection_lost(None)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,  # noqa: ARG002 - what the library would log
        message: str | None = None,  # noqa: ARG002 - what the library would say
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is sent already")
        answer = web.Response(status=status, text=f"{HTTPStatus(status).phrase}\n")
        answer.force_close()
        return answer


class Connections:
    """Serves what connects, while it is open."""

    def __init__(self) -> None:
        self._seats = _Seats()
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None

    async def open(self, app: web.Application, listen: Listen, tls: ssl.SSLContext | None) -> None:
        """Begin to listen. Raises OSError when the address is taken."""
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        loop, server = asyncio.get_running_loop(), self._runner.server
        if server is None:
            raise TypeError("set up, it has a server")
        try:
            self._server = await loop.create_server(
                lambda: _Handler(server, loop, self._seats, tls), listen.host, listen.port
            )
        except OSError:
            await self.close()
            raise

    @property
    def port(self) -> int:
        """The port it listens on; 0 while it does not."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server is not None else 0

    async def close(self) -> None:
        """Stop listening; nothing happens if it does not."""
        server, self._server = self._server, None
        runner, self._runner = self._runner, None
        if server is not None:
            server.close()
        if runner is not None:
            await runner.cleanup()
