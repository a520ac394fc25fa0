"""The body of an answer, as bytes and as JSON, from a homeserver that may send anything: never endless, never half.

Reading one holds up nobody: a long one is read in a thread, which gives the others their turn at every object of it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from aiohttp import ClientResponse

from bot.matrix.http.errors import JsonObject
from bot.ports import UnreachableError

MOST_BYTES = 1 << 20
"""The most bytes of an answer about one thing. An honest one has far fewer."""
LONG_ANSWERS = {"/sync": 16 << 20, "/state": 8 << 20, "/messages": 8 << 20, "/keys/query": 16 << 20}
"""Paths whose answers list many things, by their end, and the most bytes of such an answer."""
MOST_PARTS = 400_000
"""Commas and brackets of a long answer: eight thousand rooms with a message in each have as many."""
MOST_PARTS_OF_ONE = 30_000
"""The same of an answer that tells of one thing."""
MOST_ESCAPES = 250_000
"""The most escape sequences (two or six characters for one) in an answer."""
_DENSEST = 6
"""An honest answer has at least so many bytes for each comma and bracket; a denser one takes many times its length."""
MOST_PARTS_ANYWHERE = 10_000
"""So many commas and brackets are accepted, however short the answer is."""
AT_ONCE = 64 << 10
"""Bytes that are read in a moment, in no thread."""
_SLICE = 1 << 20
_REST_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+"', re.DOTALL)
_MAYBE_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


T = TypeVar("T")


class BodyTooLongError(UnreachableError):
    """The body has more bytes than are read of it, or more parts."""


class TooManyPartsError(ValueError):
    """The body would take many times its own length in memory, or long to read."""


def most_bytes(path: str) -> int:
    """Return how many bytes are read of the answer to a request for *path*."""
    return next((most for end, most in LONG_ANSWERS.items() if path.endswith(end)), MOST_BYTES)


def most_parts(path: str) -> int:
    """Return how many parts the answer to a request for *path* may have."""
    return MOST_PARTS if any(path.endswith(end) for end in LONG_ANSWERS) else MOST_PARTS_OF_ONE


async def aside(size: int, read: Callable[[], T]) -> T:
    """Return what *read* makes of *size* bytes, in a thread if these are many."""
    return read() if size <= AT_ONCE else await asyncio.to_thread(read)


async def read_body(response: ClientResponse, most: int = MOST_BYTES) -> bytes:
    """Return the whole body; raises BodyTooLongError when it has more than *most* bytes."""
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


def read_json(body: bytes, most: int = MOST_PARTS) -> Any:
    """Return the value, without halves of surrogate pairs, which nothing can store; raises ValueError if it is none.

    What has more than *most* parts, or would take many times its own length in memory, counts as none.
    """
    if _has_too_many(body, most):
        raise TooManyPartsError("too many parts")
    try:
        value = json.loads(body.decode(), object_hook=_as_it_is, parse_float=_float, parse_int=_int)
        return _storable(value) if _MAYBE_HALF.search(body) else value
    except RecursionError:
        raise ValueError("nested too deeply") from None


# json holds Python's lock while it reads; it lets go where it calls these, for each object and each number.


def _as_it_is(value: JsonObject) -> JsonObject:
    return value


def _float(digits: str) -> float:
    return float(digits)


def _int(digits: str) -> int:
    return int(digits)


def _has_too_many(body: bytes, most: int) -> bool:
    most = min(most, max(MOST_PARTS_ANYWHERE, len(body) // _DENSEST))
    if _count(body, b"\\", 0, len(body)) > MOST_ESCAPES:
        return True
    if sum(_parts(body, 0, len(body))) <= most:
        return False
    # Commas and brackets inside strings do not count.
    counted = 0
    for count in _outside_strings(body):
        counted += count
        if counted > most:
            return True
    return False


def _outside_strings(body: bytes) -> Iterator[int]:
    """Yield how many parts stand before each string, and behind the last."""
    place = 0
    while (quote := body.find(b'"', place)) >= 0:
        yield from _parts(body, place, quote)
        end = _REST_OF_STRING.match(body, quote + 1)
        if end is None:
            return
        place = end.end()
    yield from _parts(body, place, len(body))


def _parts(body: bytes, start: int, end: int) -> Iterator[int]:
    return (_count(body, sign, start, end) for sign in (b",", b"[", b"{"))


def _count(body: bytes, sign: bytes, start: int, end: int) -> int:
    return sum(body.count(sign, place, min(place + _SLICE, end)) for place in range(start, end, _SLICE))


def _storable(value: object) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list():
            return [_storable(part) for part in value]
        case dict():
            return {_storable(name): _storable(part) for name, part in value.items()}
        case _:
            return value
