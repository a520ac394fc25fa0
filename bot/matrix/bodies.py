"""The body of an answer, as bytes and as JSON, from a homeserver that may send anything: never endless, never half."""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import ClientPayloadError, ClientResponse

MOST_BYTES = 1 << 20
"""Of an answer that tells of one thing: far above an honest one."""
LONG_ANSWERS = {"/sync": 32 << 20, "/state": 32 << 20, "/messages": 32 << 20, "/keys/query": 16 << 20}
"""How the paths end whose answers tell of many things, and how many bytes these may have."""
_DENSEST = 6
"""An honest answer has at least so many bytes for each comma and bracket; a denser one takes many times its length."""
MOST_PARTS_ANYWHERE = 10_000
"""So many are no matter, however short the answer."""
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_MAYBE_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class BodyTooLongError(ClientPayloadError):
    """The body has more bytes than are read of it."""


def most_bytes(path: str) -> int:
    """Return how many bytes are read of the answer to a request for *path*."""
    return next((most for end, most in LONG_ANSWERS.items() if path.endswith(end)), MOST_BYTES)


async def read_body(response: ClientResponse, most: int = MOST_BYTES) -> bytes:
    """Return the whole body; raises BodyTooLongError, which is one of aiohttp's, when it has more than *most* bytes."""
    try:
        return await _whole(response, most)
    except BaseException:
        # Its connection cannot be used again, and would stay open until somebody collects it.
        response.close()
        raise


async def _whole(response: ClientResponse, most: int) -> bytes:
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > most:
            raise BodyTooLongError("the body is too long")
    return bytes(body)


def read_json(body: bytes) -> Any:
    """Return the value, without halves of surrogate pairs, which nothing can store; raises ValueError if it is none.

    What would take many times its own length in memory counts as none.
    """
    if _is_too_dense(body) and _is_too_dense(_STRING.sub(b'""', body), len(body)):
        raise ValueError("too many parts")
    try:
        value = json.loads(body.decode())
        return _storable(value) if _MAYBE_HALF.search(body) else value
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _is_too_dense(body: bytes, length: int | None = None) -> bool:
    parts = sum(map(body.count, (b",", b"[", b"{")))
    return parts > MOST_PARTS_ANYWHERE and parts > (len(body) if length is None else length) // _DENSEST


def _storable(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list():
            return [_storable(part) for part in value]
        case dict():
            return {_storable(name): _storable(part) for name, part in value.items()}
        case _:
            return value
