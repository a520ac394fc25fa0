"""The listener: who asks, whether they may, and a page of the answer. It reads, and nothing else."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from http import HTTPStatus
from itertools import islice
from typing import TypeVar

from aiohttp import web
from multidict import MultiMapping

from bot.bridges.api.document import DOCUMENT, LARGEST_PAGE, PAGE, QUESTIONS, Question, text
from bot.bridges.api.views import Row, clock_rows, incident_row, step_rows
from bot.bridges.limits import Limit
from bot.config.api import Api, Scope
from bot.core.incident import Incident, Status
from bot.core.language import Language
from bot.ports import Clock, Counts
from bot.service.books import Books

BURST = 60
"""So many questions of one token are answered at once, and one more each second; of all who have none the same."""
_LINGER_S = 2.0
"""How long the rest of a question is thrown away that was refused, so that its sender reads why."""
_IDLE_S = 30.0
_LONGEST_NUMBER = 9
_ALL = {question.path: question for question in QUESTIONS}
_PARAMETERS = ("codename", "state", "limit", "after")
_log = logging.getLogger(__name__)
T = TypeVar("T")


class RefusedError(Exception):
    """The question is not answered. The text is for whoever asked."""

    def __init__(self, status: HTTPStatus, why: str, **headers: str) -> None:
        super().__init__(why)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The parameters of a question."""

    codename: str | None = None
    state: Status | None = None
    limit: int = PAGE
    after: int = 0

    def fits(self, incident: Incident) -> bool:
        """Say whether *incident* is asked for. What was purged is nobody's any more."""
        is_named = self.codename in (None, incident.codename)
        return incident.purged_at is None and is_named and self.state in (None, incident.status)

    def cut(self, items: Iterable[tuple[int, T]]) -> tuple[list[T], int | None]:
        """Return the page of numbered *items*, and after which number the next one begins, if there is one."""
        left = list(islice((item for item in items if item[0] > self.after), self.limit + 1))
        page = left[: self.limit]
        return [item for _, item in page], page[-1][0] if len(left) > self.limit else None


@dataclass(slots=True, kw_only=True)
class ApiPage:
    """Serves the API on one address until closed."""

    settings: Api
    books: Callable[[], Books | None]
    """None while there are none."""
    language: Language
    clock: Clock
    counts: Counts
    _runner: web.ServerRunner | None = None
    _questions: Limit = field(default_factory=lambda: Limit(at_once=BURST, per_second=1, clock=time.monotonic))
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One answer is made at a time: it shares the processor with the rooms."""

    async def open(self, host: str, port: int) -> None:
        """Begin to listen. Raises OSError when the address is taken."""
        server = web.Server(self._handle, access_log=None, lingering_time=_LINGER_S, keepalive_timeout=_IDLE_S)
        self._runner = web.ServerRunner(server)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self.close()
            raise

    @property
    def port(self) -> int:
        """The port it listens on: the one found, where any was asked for."""
        return int(self._runner.addresses[0][1]) if self._runner is not None else 0

    async def close(self) -> None:
        """Stop listening; nothing happens if it does not."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        headers: Mapping[str, str] = {}
        try:
            status, body = HTTPStatus.OK, await self._answer(request)
        except RefusedError as refusal:
            status, headers = refusal.status, refusal.headers
            body = json.dumps({"error": str(refusal)}).encode()
        except Exception:  # noqa: BLE001 - whoever asks reads a sentence, and not what aiohttp makes of it
            _log.exception("the API could not answer a question")
            status, body = HTTPStatus.INTERNAL_SERVER_ERROR, b'{"error": "A failure of ours; the log has the rest."}'
        self.counts.asked(status)
        answer = web.Response(body=body, status=status, content_type="application/json", headers=headers)
        answer.headers.update({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
        if request.body_exists:
            answer.force_close()
        return answer

    async def _answer(self, request: web.BaseRequest) -> bytes:
        scopes = self._scopes_of(request)
        _refuse_to_read(request)
        path = request.rel_url.raw_path
        if path == DOCUMENT:
            return text().encode()
        if scopes is None:
            why = "This needs a token that Cellule knows: send Authorization: Bearer TOKEN."
            raise RefusedError(HTTPStatus.UNAUTHORIZED, why, WWW_Authenticate="Bearer")
        question = _ALL.get(path)
        if question is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"There is no such path; {DOCUMENT} lists all there are.")
        if question.scope not in scopes:
            why = f"This token lacks the scope {question.scope}; whoever runs Cellule gives it in api.tokens."
            raise RefusedError(HTTPStatus.FORBIDDEN, why)
        return await self._page(question, _asked(request.query, question), content=Scope.CONTENT in scopes)

    def _scopes_of(self, request: web.BaseRequest) -> frozenset[Scope] | None:
        """Return what the token opens, None where none is known; each token has a budget, strangers have one together.

        All tokens are compared, in the same time whichever it is.
        """
        given = request.headers.getall("Authorization", [])
        kind, _, typed = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        digest = sha256(typed.strip().encode("utf-8", "surrogateescape")).digest()
        known = [
            (name, one.scopes)
            for name, one in self.settings.tokens.items()
            if compare_digest(digest, sha256(one.token.reveal().encode()).digest())
        ]
        name, scopes = known[0] if known and kind.lower() == "bearer" else ("", None)
        if (wait := self._questions.wait(name)) > 0:
            why = "Too many questions: ask again later."
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, why, Retry_After=str(wait))
        self._questions.use(name)
        return scopes

    async def _page(self, question: Question, asked: _Asked, *, content: bool) -> bytes:
        books = self.books()
        if books is None:
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Cellule starts, and has not read its state yet.")
        numbered = ((number, one) for number, one in enumerate(books.incidents(), 1) if asked.fits(one))
        if question.needs_codename:
            found = next((incident for _, incident in numbered), None)
            if found is None:
                raise RefusedError(HTTPStatus.NOT_FOUND, "There is no incident of this codename.")
            rows, after = asked.cut(enumerate(step_rows(found), 1))
            return _dumped(rows, after)
        page, after = asked.cut(numbered)
        async with self._one:
            return await asyncio.to_thread(
                _made, question.scope, page, after, now=self.clock.now(), language=self.language, content=content
            )


def _made(
    scope: Scope, page: list[Incident], after: int | None, *, now: datetime, language: Language, content: bool
) -> bytes:
    if scope is Scope.INCIDENTS:
        return _dumped([incident_row(incident, content=content) for incident in page], after)
    clocks = (clock_rows(incident, now, language, content=content) for incident in page)
    return _dumped([row for rows in clocks for row in rows], after)


def _dumped(rows: list[Row], after: int | None) -> bytes:
    return json.dumps({"items": rows, "next": after}).encode()


def _refuse_to_read(request: web.BaseRequest) -> None:
    if request.method not in ("GET", "HEAD"):
        why = "Nothing can be changed here: only GET and HEAD are answered."
        raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, why, Allow="GET, HEAD")
    if request.body_exists:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "A question has no body.")


def _asked(query: MultiMapping[str], question: Question) -> _Asked:
    """Return the parameters. Raises RefusedError: one is unknown, given twice, or no value of its kind."""
    strange = [name for name in query if name not in _PARAMETERS or len(query.getall(name)) > 1]
    if strange or (question.needs_codename and "state" in query):
        known = ", ".join(_PARAMETERS)
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"The parameters are {known}, each once; {DOCUMENT} says more.")
    if question.needs_codename and "codename" not in query:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "This needs codename, which says of which incident.")
    state = query.get("state")
    if state is not None and state not in list(Status):
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"state is one of {', '.join(Status)}.")
    return _Asked(
        codename=query.get("codename"),
        state=None if state is None else Status(state),
        limit=_number(query, "limit", PAGE, least=1, most=LARGEST_PAGE),
        after=_number(query, "after", 0, least=0, most=10**_LONGEST_NUMBER),
    )


def _number(query: MultiMapping[str], name: str, otherwise: int, *, least: int, most: int) -> int:
    written = query.get(name, str(otherwise))
    is_number = written.isascii() and written.isdecimal() and len(written) <= _LONGEST_NUMBER
    if not is_number or not least <= int(written) <= most:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name} is a number from {least} to {most}.")
    return int(written)
