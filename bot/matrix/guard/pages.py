"""Pages of what stands in a room, as the homeserver gives them; nio has no safe method for it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from bot.core.names import RoomId
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.errors import chat_error
from bot.ports import UnreachableError


def page_path(room: RoomId, asked: Mapping[str, str]) -> str:
    """Return where the page lies that *asked* describes."""
    return f"/_matrix/client/v3/rooms/{quote(room, safe='')}/messages?{urlencode(asked)}"


async def read_page(client: GuardedClient, room: RoomId, asked: Mapping[str, str]) -> Mapping[str, Any]:
    """Return a page; raises one of the three errors of `ports.Chat` when there is none."""
    try:
        status, page = await client.get(page_path(room, asked))
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise UnreachableError(type(error).__name__) from None
    if status != HTTPStatus.OK:
        raise chat_error(status, page)
    return page
