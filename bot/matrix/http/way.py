"""The way to the homeserver: straight, or through a proxy and never past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientTimeout
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace


class ProxyFailedError(aiohttp.ClientConnectionError):
    """The proxy is not there, or does not let us through."""


def open_session(proxy: str | None, timeout: aiohttp.ClientTimeout | None = None) -> aiohttp.ClientSession:
    """Return a session that connects through *proxy*, straight where there is none, and by no other way.

    The proxy is given the homeserver's name: nothing is looked up here.
    """
    way = None if proxy is None else _Through.from_url(proxy, rdns=True)
    return aiohttp.ClientSession(connector=way, timeout=timeout or aiohttp.ClientTimeout(), trust_env=False)


class _Through(ProxyConnector):
    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> Connection:
        try:
            return await super().connect(req, traces, timeout)
        except (ProxyConnectionError, ProxyError, ProxyTimeoutError):
            # They are nobody's kin, so whoever waits for a failed connection would not know them.
            # And their texts name the homeserver.
            raise ProxyFailedError("the proxy failed") from None
