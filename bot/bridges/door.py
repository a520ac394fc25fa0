"""The door's socket, as the bot asks it. Whatever it answers is read as a stranger's: see docs/door.md."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bot.core.people.guests import Passage, WayIn
from bot.core.people.naming import full_id
from bot.host.lines import hang_up
from bot.ports import DoorRefusesError, DoorSilentError

PATIENCE_S = 10.0
"""How long the door may take for one answer: it asks the homeserver meanwhile."""
_LONGEST_ANSWER = 64 * 1024
"""Bytes: so many are read in a millisecond."""
_AT_ONCE = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PASSAGES: Mapping[object, Passage] = {
    "waiting": Passage.OPEN,
    "claimed": Passage.OPEN,
    "come": Passage.COME,
    "astray": Passage.ASTRAY,
    "late": Passage.OVER,
    "closed": Passage.OVER,
    "gone": Passage.OVER,
}


class AskedDoor:
    """`ports.DoorKeeper` over the door's socket."""

    def __init__(self, socket: Path, page: str, patience_s: float = PATIENCE_S) -> None:
        self._socket = socket
        self._page = page
        self._patience_s = patience_s

    async def open(self, id: str, until: datetime) -> str:
        """Return a link that leads to the configured page, and nowhere else."""
        told = await self._ask({"open": id, "until": until.isoformat()})
        if "refused" in told:
            raise DoorRefusesError if told["refused"] == "full" else DoorSilentError
        link = told.get("link")
        page, _, secret = link.partition("#") if isinstance(link, str) else ("", "", "")
        if page != self._page or not _SECRET.fullmatch(secret):
            raise DoorSilentError
        return f"{page}#{secret}"

    async def look(self, ids: Collection[str]) -> Sequence[WayIn]:
        """Return what is known of *ids*, a hundred at a time."""
        waiting, found = iter(ids), list[WayIn]()
        while asked := tuple(islice(waiting, _AT_ONCE)):
            told = (await self._ask({"list": asked})).get("doors")
            rows = map(_way, told if isinstance(told, list) else ())
            found += [way for way in rows if way is not None and way.id in asked]
        return found

    async def end(self, id: str) -> bool:
        """Close the link, and end the account that was made by it."""
        await self._ask({"close": id})
        told = await self._ask({"deactivate": id})
        if "refused" not in told:
            return True
        if told["refused"] not in ("nobody", "unknown"):
            return False
        told = await self._ask({"list": [id]})
        match told.get("doors"):
            case [{"settled": settled}]:
                return settled is True
            case []:
                return True
            case _:
                return False

    async def _ask(self, question: Mapping[str, object]) -> Mapping[str, Any]:
        try:
            async with asyncio.timeout(self._patience_s):
                told = json.loads(await self._line(json.dumps(question).encode() + b"\n"))
        except (OSError, ValueError, RecursionError):
            raise DoorSilentError from None
        if not isinstance(told, dict):
            raise DoorSilentError
        return told

    async def _line(self, question: bytes) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(self._socket), limit=_LONGEST_ANSWER)
        try:
            writer.write(question)
            return await reader.readline()
        finally:
            await hang_up(writer)


def _way(row: Any) -> WayIn | None:
    """Return a row as it is read; None where it has not the form of one."""
    match row:
        case {"id": str(id), "state": str(state), "user": str() | None as user, "again": int(again)}:
            passage = _PASSAGES.get(state)
            # An id that could be nobody's is none; what was made for it is taken as made.
            known, made = full_id(user or ""), row.get("made") is not False
            return None if passage is None else WayIn(id=id, passage=passage, user=known, made=made, again=again)
        case _:
            return None
