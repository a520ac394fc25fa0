"""`cellule record export`: the record of an incident, or a part of it, in one file that proves itself."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from pathlib import Path

from bot.cli.record.errors import RecordRefusedError
from bot.cli.record.opened import opened
from bot.cli.tongue import say
from bot.config import Config
from bot.core.incident import Incident
from bot.core.report.entries import Written
from bot.host.secret import new_file
from bot.papers.record.keys import RecordKey
from bot.sentences.told import Told
from bot.service.books import Books
from bot.service.records import making
from bot.voice.trust.identities import grouped

_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for at the console."""

    incident: str
    """Its codename, or its id."""
    to: Path
    circle: str | None
    entries: str | None
    """Numbers and ranges as typed; None for all."""


async def export_record(config: Config, wanted: Wanted) -> None:
    """Write the file, and say how many entries are in it. Raises RecordRefusedError, or SecretFileError."""
    async with opened(config) as (store, key):
        incident = found(await Books.load(store), wanted.incident)
        if wanted.circle is not None:
            raise RecordRefusedError("recording.no_circle", name=incident.codename, circle=repr(wanted.circle))
        written = await store.written(incident.id)
    size = len(written.places)
    shown = None if wanted.entries is None else _numbers(wanted.entries, size, incident)
    data = await asyncio.to_thread(_made, incident, written, key, shown)
    await asyncio.to_thread(_write, wanted.to, data)
    print(say("recording.written", path=wanted.to, shown=size if shown is None else len(shown), size=size))
    print(say("finding.signer", key=key.public))


async def show_key(config: Config) -> None:
    """Print the key of the records. Raises RecordRefusedError."""
    async with opened(config) as (_, key):
        print(grouped(key.public))


def _made(incident: Incident, written: Written, key: RecordKey, shown: frozenset[int] | None) -> bytes:
    if shown is None:
        return making.whole(incident, written, key).pdf
    return making.part(incident, written, key, shown)


def _write(path: Path, data: bytes) -> None:
    with new_file(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def found(books: Books, named: str) -> Incident:
    """Return the incident that is called so, or has that id. Raises RecordRefusedError."""
    known = books.incidents()
    for one in known:
        if named == one.id or named.casefold() == one.codename.casefold():
            return one
    names = ", ".join(one.codename for one in known) or Told("purging.none")
    raise RecordRefusedError("purging.unknown", name=repr(named), known=names)


def _numbers(typed: str, size: int, incident: Incident) -> frozenset[int]:
    """Read the numbers of entries. Raises RecordRefusedError when they are none, or there is no such entry."""
    found: set[int] = set()
    for part in typed.split(","):
        read = _RANGE.fullmatch(part.strip())
        first, last = (int(read[1]), int(read[2] or read[1])) if read else (0, 0)
        if read is None or last < first:
            raise RecordRefusedError("recording.entries_unread", given=repr(typed))
        # A range beyond the end is refused below, not counted out.
        found |= {first, last, *range(first, min(last, size) + 1)}
    if unknown := sorted(number for number in found if not 1 <= number <= size):
        more = ", …" if len(unknown) > _MOST_NAMED else ""
        numbers = ", ".join(map(str, unknown[:_MOST_NAMED])) + more
        raise RecordRefusedError("recording.entries_unknown", name=incident.codename, size=size, numbers=numbers)
    return frozenset(found)
