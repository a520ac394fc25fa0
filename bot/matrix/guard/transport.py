"""nio's client as it asks and reads: what it sends by itself goes the way of all the rest, within the same bounds."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientResponse
from nio import AsyncClient, AsyncClientConfig, FileResponse, LocalProtocolError, Response

from bot.matrix.http.connection import TIMEOUT_S, open_session, send_once
from bot.matrix.http.wire import read_answer


class GuardedTransport(AsyncClient):
    """How requests go out, and how answers are read."""

    def __init__(self, homeserver: str, user: str, device_id: str, *, proxy: str | None) -> None:
        super().__init__(homeserver, user, device_id, config=_configuration(), proxy=proxy)

    async def send(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: dict[str, str] | None = None,
        trace_context: Any = None,  # noqa: ARG002 - nio's signature
        timeout: float | None = None,  # noqa: ASYNC109 - nio's signature
    ) -> ClientResponse:
        """Send one request as `send_once` does.

        nio would follow a redirect to any host, with the body, and let the failures of a proxy pass for faults of ours.
        """
        if self.client_session is None:
            self.client_session = open_session(self.proxy)
        return await send_once(
            self.client_session,
            method,
            self.homeserver + path,
            data=data,
            headers=headers,
            timeout_s=TIMEOUT_S if timeout is None else timeout,
        )

    async def create_matrix_response(
        self,
        response_class: type,
        transport_response: ClientResponse,
        data: tuple[object, ...] | None = None,
        save_to: Any = None,
    ) -> Response:
        """Read an answer as nio does, but no file: nio would read one of any size."""
        if issubclass(response_class, FileResponse):
            transport_response.close()
            raise LocalProtocolError("A file is read by Wire.download, within bounds.")
        answer: Response = await super().create_matrix_response(response_class, transport_response, data, save_to)
        return answer

    async def parse_body(self, transport_response: ClientResponse) -> dict[Any, Any]:
        """Return the object in the body of an answer, empty if there is none; nio raises on much that is none."""
        return (await read_answer(transport_response)).told


def _configuration() -> AsyncClientConfig:
    return AsyncClientConfig(
        encryption_enabled=True,
        store_sync_tokens=False,
        # Once, then the caller decides: nio would wait and repeat for ever inside the call.
        max_limit_exceeded=0,
        max_timeouts=0,
        request_timeout=TIMEOUT_S,
    )
