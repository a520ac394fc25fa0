"""Bad weather between the bot and its homeserver: a proxy that breaks, delays, and hides, all by one seed."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum, auto
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from tests.chaos.judge.evidence import Trouble
from tests.chaos.judge.text import Window, at
from tests.chaos.mailbox import Mailbox
from tests.matrix.between import Between, Instead, Meddling, Passed, Served

_LONG_POLL = re.compile(r"timeout=30000\b")
_SHORT_POLL = "timeout=2000"
"""A sync that outlives its bot keeps the homeserver busy for nobody."""
_NEVER_S = 40.0
"""Longer than the bot waits for anything but a sync."""


class Fault(StrEnum):
    """What happens to a request."""

    SLOW = auto()
    """It takes its time."""
    RESET = auto()
    """The connection breaks before the homeserver hears of it."""
    ERROR = auto()
    """Something on the way answers 5xx."""
    BUSY = auto()
    """It, and all that follows for a while, is limited: 429 with `retry_after_ms`."""
    HALF_OPEN = auto()
    """It is taken and never answered, and the homeserver never hears of it."""
    TRUNCATED = auto()
    """The homeserver acts; half of its answer arrives."""
    UNCONFIRMED = auto()
    """The homeserver acts; the connection breaks, or nothing ever comes back."""
    LATE = auto()
    """The connection breaks, and the homeserver acts seconds later, when it may have been asked again."""


_OF_ROOMS = 0.6
_ASKED = {Fault.SLOW: 3, Fault.RESET: 2, Fault.ERROR: 3, Fault.BUSY: 1, Fault.HALF_OPEN: 1, Fault.TRUNCATED: 2}
_DONE = {**_ASKED, Fault.UNCONFIRMED: 8, Fault.LATE: 3}
"""How often each is chosen, for a request that asks and for one that does something: the nastiest is the commonest."""


class Weather(Between):
    """Calm until told otherwise."""

    def __init__(self, url: str, chance: random.Random) -> None:
        super().__init__(url)
        self.faults: Counter[str] = Counter()
        self.troubles: list[Trouble] = []
        """What was met by requests other than those for news, as far as it is over."""
        self.mailbox = Mailbox()
        self.pages = 0
        """How often the bot asked for what a sync had left out."""
        self._chance = chance
        self._share = self._bad = 0.0
        self._calmed = asyncio.Event()
        self._busy_until = 0.0
        self._late: set[asyncio.Task[web.Response]] = set()
        self._served = {
            Fault.SLOW: self._slow,
            Fault.RESET: self._reset,
            Fault.HALF_OPEN: self._half_open,
            Fault.TRUNCATED: self._truncated,
            Fault.UNCONFIRMED: self._unconfirmed,
            Fault.LATE: self._act_late,
        }
        self.meddle = self._meddling

    def rise(self, share: float) -> None:
        """Let this share of all requests meet a fault."""
        self._share = self._bad = share
        self._calmed.clear()

    def calm(self) -> None:
        """Let everything pass, and let go of what is held."""
        self._bad = 0.0
        self._clear_up()

    @asynccontextmanager
    async def clearing(self, *, after_s: float) -> AsyncIterator[None]:
        """Let it clear up if something takes longer than *after_s*, until that is over."""
        clearing = asyncio.get_running_loop().call_later(after_s, self._clear_up)
        try:
            yield
        finally:
            clearing.cancel()
            if self._bad:
                self.rise(self._bad)

    def _clear_up(self) -> None:
        self._share, self._busy_until = 0.0, 0.0
        self._calmed.set()

    def _meddling(self, request: Passed) -> Meddling:
        self.passed.clear()
        self.pages += request.path.endswith("/messages") and "from=" in request.query
        fault = self._fault(request)
        if fault is None:
            return Served(by=self._sync) if request.path == "sync" else None
        self.faults[fault] += 1
        if fault not in self._served:
            self._met(request, at(datetime.now(UTC)))
            return self._error() if fault is Fault.ERROR else self._limited()
        return Served(by=partial(self._serve, request, fault))

    async def _serve(self, passed: Passed, fault: Fault, request: web.Request) -> web.StreamResponse:
        start = datetime.now(UTC)
        try:
            return await self._served[fault](request)
        finally:
            self._met(passed, Window(start, datetime.now(UTC)))

    def _met(self, request: Passed, window: Window) -> None:
        if request.path != "sync":
            kind, _, about = request.path.partition("/")
            self.troubles.append(Trouble(window, about.partition("/")[0] if kind == "rooms" else None))

    def _fault(self, request: Passed) -> Fault | None:
        asks = request.method == "GET"
        if not asks and self._now() < self._busy_until:
            return Fault.BUSY
        # A room is seldom made, and nothing but its name tells whether it was.
        share = max(self._share, _OF_ROOMS) if self._share and request.path == "createRoom" else self._share
        if self._chance.random() >= share:
            return None
        weights = _ASKED if asks else _DONE
        return self._chance.choices(list(weights), list(weights.values()))[0]

    def _asked(self, request: web.Request) -> str:
        return self.mailbox.asked(_LONG_POLL.sub(_SHORT_POLL, super()._asked(request)))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    # --- the homeserver does not hear of it -----------------------------------------------------------------

    def _error(self) -> Instead:
        status = self._chance.choice((500, 502, 503, 504))
        body: Any = self._chance.choice(("<html>bad gateway</html>", {"errcode": "M_UNKNOWN", "error": "no"}, ""))
        return Instead(status=status, body=body)

    def _limited(self) -> Instead:
        if self._now() >= self._busy_until:
            self._busy_until = self._now() + self._chance.uniform(0.3, 2.0)
        left = max(1, round((self._busy_until - self._now()) * 1000))
        body = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": left}
        return Instead(status=429, body=body)

    async def _reset(self, request: web.Request) -> web.StreamResponse:
        return _broken(request)

    async def _half_open(self, request: web.Request) -> web.StreamResponse:
        await self._hold()
        return _broken(request)

    async def _hold(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_NEVER_S):
                await self._calmed.wait()

    # --- the homeserver acts --------------------------------------------------------------------------------

    async def _slow(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(self._chance.uniform(0.05, 1.5))
        if request.path.endswith("/sync"):
            return await self._sync(request)
        return await self._forward(request, await request.read())

    async def _truncated(self, request: web.Request) -> web.StreamResponse:
        whole = (await self._forward(request, await request.read())).body
        assert isinstance(whole, bytes)
        answer = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(whole))})
        with suppress(ConnectionError):  # whoever asked may be dead
            await answer.prepare(request)
            await answer.write(whole[: len(whole) // 2])
        return _broken(request)

    async def _unconfirmed(self, request: web.Request) -> web.StreamResponse:
        await self._forward(request, await request.read())
        if self._chance.random() < 0.3:
            await self._hold()
        return _broken(request)

    async def _act_late(self, request: web.Request) -> web.StreamResponse:
        act = asyncio.create_task(self._forward_late(request, await request.read(), self._chance.uniform(0.2, 4.0)))
        self._late.add(act)
        act.add_done_callback(self._late.discard)
        return _broken(request)

    async def _forward_late(self, request: web.Request, data: bytes, after_s: float) -> web.Response:
        await asyncio.sleep(after_s)
        return await self._forward(request, data)

    # --- sync -----------------------------------------------------------------------------------------------

    async def _sync(self, request: web.Request) -> web.StreamResponse:
        answer = await self._forward(request, await request.read())
        if answer.status != 200 or not self.mailbox.has_work:
            return answer
        assert isinstance(answer.body, bytes)
        since = parse_qs(request.query_string).get("since", [""])[0]
        return web.json_response(self.mailbox.sorted(json.loads(answer.body), since))


def _broken(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
