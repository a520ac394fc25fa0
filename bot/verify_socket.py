"""The operator's console at the running bot: a Unix socket in the state folder, for its owner alone.

One JSON object a line each way. `{"ask": "waiting"}` is answered with who waits for a comparison, and
`{"settle": ID, "same": BOOL}` with whether it was waited for. No secret passes: emoji are not one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.core.names import DeviceId, UserId
from bot.ports import Comparison, Verifications

FILE_NAME = "verify.sock"
_LONGEST_LINE = 4096
_log = logging.getLogger(__name__)


class NotRunningError(Exception):
    """No bot listens there."""


class VerifySocket:
    """Serves verifications to whoever may open the socket, until closed."""

    def __init__(self, verifications: Verifications) -> None:
        self._verifications = verifications
        self._server: asyncio.Server | None = None
        self._path: Path | None = None
        self._consoles: set[asyncio.StreamWriter] = set()

    async def open(self, folder: Path) -> None:
        """Begin to listen, in a state folder that is ours alone. Where that cannot be, only the log says so."""
        path = folder / FILE_NAME
        try:
            self._server = await asyncio.start_unix_server(self._serve, sock=_bound(path), limit=_LONGEST_LINE)
        except OSError as refused:
            _log.warning("`cellule verify` will not find this bot: %s", refused.strerror or "the path is too long")
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
                writer.write(json.dumps(self._answer(json.loads(line))).encode() + b"\n")
                await writer.drain()
        await _hang_up(writer)
        self._consoles.discard(writer)

    def _answer(self, asked: Any) -> dict[str, Any]:
        match asked:
            case {"ask": "waiting"}:
                return {"waiting": [_told(comparison) for comparison in self._verifications.waiting()]}
            case {"settle": str(id_), "same": bool(same)}:
                _log.info("a verification is settled on the operator's console")
                return {"settled": self._verifications.settle(id_, same=same)}
            case _:
                raise ValueError("not a question")


class Console:
    """The other end: asks the bot that runs on a state folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._told = f"the bot does not run on {folder}, or could not open its console there: then its log says so"

    async def waiting(self) -> tuple[Comparison, ...]:
        """Return who waits for a comparison; raises NotRunningError."""
        return tuple(map(_read, (await self._ask({"ask": "waiting"}))["waiting"]))

    async def settle(self, comparison: Comparison, *, same: bool) -> bool:
        """Give a verdict; False when nobody waits for it any more. Raises NotRunningError."""
        return bool((await self._ask({"settle": comparison.id, "same": same}))["settled"])

    async def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            reader, writer = await asyncio.open_unix_connection(str(self._path))
        except OSError:
            raise NotRunningError(self._told) from None
        try:
            writer.write(json.dumps(question).encode() + b"\n")
            answer: dict[str, Any] = json.loads(await reader.readline() or b"{}")
        except (OSError, ValueError):
            raise NotRunningError(self._told) from None
        finally:
            await _hang_up(writer)
        if not answer:
            raise NotRunningError(self._told)
        return answer


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


def _told(comparison: Comparison) -> dict[str, Any]:
    return {
        "id": comparison.id,
        "code": comparison.code,
        "user": comparison.user,
        "device": comparison.device,
        "emoji": comparison.emoji,
        "numbers": comparison.numbers,
    }


def _read(told: dict[str, Any]) -> Comparison:
    return Comparison(
        id=told["id"],
        code=told["code"],
        user=UserId(told["user"]),
        device=DeviceId(told["device"]),
        emoji=tuple(told["emoji"]),
        numbers=tuple(told["numbers"]),
    )
