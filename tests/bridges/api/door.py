"""The API on loopback, with books that a test fills, and everything it answers held against its own document."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from jsonschema import Draft202012Validator, FormatChecker

from bot.bridges.api.document import openapi
from bot.bridges.api.server import ApiPage
from bot.config.api import Api, ApiToken, Scope
from bot.config.values import Listen
from bot.core.facts import Fact
from bot.core.language import ENGLISH
from bot.host.secret import Secret
from bot.service.books import Books
from tests.core.build import NOW
from tests.fakes.clock import FakeClock
from tests.fakes.counts import FakeCounts

DOCUMENT = openapi()
META_SCHEMA = json.loads((Path(__file__).parent / "openapi-3.1.schema.json").read_text("utf-8"))
"""Of the OpenAPI Initiative: https://spec.openapis.org/oas/3.1/schema/2022-10-07 (Apache-2.0)."""
TOKENS = {
    "incidents": (Scope.INCIDENTS,),
    "clocks": (Scope.CLOCKS,),
    "content": (Scope.CONTENT,),
    "all": tuple(Scope),
}


def token(name: str) -> str:
    return f"{name}-".ljust(32, "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any
    size: int


@dataclass(slots=True, kw_only=True)
class Door:
    address: str
    session: aiohttp.ClientSession
    page: ApiPage
    clock: FakeClock
    counts: FakeCounts
    books: Books | None

    async def ask(self, path: str, name: str | None = "all", *, method: str = "GET", **more: Any) -> Answer:
        """Ask, and hold what comes back against the document."""
        headers = {} if name is None else {"Authorization": f"Bearer {token(name)}"}
        async with self.session.request(
            method, f"{self.address}{path}", headers=headers | more.pop("headers", {}), **more
        ) as got:
            raw = await got.read()
            body = json.loads(raw) if raw else None
            if raw:
                fits(path.partition("?")[0], got.status, body)
            return Answer(status=got.status, headers=got.headers, body=body, size=len(raw))


def fits(path: str, status: int, body: object) -> None:
    """Assert that the document says that such an answer comes."""
    if status == 200 and path in DOCUMENT["paths"]:
        schema = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    else:
        schema = DOCUMENT["components"]["responses"][str(status)]["content"]["application/json"]["schema"]
    whole = {**schema, "components": DOCUMENT["components"]}
    problems = [
        error.message for error in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(body)
    ]
    assert not problems


@asynccontextmanager
async def door(*incidents: tuple[Fact, ...], ready: bool = True) -> AsyncIterator[Door]:
    """Serve *incidents*, each by its facts."""
    books = Books()
    for number, facts in enumerate(incidents):
        books.add(f"{number:016x}", facts)
    clock, counts = FakeClock(NOW), FakeCounts()
    settings = Api(
        listen=Listen(host="127.0.0.1", port=0),
        tokens={name: ApiToken(token=Secret(token(name)), scopes=frozenset(scopes)) for name, scopes in TOKENS.items()},
    )
    found = books if ready else None
    page = ApiPage(settings=settings, books=lambda: found, language=ENGLISH, clock=clock, counts=counts)
    await page.open("127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession(requote_redirect_url=False) as session:
            yield Door(
                address=f"http://127.0.0.1:{page.port}",
                session=session,
                page=page,
                clock=clock,
                counts=counts,
                books=found,
            )
    finally:
        await page.close()
