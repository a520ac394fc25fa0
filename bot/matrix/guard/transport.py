"""nio's client as it asks and reads: one homeserver and no other, and of each answer no more than there is use for."""

from __future__ import annotations

import logging
from typing import Any

from aiohttp import ClientConnectionError, ClientResponse, ClientTimeout
from nio import AsyncClient, AsyncClientConfig, Response

from bot.matrix.guard.answers import WholeKeysQuery, WholeSync
from bot.matrix.http.bodies import (
    BodyTooLongError,
    TooManyPartsError,
    aside,
    most_bytes,
    most_parts,
    read_body,
    read_json,
)
from bot.matrix.http.way import open_session

logger = logging.getLogger(__name__)

REQUEST_TIMEOUT_S = 30.0
_REDIRECTS = 3


class RedirectedError(ClientConnectionError):
    """The answer is a redirect: to where, its sender says, and who that is we do not know."""


class GuardedTransport(AsyncClient):
    """How requests go out, and how answers are read."""

    def __init__(self, homeserver: str, user: str, device_id: str, *, proxy: str | None = None) -> None:
        super().__init__(homeserver, user, device_id, config=_configuration(), proxy=proxy)

    async def send(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: dict[str, str] | None = None,
        trace_context: Any = None,
        timeout: float | None = None,  # noqa: ASYNC109 - nio's signature
    ) -> ClientResponse:
        """Send one request, to the homeserver and nowhere else: whatever answers with a redirect is not followed.

        nio would follow it to any host, with the body, and let the failures of a proxy pass for faults of ours.
        """
        if self.client_session is None:
            self.client_session = open_session(self.proxy)
        response = await self.client_session.request(
            method,
            self.homeserver + path,
            data=data,
            headers=headers,
            trace_request_ctx=trace_context,
            timeout=ClientTimeout(total=self.config.request_timeout if timeout is None else timeout),
            allow_redirects=False,
        )
        if response.status // 100 == _REDIRECTS:
            response.close()
            logger.error(
                "a redirect (%d) is not followed: write the address it leads to into matrix.homeserver, if it"
                " is your homeserver's",
                response.status,
            )
            raise RedirectedError("a redirect")
        return response

    async def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """Read *path*, which nio has no safe method for; return the status and the answer, empty if it is no object."""
        headers = {"Authorization": f"Bearer {self.access_token}", **(self.config.custom_headers or {})}
        transport = await self.send("GET", path, None, headers)
        async with transport:
            return transport.status, await self.parse_body(transport)

    async def parse_body(self, transport_response: ClientResponse) -> dict[Any, Any]:
        """Return the object in the body of an answer, empty if there is none; nio raises on much that is none."""
        return (await self._parsed(transport_response))[0]

    async def _parsed(self, transport: ClientResponse) -> tuple[dict[Any, Any], int]:
        """Return that object, and the bytes that it was. Raises BodyTooLongError when it has too many parts."""
        path = transport.url.path
        body = await read_body(transport, most_bytes(path))
        try:
            answer = await aside(len(body), lambda: read_json(body, most_parts(path)))
        except TooManyPartsError as error:
            raise BodyTooLongError(str(error)) from None
        except ValueError:
            answer = None
        return (answer if isinstance(answer, dict) else {}), len(body)

    async def create_matrix_response(
        self,
        response_class: type,
        transport_response: ClientResponse,
        data: tuple[Any, ...] | None = None,
        save_to: Any = None,
    ) -> Response:
        """Read an answer; a long one in a thread: nio takes a tenth of a millisecond for each event."""
        if response_class not in (WholeSync, WholeKeysQuery):
            answer: Response = await super().create_matrix_response(response_class, transport_response, data, save_to)
            return answer
        told, size = await self._parsed(transport_response)
        read: Response = await aside(size, lambda: response_class.from_dict(told, *(data or ())))
        read.transport_response = transport_response  # type: ignore[assignment]
        return read


def _configuration() -> AsyncClientConfig:
    return AsyncClientConfig(
        encryption_enabled=True,
        store_sync_tokens=False,
        # Once, then the caller decides: nio would wait and repeat for ever inside the call.
        max_limit_exceeded=0,
        max_timeouts=0,
        request_timeout=REQUEST_TIMEOUT_S,
        custom_headers={"User-Agent": "matrix-client"},
    )
