"""One question and its answer over HTTP. What answers without JSON, too much, or not at all, is away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.door.errors import AwayError

TIMEOUT_S = 20.0
_MOST_BYTES = 4_000_000
Answer = tuple[int, Mapping[str, Any]]
"""Status and body; of a refusal that is no JSON the body is empty."""


async def ask(session: aiohttp.ClientSession, method: str, url: str, **more: Any) -> Answer:
    """Return what is answered. Raises AwayError."""
    timeout = aiohttp.ClientTimeout(TIMEOUT_S)
    try:
        async with session.request(method, url, allow_redirects=False, timeout=timeout, **more) as answer:
            return answer.status, _read(await _bytes(answer), answer.status)
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise AwayError from None


async def _bytes(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for part in answer.content.iter_any():
        found += part
        if len(found) > _MOST_BYTES:
            raise AwayError
    return bytes(found)


def _read(body: bytes, status: int) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if isinstance(told, dict):
        return told
    if status < HTTPStatus.BAD_REQUEST:
        raise AwayError
    return {}
