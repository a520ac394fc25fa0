"""One request to the homeserver, made once, its answer read within bounds, its failure raised as ours.

nio's own request methods wait and try again by themselves, for ever unless told otherwise, and return failures instead
of raising them. Here every retry belongs to whoever asks.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from bot.matrix.http.bodies import (
    BodyTooLongError,
    TooManyPartsError,
    aside,
    most_bytes,
    most_parts,
    read_body,
    read_json,
)
from bot.matrix.http.connection import NoAnswerError, Sends
from bot.matrix.http.errors import JsonObject, chat_error
from bot.ports import ChatError, RefusedError, UnreachableError

CLIENT = "/_matrix/client"
CLIENT_V3 = f"{CLIENT}/v3"
_UPLOAD = "/_matrix/media/v3/upload"
_DOWNLOAD = f"{CLIENT}/v1/media/download"
_STEPS = frozenset({".", ".."})
"""Parts of a path that lead to another folder, and that no encoding keeps from it."""
_JSON = "application/json"
_BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    body: Any
    """The JSON of the body; None when it is not JSON."""
    retry_after: str | None
    size: int
    """Bytes of the body."""
    date: str | None = None
    """The server's `Date`, as it wrote it."""

    @property
    def told(self) -> JsonObject:
        """The JSON object of the body; empty when it is none."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def failure(self) -> ChatError | None:
        """What it is an answer of, as an error of `ports.Chat`; None when it is a success."""
        if 200 <= self.status < 300:
            return None
        return chat_error(self.status, self.body, retry_after=self.retry_after)


class Wire:
    """Requests in the name of a logged-in client."""

    def __init__(self, client: Sends) -> None:
        self._client = client

    async def ask(
        self,
        method: str,
        path: Sequence[str],
        body: JsonObject | None = None,
        *,
        query: Mapping[str, str] | None = None,
    ) -> JsonObject:
        """Return the object of a successful answer; raise one of the three errors of `ports.Chat` otherwise."""
        return _object(_success(await self.exchange(method, path, body, query=query)))

    async def ask_list(self, method: str, path: Sequence[str]) -> list[Any]:
        """Do as `ask` does, for the few answers that are lists."""
        answer = _success(await self.exchange(method, path))
        if not isinstance(answer.body, list):
            raise UnreachableError("an answer that is not a JSON list")
        return answer.body

    async def upload(self, data: bytes, *, kind: str = _BYTES) -> JsonObject:
        """Give *data* to the media repository, told to be bytes and nothing else; answer and raise as `ask` does."""
        return _object(_success(await self._exchange("POST", _UPLOAD, io.BytesIO(data), kind, None)))

    async def download(self, server: str, media: str, *, most: int) -> bytes:
        """Return what lies in the media repository; refuses with TOO_LARGE what has more than *most* bytes."""
        address = _address(_DOWNLOAD, (server, media), None)
        try:
            response, body = await self._request("GET", address, None, _JSON, most, None)
        except BodyTooLongError:
            raise RefusedError("TOO_LARGE") from None
        if response.status != HTTPStatus.OK:
            _success(await _answer(response, body, most_parts(_DOWNLOAD)))
        return body

    async def exchange(
        self,
        method: str,
        path: Sequence[str],
        body: JsonObject | None = None,
        *,
        query: Mapping[str, str] | None = None,
        root: str = CLIENT_V3,
        timeout_s: float | None = None,
    ) -> Answer:
        """Return the answer whatever its status; raise UnreachableError when none came.

        *path* are the parts below *root*, not encoded yet. How much of the answer is read follows from it.
        """
        data = None if body is None else json.dumps(body, separators=(",", ":"))
        return await self._exchange(method, _address(root, path, query), data, _JSON, timeout_s)

    async def _exchange(
        self, method: str, address: str, data: str | io.BytesIO | None, kind: str, timeout_s: float | None
    ) -> Answer:
        path = address.partition("?")[0]
        response, text = await self._request(method, address, data, kind, most_bytes(path), timeout_s)
        return await _answer(response, text, most_parts(path))

    async def _request(
        self, method: str, address: str, data: str | io.BytesIO | None, kind: str, most: int, timeout_s: float | None
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        """Return an answer and its body, which is read; raises UnreachableError, of which BodyTooLongError is one."""
        headers = {"Content-Type": kind}
        if self._client.access_token:
            headers["Authorization"] = f"Bearer {self._client.access_token}"
        response = await self._client.send(method, address, data, headers, timeout=timeout_s)
        return response, await _body(response, most)


async def read_answer(response: aiohttp.ClientResponse) -> Answer:
    """Read an answer to a request that somebody else made, within the same bounds."""
    path = response.url.raw_path
    return await _answer(response, await _body(response, most_bytes(path)), most_parts(path))


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes:
    try:
        return await read_body(response, most)
    except (TimeoutError, aiohttp.ClientError, OSError) as failure:
        raise NoAnswerError(failure) from None


async def _answer(response: aiohttp.ClientResponse, text: bytes, most: int) -> Answer:
    body = await aside(len(text), lambda: _parsed(text, most))
    headers = response.headers
    return Answer(
        status=response.status,
        body=body,
        retry_after=headers.get("Retry-After"),
        size=len(text),
        date=headers.get("Date"),
    )


def _address(root: str, path: Sequence[str], query: Mapping[str, str] | None) -> str:
    if not _STEPS.isdisjoint(path):
        raise RefusedError("NO_SUCH_PATH")
    address = "/".join((root, *(quote(part, safe="") for part in path)))
    return f"{address}?{urlencode(query)}" if query else address


def _success(answer: Answer) -> Answer:
    if answer.failure is not None:
        raise answer.failure
    return answer


def _object(answer: Answer) -> JsonObject:
    if not isinstance(answer.body, dict):
        raise UnreachableError("an answer that is not a JSON object")
    return answer.body


def _parsed(text: bytes, most: int) -> Any:
    try:
        return read_json(text, most)
    except TooManyPartsError as error:
        raise BodyTooLongError(str(error)) from None
    except ValueError:
        return None
