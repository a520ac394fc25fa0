"""The body of an answer, as bytes and as JSON, from a homeserver that may send anything: never endless, never half."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
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
MOST_MEMORY = 128 << 20
"""Of the values of one answer, in bytes: enough for a first sync of 1,200 rooms."""
_WEIGHTS = {b",": 64, b":": 48, b"[": 88, b"{": 184}
"""About how many bytes a value takes for each of these signs."""
_WINDOW = 1 << 16
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

    What would take many times its own length in memory, or too much of it, counts as none.
    """
    if _takes_too_much([body], len(body)) and _takes_too_much(_outside_strings(body), len(body)):
        raise ValueError("too many parts")
    try:
        value = json.loads(body.decode())
        return _storable(value) if _MAYBE_HALF.search(body) else value
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _takes_too_much(pieces: Iterable[bytes], length: int) -> bool:
    parts = memory = 0
    for piece in pieces:
        counts = {sign: piece.count(sign) for sign in _WEIGHTS}
        parts += sum(counts.values()) - counts[b":"]
        memory += sum(count * _WEIGHTS[sign] for sign, count in counts.items())
        if memory > MOST_MEMORY or (parts > MOST_PARTS_ANYWHERE and parts > length // _DENSEST):
            return True
    return False


def _outside_strings(body: bytes) -> Iterator[bytes]:
    """Return what stands outside of strings, piece by piece: all pieces at once would take more than the value."""
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    is_inside = False
    for start in range(0, len(body), _WINDOW):
        parts = body[start : start + _WINDOW].split(b'"')
        yield b"".join(parts[is_inside::2])
        is_inside ^= len(parts) % 2 == 0


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
