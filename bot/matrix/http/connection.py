"""One request to one homeserver, made once: straight or through a proxy and never past it, and to no other host."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from bot.core.language import Language
from bot.ports import UnreachableError
from bot.voice.catalogue import word

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientTimeout
    from aiohttp.connector import Connection as AiohttpConnection
    from aiohttp.tracing import Trace

logger = logging.getLogger(__name__)

LOGGED = Language("en")
"""The language of the log."""

TIMEOUT_S = 30.0
_USER_AGENT = "matrix-client"
_REDIRECTS = 3


class ProxyFailedError(aiohttp.ClientConnectorError):
    """The proxy is not there, or does not let us through: nothing was sent. Its text names no host."""

    def __str__(self) -> str:
        return "the proxy failed"


class NoAnswerError(UnreachableError):
    """No answer came, or only half of one.

    It says why, and what to look at. The text of the failure itself may name the path, and the path names the room.
    """

    def __init__(self, failure: Exception) -> None:
        super().__init__(why_silent(failure, LOGGED))
        self.failure = failure

    def to(self, language: Language) -> str:
        """Return why, in *language*."""
        return why_silent(self.failure, language)


def why_silent(failure: Exception, language: Language) -> str:
    """Return why no answer came, and what to look at."""
    match failure:
        case ProxyFailedError():
            return word(language, "check.homeserver.proxy")
        case aiohttp.ClientConnectorDNSError():
            return word(language, "check.homeserver.name")
        case aiohttp.ClientSSLError():
            return word(language, "check.homeserver.certificate")
        case TimeoutError():
            reason = word(language, "check.homeserver.late")
        case OSError(errno=int(number)) if number > 0:
            reason = os.strerror(number)
        case _:
            reason = type(failure).__name__
    return word(language, "check.homeserver.silent", why=reason)


class RedirectedError(UnreachableError):
    """The homeserver answered with a redirect. It chose the target, and we do not know who that is."""

    def __init__(self) -> None:
        super().__init__(self.to(LOGGED))

    def to(self, language: Language) -> str:
        """Return the text in *language*."""
        return word(language, "check.homeserver.redirect")


class Sends(Protocol):
    """Whoever can send a request to the homeserver, as `send_once` does."""

    access_token: str

    async def send(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: dict[str, str] | None = None,
        trace_context: Any = None,
        timeout: float | None = None,  # noqa: ASYNC109 - nio's signature
    ) -> aiohttp.ClientResponse:
        """Send one request."""


@dataclass(slots=True, kw_only=True)
class Connection:
    """A homeserver that is asked without a Matrix client: before there is a login, or beside one."""

    session: aiohttp.ClientSession
    homeserver: str
    access_token: str = field(default="", repr=False)
    timeout_s: float = TIMEOUT_S

    async def send(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: dict[str, str] | None = None,
        trace_context: Any = None,  # noqa: ARG002 - nio's signature
        timeout: float | None = None,  # noqa: ASYNC109 - nio's signature
    ) -> aiohttp.ClientResponse:
        """Send one request as `send_once` does."""
        return await send_once(
            self.session,
            method,
            self.homeserver + path,
            data=data,
            headers=headers,
            timeout_s=self.timeout_s if timeout is None else timeout,
        )


async def send_once(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    data: object,
    headers: dict[str, str] | None,
    timeout_s: float,
) -> aiohttp.ClientResponse:
    """Send one request and return the answer, whose body is not read yet.

    Every request to the homeserver goes through here, those that nio makes too. Raises NoAnswerError, or
    RedirectedError: a redirect is not followed, since it would take the body and the token to any host.
    """
    try:
        response = await session.request(
            method,
            url,
            data=data,
            headers={"User-Agent": _USER_AGENT, **(headers or {})},
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            allow_redirects=False,
        )
    except (TimeoutError, aiohttp.ClientError, OSError) as failure:
        raise NoAnswerError(failure) from None
    _refuse_redirect(response)
    return response


def _refuse_redirect(response: aiohttp.ClientResponse) -> None:
    if response.status // 100 == _REDIRECTS:
        response.close()
        logger.error(
            "a redirect (%d) is not followed: write the address it leads to into matrix.homeserver, if it"
            " is your homeserver's",
            response.status,
        )
        raise RedirectedError


def open_session(proxy: str | None, timeout: aiohttp.ClientTimeout | None = None) -> aiohttp.ClientSession:
    """Return a session that connects through *proxy*, straight where there is none, and by no other way.

    The proxy is given the homeserver's name: nothing is looked up here. The session keeps no cookies. A homeserver
    could send new ones with every answer, and each would be kept in memory and sent back.
    """
    return aiohttp.ClientSession(
        connector=None if proxy is None else _ThroughProxy.from_url(proxy, rdns=True),
        timeout=timeout or aiohttp.ClientTimeout(),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


class _ThroughProxy(ProxyConnector):
    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> AiohttpConnection:
        try:
            return await super().connect(req, traces, timeout)
        except (ProxyConnectionError, ProxyError, ProxyTimeoutError):
            # They are no errors of aiohttp's, so nothing that waits for a failed connection would catch them.
            # And their texts name the homeserver.
            raise ProxyFailedError(req.connection_key, OSError()) from None
