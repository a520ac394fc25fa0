"""What browsers ask: the page, a claim, whether somebody has come, and to come by an account of theirs.

No secret, name or token is in the log.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import web

from bot.bridges.alerts.addresses import address_of
from bot.bridges.alerts.connections import TIMEOUT_S, Connections
from bot.bridges.limits import Limit
from bot.door.config import Door
from bot.door.doors import Doors
from bot.door.errors import NotLetInError, ShutError, Why
from bot.door.page import make
from bot.door.tickets import Ticket
from bot.host.disk import CannotKeepError

_log = logging.getLogger(__name__)

MOST_BYTES = 4 * 1024
"""Of what a page sends: a secret, and little more."""
_LOGGED_EVERY_S = 60.0
_STATUS = {
    Why.UNREAD: HTTPStatus.BAD_REQUEST,
    Why.UNKNOWN: HTTPStatus.NOT_FOUND,
    Why.USED: HTTPStatus.GONE,
    Why.LATE: HTTPStatus.GONE,
    Why.CLOSED: HTTPStatus.GONE,
    Why.BUSY: HTTPStatus.CONFLICT,
    Why.SOON: HTTPStatus.CONFLICT,
    Why.ASTRAY: HTTPStatus.CONFLICT,
    Why.MISSPELT: HTTPStatus.UNPROCESSABLE_ENTITY,
    Why.NOBODY: HTTPStatus.UNPROCESSABLE_ENTITY,
    Why.ELSEWHERE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Why.MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Why.AWAY: HTTPStatus.SERVICE_UNAVAILABLE,
    Why.FAULT: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_Given = Mapping[str, str]
_Answer = Callable[[Ticket, _Given], Awaitable[Mapping[str, object]]]


class Listener:
    """Serves browsers.

    A secret that opens nothing is counted against its address, and against all; one that opens a way in is let through
    whatever others at its address send, so that nobody who guesses keeps a crowd outside.
    """

    def __init__(self, door: Door, doors: Doors, clock: Callable[[], float]) -> None:
        self._door = door
        self._doors = doors
        self._clock = clock
        self._page = make(door.for_browsers)
        self._guesses = Limit(at_once=20, per_second=0.1, clock=clock)
        self._all_guesses = Limit(at_once=200, per_second=2, clock=clock)
        self._tries = Limit(at_once=20, per_second=0.2, clock=clock)
        self._guessed = 0
        self._logged_at = -_LOGGED_EVERY_S
        self._connections = Connections()

    @property
    def port(self) -> int:
        """The port it listens on: the one found, where any was asked for."""
        return self._connections.port

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Listen meanwhile. Raises ShutError when the address is taken."""
        app = web.Application(client_max_size=MOST_BYTES)
        # Whether a proxy passes the page's own path on or takes it away, both are found.
        for path in {"", urlsplit(self._door.page).path}:
            app.router.add_get(f"{path}/", self._show)
            app.router.add_post(f"{path}/claim", self._claim)
            app.router.add_post(f"{path}/came", self._came)
            app.router.add_post(f"{path}/known", self._known)
            if path:
                app.router.add_get(path, self._show)
        listen = self._door.listen
        try:
            await self._connections.open(app, listen, None)
        except OSError as refused:
            address, why = f"{listen.host}:{listen.port}", refused.strerror or "?"
            raise ShutError("door.taken", address=address, why=why) from None
        try:
            yield
        finally:
            await self._connections.close()

    async def _show(self, _: web.Request) -> web.Response:
        return web.Response(body=self._page.body, headers=self._page.headers, content_type="text/html", charset="utf-8")

    async def _claim(self, request: web.Request) -> web.Response:
        async def claim(ticket: Ticket, _: _Given) -> Mapping[str, object]:
            found = await self._doors.claim(ticket.id)
            made_by = {"token": found.token, "name": found.name, "register": self._door.registering(found.name)}
            return {**self._leading(), **made_by, "until": found.until.isoformat()}

        return await self._answer(request, claim)

    async def _came(self, request: web.Request) -> web.Response:
        async def came(ticket: Ticket, _: _Given) -> Mapping[str, object]:
            found = await self._doors.came(ticket.id)
            return {**self._leading(), "user": found.user}

        return await self._answer(request, came)

    async def _known(self, request: web.Request) -> web.Response:
        async def known(ticket: Ticket, given: _Given) -> Mapping[str, object]:
            return {"user": (await self._doors.bring(ticket.id, given["user"])).user}

        return await self._answer(request, known, "user")

    def _leading(self) -> Mapping[str, object]:
        return {"homeserver": self._door.for_browsers, "server": self._doors.server, "client": self._door.client}

    async def _answer(self, request: web.Request, made: _Answer, *more: str) -> web.Response:
        """Answer what has a secret, and *more* beside it, by what is *made* of them."""
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        try:
            async with asyncio.timeout(TIMEOUT_S):
                given = await _given(request, "secret", *more)
            told: Mapping[str, object] = await made(await self._found(request, given["secret"]), given)
            status = HTTPStatus.OK
        except NotLetInError as refused:
            status, told = _STATUS[refused.why], {"error": refused.why}
            if refused.again_s:
                headers["Retry-After"] = str(refused.again_s)
        except TimeoutError:
            status, told = _STATUS[Why.UNREAD], {"error": Why.UNREAD}
        except CannotKeepError as fault:
            _log.error("a page could not be answered: %s", fault)
            status, told = _STATUS[Why.FAULT], {"error": Why.FAULT}
        except Exception as error:  # noqa: BLE001 - whatever it is, a person reads a sentence
            _log.error("the door could not answer a page: %s", type(error).__name__)
            status, told = _STATUS[Why.FAULT], {"error": Why.FAULT}
        answer = web.Response(
            body=json.dumps(told).encode(), status=status, headers=headers, content_type="application/json"
        )
        if status is HTTPStatus.BAD_REQUEST:
            answer.force_close()
        return answer

    async def _found(self, request: web.Request, secret: object) -> Ticket:
        ticket = await self._doors.find(secret)
        if ticket is None:
            forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
            raise self._guess(address_of(request.remote or "", forwarded))
        if (wait := self._tries.wait(ticket.id)) > 0:
            raise NotLetInError(Why.MANY, again_s=wait)
        self._tries.use(ticket.id)
        return ticket

    def _guess(self, address: str) -> NotLetInError:
        """Count a secret that opens nothing, and return how it is answered."""
        self._guessed += 1
        if self._clock() - self._logged_at >= _LOGGED_EVERY_S:
            _log.warning("a secret that opens nothing was tried, %d times since this was told last", self._guessed)
            self._logged_at, self._guessed = self._clock(), 0
        wait = max(self._guesses.wait(address), self._all_guesses.wait(""))
        if wait > 0:
            return NotLetInError(Why.MANY, again_s=wait)
        self._guesses.use(address)
        self._all_guesses.use("")
        return NotLetInError(Why.UNKNOWN)


async def _given(request: web.Request, *names: str) -> _Given:
    """Return what was sent under these names. Raises NotLetInError."""
    if (request.content_length or 0) > MOST_BYTES:
        raise NotLetInError(Why.UNREAD)
    try:
        told = json.loads(await request.read())
    except (ValueError, RecursionError, web.HTTPRequestEntityTooLarge):
        raise NotLetInError(Why.UNREAD) from None
    if not isinstance(told, dict) or told.keys() != set(names):
        raise NotLetInError(Why.UNREAD)
    if not all(isinstance(value, str) for value in told.values()):
        raise NotLetInError(Why.UNREAD)
    return told
