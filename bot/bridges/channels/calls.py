"""Pages by one call over HTTP: a server of ntfy, a webhook, a gateway of text messages. No answer's body is read."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp

from bot.bridges.signing import signed
from bot.config.channels import Method, Ntfy, Sms, Webhook
from bot.ports import Handed, Letter

CALL_S, CONNECT_S = 20.0, 10.0
"""How long a call may take, and how long of it until there is a connection."""
_TIMEOUT = aiohttp.ClientTimeout(total=CALL_S, connect=CONNECT_S)
_NOTHING_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""There was no connection: the far side is not there, a proxy fails, or all that we may have are taken."""
_ANY_SUCCESS = range(200, 300)
_NOT_TAKEN = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
"""What says that the far side took nothing; another failure of a server may come after it did."""
_SERVERS_FAULT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. Its address may be a secret."""

    url: str
    headers: Mapping[str, str]
    body: bytes | None
    method: str = "POST"


async def make(
    session: aiohttp.ClientSession, call: Call, accepted: Collection[int], handing_over: Callable[[], Awaitable[None]]
) -> Handed:
    """Make *call* once, follow nowhere, and say what its status means."""
    await handing_over()
    try:
        async with session.request(
            call.method,
            call.url,
            data=call.body,
            headers=call.headers,
            timeout=_TIMEOUT,
            allow_redirects=False,
            auto_decompress=False,
        ) as answer:
            # Not released: the rest of an answer would be read for the next call.
            answer.close()
            status = answer.status
    except _NOTHING_SENT:
        return Handed.LATER
    except (aiohttp.ClientError, TimeoutError, OSError):
        return Handed.UNKNOWN
    if status in accepted:
        return Handed.ACCEPTED
    if status in _NOT_TAKEN:
        return Handed.LATER
    return Handed.UNKNOWN if status >= _SERVERS_FAULT else Handed.REFUSED


async def look_at(session: aiohttp.ClientSession, url: str) -> None:
    """See that somebody answers at the host of *url*, whatever it says. Raises OSError, whose text names no address."""
    parts = urlsplit(url)
    try:
        async with session.head(f"{parts.scheme}://{parts.netloc}/", timeout=_TIMEOUT, allow_redirects=False):
            pass
    except (aiohttp.ClientError, TimeoutError, OSError) as failure:
        raise OSError(type(failure).__name__) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class NtfyPager:
    """Publishes to a topic. A server that is told twice rings twice."""

    session: aiohttp.ClientSession
    server: Ntfy

    @property
    def repeats(self) -> bool:
        """A server of ntfy knows no message again."""
        return False

    async def page(self, letter: Letter, handing_over: Callable[[], Awaitable[None]]) -> Handed:
        """Publish *letter*; the token goes to the configured server alone."""
        topic = letter.to.ntfy
        if topic is None:
            return Handed.REFUSED
        headers = {"Content-Type": "text/plain; charset=utf-8", "Priority": "urgent"}
        is_ours = not topic.startswith("https://")
        if is_ours and self.server.token is not None:
            headers["Authorization"] = f"Bearer {self.server.token.reveal()}"
        url = f"{self.server.server}/{topic}" if is_ours else topic
        call = Call(url=url, headers=headers, body=letter.text.encode())
        return await make(self.session, call, _ANY_SUCCESS, handing_over)

    async def look(self) -> None:
        """Connect. Raises OSError."""
        await look_at(self.session, self.server.server)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPager:
    """Tells a machine of the operator's, signed as Standard Webhooks have it; it drops an id that it knows."""

    session: aiohttp.ClientSession
    hook: Webhook

    @property
    def repeats(self) -> bool:
        """The id is the same each time."""
        return True

    async def page(self, letter: Letter, handing_over: Callable[[], Awaitable[None]]) -> Handed:
        """Tell it where to reach whom, and what to say; not who they are."""
        ways = {"mail": letter.to.mail, "sms": letter.to.sms, "ntfy": letter.to.ntfy}
        told = {"id": letter.id, "text": letter.text, "to": {way: at for way, at in ways.items() if at is not None}}
        body = json.dumps(told).encode()
        proof = signed(self.hook.secret.reveal(), letter.id, letter.at, body)
        headers = {"Content-Type": "application/json", **proof}
        call = Call(url=self.hook.url.reveal(), headers=headers, body=body)
        return await make(self.session, call, _ANY_SUCCESS, handing_over)

    async def look(self) -> None:
        """Connect. Raises OSError."""
        await look_at(self.session, self.hook.url.reveal())


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsPager:
    """Calls a gateway as its configuration describes."""

    session: aiohttp.ClientSession
    gateway: Sms

    @property
    def repeats(self) -> bool:
        """Whether a gateway knows a message again, nobody can say for all of them."""
        return False

    async def page(self, letter: Letter, handing_over: Callable[[], Awaitable[None]]) -> Handed:
        """Hand *letter* to the gateway."""
        if letter.to.sms is None:
            return Handed.REFUSED
        holes = {"{number}": letter.to.sms, "{text}": letter.text, "{id}": letter.id}
        return await make(self.session, call_of(self.gateway, holes), self.gateway.accepted, handing_over)

    async def look(self) -> None:
        """Connect. Raises OSError."""
        await look_at(self.session, self.gateway.url.reveal())


def call_of(gateway: Sms, holes: Mapping[str, str]) -> Call:
    """Return the call that says what fills the *holes*: they are put in after the body was read, and escaped for it."""
    headers, url = dict(gateway.headers.reveal() if gateway.headers else ()), gateway.url.reveal()
    if gateway.body.lstrip().startswith("{"):
        body = json.dumps(_filled(json.loads(gateway.body), holes)).encode()
        return Call(
            url=url, headers={"Content-Type": "application/json", **headers}, body=body, method=gateway.method.value
        )
    form = urlencode([(name, _filled(value, holes)) for name, value in parse_qsl(gateway.body, keep_blank_values=True)])
    if gateway.method is Method.GET:
        return Call(url=f"{url}{'&' if '?' in url else '?'}{form}", headers=headers, body=None, method="GET")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return Call(url=url, headers={**kind, **headers}, body=form.encode(), method=gateway.method.value)


def _filled(value: object, holes: Mapping[str, str]) -> object:
    match value:
        case str():
            for hole, said in holes.items():
                value = value.replace(hole, said)
            return value
        case dict():
            return {name: _filled(inner, holes) for name, inner in value.items()}
        case list():
            return [_filled(inner, holes) for inner in value]
        case _:
            return value
