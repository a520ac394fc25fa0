"""Unix sockets on which one JSON object a line goes each way: what all that serve one have in common."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

OWNER_ALONE, OWNER_AND_GROUP = 0o177, 0o117
"""Who may open a socket, as the mask it is made under."""


class Conversations:
    """Answers each line of everybody who connects, until closed."""

    def __init__(self, answer: Callable[[bytes], Awaitable[Mapping[str, Any]]]) -> None:
        """*answer* raises ValueError where it ends the conversation instead."""
        self._answer = answer
        self._writers: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one of them; given to `asyncio.start_unix_server`."""
        self._writers.add(writer)
        # A line that is too long is a ValueError, somebody who is gone an OSError: both end the conversation.
        with suppress(ValueError, OSError):
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        await hang_up(writer)
        self._writers.discard(writer)

    async def close(self) -> None:
        """Hang up on everybody."""
        for writer in tuple(self._writers):
            await hang_up(writer)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """End one side of a conversation, whatever the other does."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def bound(path: Path, mask: int = OWNER_ALONE) -> socket.socket:
    """Return a socket at *path*; what a killed process left there is taken away. Raises OSError."""
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(mask)
    try:
        made.bind(str(path))
    except OSError:
        made.close()
        raise
    finally:
        os.umask(before)
    return made
