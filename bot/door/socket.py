"""The socket: one JSON object a line each way. Whoever may open it may open ways in.

| question | answer |
|---|---|
| `{"open": ID, "until": TIME}` | `{"link": LINK, "id": ID, "until": TIME}` |
| `{"close": ID}` | `{"door": ROW}` |
| `{"deactivate": ID}` | `{"door": ROW}` |
| `{"list": true}`, `{"list": [ID, ...]}` | `{"doors": [ROW, ...]}` |

A ROW is `{"id", "state", "until", "user", "made", "again", "settled"}`; `made` is false where *user* is an account that
somebody had before, and to which nobody here may put an end. What is refused is answered with `{"refused": WORD}`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.door.doors import Doors
from bot.door.errors import NoDoorError, NotAskedError, OpenAlreadyError, Refusal, ShutError
from bot.door.tickets import MOST_OPEN, is_id
from bot.host.disk import CannotKeepError
from bot.host.lines import OWNER_ALONE, OWNER_AND_GROUP, Conversations, bound, hang_up

LONGEST_QUESTION = 16 * 1024 + 70 * MOST_OPEN
LONGEST_ANSWER = 64_000_000
_log = logging.getLogger(__name__)

Row = Mapping[str, Any]


class DoorSocket:
    """Answers whoever may open the socket."""

    def __init__(self, doors: Doors, page: str) -> None:
        self._doors = doors
        self._page = page
        self._askers = Conversations(self._answer)

    @asynccontextmanager
    async def opened(self, path: Path) -> AsyncIterator[None]:
        """Listen meanwhile. Raises OpenAlreadyError, ShutError."""
        if await _is_answered(path):
            raise OpenAlreadyError("door.in_use", path=path)
        try:
            server = await asyncio.start_unix_server(self._askers.serve, sock=_bound(path), limit=LONGEST_QUESTION)
        except OSError as refused:
            raise ShutError("door.no_socket", path=path, why=refused.strerror or "?") from None
        try:
            yield
        finally:
            server.close()
            await asyncio.to_thread(path.unlink, missing_ok=True)
            await self._askers.close()

    async def _answer(self, line: bytes) -> Row:
        try:
            return await self._answered(_read(line))
        except NotAskedError as refused:
            return {"refused": refused.why}
        except CannotKeepError as fault:
            _log.error("%s", fault)
            return {"refused": Refusal.AWAY}

    async def _answered(self, asked: object) -> Row:
        match asked:
            case {"open": str(id), "until": str(written), **rest} if not rest and is_id(id):
                until = _time(written)
                link = f"{self._page}#{await self._doors.open(id, until)}"
                return {"link": link, "id": id, "until": until.isoformat()}
            case {"close": str(id), **rest} if not rest:
                return {"door": self._doors.row(await self._doors.close(id))}
            case {"deactivate": str(id), **rest} if not rest:
                return {"door": self._doors.row(await self._doors.deactivate(id))}
            case {"list": True, **rest} if not rest:
                return {"doors": await self._doors.rows()}
            case {"list": list(wanted), **rest} if not rest and all(map(is_id, wanted)):
                return {"doors": await self._doors.rows(wanted)}
            case _:
                raise NotAskedError(Refusal.QUESTION)


@asynccontextmanager
async def asking(path: Path) -> AsyncIterator[Asker]:
    """Ask the door that answers at *path*. Raises NoDoorError."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=LONGEST_ANSWER)
    except OSError:
        raise NoDoorError("door.silent", path=path) from None
    try:
        yield Asker(reader, writer, path)
    finally:
        await hang_up(writer)


class Asker:
    """Somebody at the socket of a door."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: Path) -> None:
        self._reader, self._writer, self._path = reader, writer, path

    async def ask(self, question: Mapping[str, object]) -> Row:
        """Return the answer. Raises NoDoorError, or NotAskedError when it is refused."""
        try:
            self._writer.write(json.dumps(question).encode() + b"\n")
            told = json.loads(await self._reader.readline())
        except (OSError, ValueError):
            raise NoDoorError("door.silent", path=self._path) from None
        if "refused" in told:
            raise NotAskedError(Refusal(told["refused"]))
        return dict(told)


def _read(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise NotAskedError(Refusal.QUESTION) from None


def _time(written: str) -> datetime:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise NotAskedError(Refusal.QUESTION) from None
    if found.tzinfo is None:
        raise NotAskedError(Refusal.QUESTION)
    return found


async def _is_answered(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    await hang_up(writer)
    return True


def _bound(path: Path) -> socket.socket:
    """Return a socket at *path*: its owner's, and its group's where the folder lets the group in and nobody else.

    One that a killed door left is taken away; a file of another kind is not. Raises OSError.
    """
    if path.exists() and not stat.S_ISSOCK(path.stat().st_mode):
        raise FileExistsError(0, "a file is there")
    folder = path.parent.stat().st_mode
    return bound(path, OWNER_AND_GROUP if folder & 0o010 and not folder & 0o007 else OWNER_ALONE)
