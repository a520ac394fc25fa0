"""A Unix socket in the state folder, for its owner alone: one JSON object a line each way. No secret passes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.host.lines import Conversations, bound, hang_up
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
        self._consoles = Conversations(self._answer)

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
            self._server = await asyncio.start_unix_server(self._consoles.serve, sock=bound(path), limit=_LONGEST_LINE)
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
        await self._consoles.close()

    async def _answer(self, line: bytes) -> Question:
        asked = _read(line)
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
        await hang_up(writer)
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
