"""Listens for reports of alerts. Every answer is one fixed sentence; nothing of what came is in it, nor in the log."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from http import HTTPStatus

from aiohttp import web

from bot.bridges.alerts import kinds, signed
from bot.bridges.alerts.addresses import address_of
from bot.bridges.alerts.connections import TIMEOUT_S, Connections
from bot.bridges.alerts.gathering import Gathering
from bot.bridges.alerts.reading import UnreadError
from bot.bridges.limits import Limit
from bot.config.alerts import AlertDoor, Source
from bot.core.facts import Alert
from bot.ports import Counts, Report
from bot.service.alerts.reported import Reported

_log = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024
"""Of one report; what is longer is refused before it is read."""
_SHORT = 16 * 1024
"""What is longer is read in a thread."""
_AGAIN_S = 15
"""When to send again what there was no room for."""
_LOGGED_EVERY_S = 60
_ANSWERS = {
    Report.TAKEN: (HTTPStatus.OK, "kept"),
    Report.UNSIGNED: (HTTPStatus.UNAUTHORIZED, "no such source, or the secret or the signature is wrong"),
    Report.LATE: (HTTPStatus.UNAUTHORIZED, "the time that is signed is missing, or more than 5 minutes off"),
    Report.ELSEWHERE: (HTTPStatus.NOT_FOUND, "reports go to /alerts/SOURCE, by POST"),
    Report.UNREAD: (HTTPStatus.BAD_REQUEST, "not a report that can be read"),
    Report.TOO_LONG: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "longer than 256 KiB"),
    Report.TOO_MANY: (HTTPStatus.TOO_MANY_REQUESTS, "too many reports from this address that proved nothing"),
    Report.FAILED: (HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of ours: send it again"),
    Report.BUSY: (HTTPStatus.SERVICE_UNAVAILABLE, "too much at once, or too much waits: send it again"),
}


class _Refused(Exception):
    """A report is refused."""

    def __init__(self, why: Report, more: str = "", again_s: int = 0) -> None:
        self.why, self.more, self.again_s = why, more, again_s


class _Unproven(_Refused):
    """A report of which nobody knows who sent it: its address answers for it."""


class Listener:
    """Takes reports in until closed."""

    def __init__(
        self, door: AlertDoor, reported: Reported, counts: Counts, now: Callable[[], float], clock: Callable[[], float]
    ) -> None:
        self._door = door
        self._reported = reported
        self._counts = counts
        self._now = now
        self._clock = clock
        self._failures = Limit(at_once=20, per_second=0.2, clock=clock)
        self._reports = Limit(at_once=200, per_second=5, clock=clock)
        self._news = Limit(at_once=500, per_second=2, clock=clock)
        self._logged_at = -float(_LOGGED_EVERY_S)
        self._gathering = Gathering(reported.take)
        self._connections = Connections()

    async def open(self) -> None:
        """Begin to listen. Raises OSError when the address is taken, or the certificate cannot be used (SSLError)."""
        context = await asyncio.to_thread(tls_of, self._door)
        app = web.Application(client_max_size=MOST_BYTES)
        app.add_routes([web.post("/alerts/{source}", self._report), web.put("/alerts/{source}", self._report)])
        app.router.add_route("*", "/{elsewhere:.*}", self._elsewhere)
        await self._connections.open(app, self._door.listen, context)
        _log.info("alerts may come in: %d sources", len(self._door.sources))

    @property
    def port(self) -> int:
        """The port it listens on: the one found, where any was asked for."""
        return self._connections.port

    async def run(self) -> None:
        """Keep what comes in until cancelled."""
        await self._gathering.run()

    async def close(self) -> None:
        """Stop listening; nothing happens if it does not."""
        await self._connections.close()

    # --- one report -----------------------------------------------------------------------------------------------

    async def _report(self, request: web.Request) -> web.Response:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
        address = address_of(request.remote or "", forwarded)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._take(request, address)
        except _Refused as refused:
            return self._answer(refused.why, refused.more, refused.again_s)
        except (TimeoutError, asyncio.CancelledError):
            # It was not kept, or nobody knows; the same twice is one.
            return self._answer(Report.BUSY, again_s=_AGAIN_S)
        except Exception as error:  # noqa: BLE001 - whatever it is, its sender reads an answer, and it is counted
            return self._answer(Report.FAILED, fault=type(error).__name__)
        return self._answer(Report.TAKEN)

    async def _elsewhere(self, _: web.Request) -> web.Response:
        return self._answer(Report.ELSEWHERE)

    async def _take(self, request: web.Request, address: str) -> None:
        name = request.match_info["source"]
        try:
            source, body = await self._admitted(name, request)
        except _Unproven:
            if (wait := self._failures.wait(address)) > 0:
                raise _Refused(Report.TOO_MANY, again_s=wait) from None
            self._failures.use(address)
            raise
        alerts = await self._read(name, source, body)
        news = self._reported.news(alerts)
        if news:
            await self._keep(name, news)

    async def _keep(self, name: str, news: Sequence[Alert]) -> None:
        if (wait := self._news.wait(name)) > 0:
            raise _Refused(Report.BUSY, again_s=wait)
        admitted = self._reported.admitted(news)
        if not self._gathering.has_room(admitted):
            raise _Refused(Report.BUSY, again_s=_AGAIN_S)
        self._news.use(name, len(admitted))
        await self._gathering.put(admitted)
        if len(admitted) < len(news):
            raise _Refused(Report.BUSY, again_s=_AGAIN_S)

    async def _admitted(self, name: str, request: web.Request) -> tuple[Source, bytes]:
        """Return who sends it and what; whoever sends the secret along is asked for it before anything is read.

        What a source has proven to be its own it pays for itself, whatever others at its address send.
        """
        source = self._door.sources.get(name)
        if source is None or not (source.signs or signed.has_secret(source, request.headers)):
            raise _Unproven(Report.UNSIGNED)
        if source.signs and not signed.is_timely(request.headers, self._now()):
            raise _Unproven(Report.LATE)
        if (wait := self._reports.wait(name)) > 0:
            raise _Refused(Report.BUSY, again_s=wait)
        if not source.signs:
            self._reports.use(name)
            return source, await _body(request, _Refused(Report.TOO_LONG))
        body = await _body(request, _Unproven(Report.TOO_LONG))
        if not signed.is_signed(source, request.headers, body):
            raise _Unproven(Report.UNSIGNED)
        self._reports.use(name)
        return source, body

    async def _read(self, name: str, source: Source, body: bytes) -> tuple[Alert, ...]:
        try:
            if len(body) <= _SHORT:
                return kinds.read(name, source, body)
            return await asyncio.to_thread(kinds.read, name, source, body)
        except UnreadError as unread:
            raise _Refused(Report.UNREAD, str(unread)) from None

    def _answer(self, report: Report, more: str = "", again_s: int = 0, fault: str = "") -> web.Response:
        self._counts.reported(report)
        if report is not Report.TAKEN and self._clock() - self._logged_at >= _LOGGED_EVERY_S:
            self._logged_at = self._clock()
            _tell(report, fault)
        status, words = _ANSWERS[report]
        headers = {"Retry-After": str(again_s)} if again_s else {}
        answer = web.Response(status=status, text=f"{words}: {more}\n" if more else f"{words}\n", headers=headers)
        answer.force_close()
        return answer


def tls_of(door: AlertDoor) -> ssl.SSLContext | None:
    """Return how TLS is spoken; None where a proxy does. Raises OSError (SSLError) for what is no certificate."""
    if door.certificate_file is None or door.certificate_key_file is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(door.certificate_file, door.certificate_key_file)
    return context


async def _body(request: web.Request, too_long: _Refused) -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise too_long
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise too_long from None


def _tell(report: Report, fault: str) -> None:
    """Tell in the log, which has one line within a minute, of a refusal or of a *fault* of ours."""
    if fault:
        _log.error("a report of alerts could not be handled: %s", fault)
    else:
        _log.warning("a report of alerts was refused: %s; of those within a minute only this one is told", report)
