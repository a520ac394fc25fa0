"""The proof of the tour: what the homeserver holds, against what the responders read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from bot.core.language import Language
from bot.core.names import EventId, RoomId, UserId
from bot.demo import tour_words as words
from bot.demo.expectations import Ledger
from bot.demo.responder import Said
from bot.demo.seen import Seen
from bot.demo.words import tell
from bot.service.upkeep.control import control_room_name

_MESSAGES = ("m.room.message", "m.reaction", "m.sticker")
_ENCRYPTED = "m.room.encrypted"


class Reader(Protocol):
    """What is asked of a responder here."""

    user: UserId
    transcript: list[Said]

    @property
    def unreadable(self) -> tuple[EventId, ...]:
        """Encrypted events that could not be opened."""


async def check_server(  # noqa: PLR0913 - both sides of the comparison
    ledger: Ledger,
    language: Language,
    *,
    events: Sequence[Seen],
    readers: Sequence[tuple[Reader, frozenset[RoomId]]],
    codename: str,
    secrets: Sequence[str],
    database: Path,
) -> None:
    """Raise UnmetError unless everything said is ciphertext there, was read here, and left no other trace.

    *readers* are the responders with the rooms whose every message each must have read.
    """
    clear = [event.type for event in events if event.type in _MESSAGES]
    ledger.expect(not clear, tell(words.ALL_ENCRYPTED, language), ", ".join(clear))
    for person, rooms in readers:
        _check_read(ledger, language, events, person, rooms)
    names = sorted({event.name for event in events if event.name})
    expected = sorted((control_room_name(language), codename))
    ledger.expect(names == expected, tell(words.NAMES, language, names=", ".join(expected)), ", ".join(names))
    files = await asyncio.to_thread(_read_files, database)
    found = _holder(files, codename)
    ledger.expect(found is not None, tell(words.CODENAME_FOUND, language), codename)
    for secret in secrets:
        holder = _holder(files, secret)
        seen = tell(words.FOUND_IN, language, file=holder)
        ledger.expect(holder is None, tell(words.SECRET_ABSENT, language, secret=secret), seen)


def _check_read(
    ledger: Ledger, language: Language, events: Iterable[Seen], person: Reader, rooms: frozenset[RoomId]
) -> None:
    read = {said.id for said in person.transcript}
    missed = [
        event.id
        for event in events
        if event.type == _ENCRYPTED and event.room in rooms and EventId(event.id) not in read
    ]
    expected = tell(words.ALL_READ, language, who=person.user)
    ledger.expect(not missed and not person.unreadable, expected, f"{len(missed)}, {len(person.unreadable)}")


def _read_files(database: Path) -> dict[str, bytes]:
    """Read everything the homeserver wrote: its database, the journal beside it, its log."""
    return {
        file.name: file.read_bytes() for file in database.parent.iterdir() if file.suffix != ".key" and file.is_file()
    }


def _holder(files: dict[str, bytes], text: str) -> str | None:
    """Return the file that has *text*, as it is or as JSON escapes it; None when none has."""
    escaped = json.dumps(text).strip('"').encode()
    return next((name for name, data in files.items() if text.encode() in data or escaped in data), None)
