"""A Unix socket in the state folder, for its owner alone: one JSON object a line each way. No secret passes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from bot.sentences.told import ToldError

FILE_NAME = "console.sock"
_LONGEST_LINE = 8_000_000
"""Bytes: a list of organisations as large as is read, in base64."""
_log = logging.getLogger(__name__)

Question = dict[str, Any]
STANDS_BY: Question = {"stands_by": True}
"""The answer of one that waits to take over, to whatever only the one that speaks can answer."""
Answer = Callable[[Any], Awaitable[Question | None]]
"""Answers a question; None when it is not one of its own."""


class NotRunningError(ToldError):
    """No bot listens there, or one that stands by."""


class ConsoleSocket:
    """Answers whoever may open the socket, until closed."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = answers
        self._server: asyncio.Server | None = None
        self._path: Path | None = None
        self._consoles: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def opened(self, folder: Path) -> AsyncIterator[None]:
        """Listen meanwhile."""
        await self.open(folder)
        try:
            yield
        finally:
            await self.close()

    async def open(self, folder: Path) -> None:
        """Begin to listen, in a state folder that is ours alone. Where that cannot be, only the log says so."""
        path = folder / FILE_NAME
        try:
            self._server = await asyncio.start_unix_server(self._serve, sock=_bound(path), limit=_LONGEST_LINE)
        except OSError as refused:
            _log.warning("the console will not find this bot: %s", refused.strerror or "the path is too long")
            return
        self._path = path

    async def close(self) -> None:
        """Stop listening; nothing happens if it does not."""
        server, self._server = self._server, None
        if server is not None and self._path is not None:
            server.close()
            self._path.unlink(missing_ok=True)
        for console in tuple(self._consoles):
            await _hang_up(console)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._consoles.add(writer)
        # A line that is too long is a ValueError, a console that is gone an OSError: both end the conversation.
        with suppress(ValueError, OSError):
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(_read(line))).encode() + b"\n")
                await writer.drain()
        await _hang_up(writer)
        self._consoles.discard(writer)

    async def _answer(self, asked: Any) -> Question:
        for answer in self._answers:
            answered = await answer(asked)
            if answered is not None:
                return answered
        raise ValueError("not a question")


async def ask(folder: Path, question: Question) -> Question:
    """Ask the bot that runs on a state folder. Raises NotRunningError."""
    silent = NotRunningError("running.silent", folder=folder)
    try:
        reader, writer = await asyncio.open_unix_connection(str(folder / FILE_NAME), limit=_LONGEST_LINE)
    except OSError:
        raise silent from None
    try:
        writer.write(json.dumps(question).encode() + b"\n")
        answer: Question = json.loads(await reader.readline() or b"{}")
    except (OSError, ValueError):
        raise silent from None
    finally:
        await _hang_up(writer)
    if not answer:
        raise silent
    if answer == STANDS_BY:
        raise NotRunningError("running.stands_by")
    return answer


def _read(line: bytes) -> Any:
    try:
        return json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _bound(path: Path) -> socket.socket:
    """Return a socket at *path* that only its owner can open; one that a killed bot left is taken away."""
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        bound.bind(str(path))
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(before)
    return bound
