"""One request to the homeserver, made once, its failure raised as ours.

nio's own request methods wait and try again by themselves, for ever unless told otherwise, and return failures instead
of raising them. Here every retry belongs to the outbox.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp
from nio import AsyncClient

from bot.matrix.http.bodies import (
    MOST_PARTS_OF_ONE,
    BodyTooLongError,
    aside,
    most_bytes,
    most_parts,
    read_body,
    read_json,
)
from bot.matrix.http.errors import JsonObject, chat_error
from bot.ports import RefusedError, UnreachableError

TIMEOUT_S = 30.0
_PREFIX = "/_matrix/client/v3/"
_UPLOAD = "/_matrix/media/v3/upload"
_DOWNLOAD = "/_matrix/client/v1/media/download/"
_JSON = "application/json"
_BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    body: Any
    """The JSON of the body; None when it is not JSON."""
    retry_after: str | None


class Wire:
    """Requests in the name of a logged-in client."""

    def __init__(self, client: AsyncClient, *, timeout_s: float = TIMEOUT_S) -> None:
        self._client = client
        self._timeout_s = timeout_s

    async def ask(self, method: str, path: Sequence[str], body: JsonObject | None = None) -> JsonObject:
        """Return the object of a successful answer; raise one of the three errors of `ports.Chat` otherwise."""
        return _object(_success(await self.exchange(method, path, body)))

    async def ask_list(self, method: str, path: Sequence[str]) -> list[Any]:
        """Do as `ask` does, for the few answers that are lists."""
        answer = _success(await self.exchange(method, path))
        if not isinstance(answer.body, list):
            raise UnreachableError("an answer that is not a JSON list")
        return answer.body

    async def upload(self, data: bytes) -> JsonObject:
        """Give *data* to the media repository, told to be bytes and nothing else; answer and raise as `ask` does."""
        return _object(_success(await self._send("POST", _UPLOAD, io.BytesIO(data), _BYTES)))

    async def download(self, server: str, media: str, *, most: int) -> bytes:
        """Return what lies in the media repository; refuses with TOO_LARGE what has more than *most* bytes."""
        address = _DOWNLOAD + quote(server, safe="") + "/" + quote(media, safe="")
        try:
            response, body = await self._request("GET", address, None, _JSON, most)
        except BodyTooLongError:
            raise RefusedError("TOO_LARGE") from None
        if response.status != HTTPStatus.OK:
            _success(await _answer(response, body, MOST_PARTS_OF_ONE))
        return body

    async def exchange(self, method: str, path: Sequence[str], body: JsonObject | None = None) -> Answer:
        """Return the answer whatever its status; raise UnreachableError when none came."""
        address = _PREFIX + "/".join(quote(part, safe="") for part in path)
        data = None if body is None else json.dumps(body, separators=(",", ":"))
        return await self._send(method, address, data, _JSON)

    async def _send(self, method: str, address: str, data: str | io.BytesIO | None, kind: str) -> Answer:
        try:
            response, text = await self._request(method, address, data, kind, most_bytes(address))
            return await _answer(response, text, most_parts(address))
        except BodyTooLongError as error:
            raise UnreachableError(type(error).__name__) from None

    async def _request(
        self, method: str, address: str, data: str | io.BytesIO | None, kind: str, most: int
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        """Return an answer and its body, which is read; raises UnreachableError or BodyTooLongError."""
        headers = {
            "Content-Type": kind,
            "Authorization": f"Bearer {self._client.access_token}",
            **(self._client.config.custom_headers or {}),
        }
        try:
            response = await self._client.send(method, address, data, headers, timeout=self._timeout_s)
            return response, await read_body(response, most)
        except BodyTooLongError:
            raise
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # The text of the error may name the address, and the address names the room.
            raise UnreachableError(type(error).__name__) from None


async def _answer(response: aiohttp.ClientResponse, text: bytes, most: int) -> Answer:
    body = await aside(len(text), lambda: _parsed(text, most))
    return Answer(status=response.status, body=body, retry_after=response.headers.get("Retry-After"))


def _success(answer: Answer) -> Answer:
    if not 200 <= answer.status < 300:
        raise chat_error(answer.status, answer.body, retry_after=answer.retry_after)
    return answer


def _object(answer: Answer) -> JsonObject:
    if not isinstance(answer.body, dict):
        raise UnreachableError("an answer that is not a JSON object")
    return answer.body


def _parsed(text: bytes, most: int) -> Any:
    try:
        return read_json(text, most)
    except ValueError:
        return None
