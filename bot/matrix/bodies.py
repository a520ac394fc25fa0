"""The body of an answer, as bytes and as JSON, from a homeserver that may send anything: never endless, never half."""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import ClientPayloadError, ClientResponse

MOST_BYTES = 256 << 20
"""Above the first sync of thousands of rooms, below what ends the program."""
_MAYBE_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class BodyTooLongError(ClientPayloadError):
    """The body has more bytes than are read of it."""


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
    """Return the value, without halves of surrogate pairs, which nothing can store; raises ValueError if it is none."""
    try:
        value = json.loads(body.decode())
        return _storable(value) if _MAYBE_HALF.search(body) else value
    except RecursionError:
        raise ValueError("nested too deeply") from None


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
