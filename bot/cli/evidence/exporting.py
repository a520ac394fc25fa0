"""`cellule evidence export`: the evidence of an incident in a folder: its files, its custody, and a signed sheet."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from bot import __version__, voice
from bot.cli.record.errors import RecordRefusedError
from bot.cli.record.exporting import found
from bot.cli.record.opened import opened
from bot.cli.tongue import say
from bot.config import Config
from bot.core.facts import Keeping
from bot.core.incident import Incident
from bot.host.secret import new_file
from bot.papers.case import case_file
from bot.papers.record.keys import RecordKey
from bot.ports import evidence_part
from bot.service.books import Books
from bot.store.sqlite import SqliteStore

GRAPH, SHEET = "case-uco.jsonld", "fiche.txt"


async def export_evidence(config: Config, named: str, to: Path, now: datetime) -> None:
    """Write the folder, and say what is in it. Raises RecordRefusedError, or SecretFileError."""
    async with opened(config) as (store, key):
        incident = found(await Books.load(store), named)
        if not incident.evidence:
            raise RecordRefusedError("evidencing.none", name=incident.codename)
        files = await _files(store, incident)
    await asyncio.to_thread(_write, to, _contents(incident, files, key, now))
    print(say("evidencing.written", path=to, count=len(incident.evidence), files=len(files)))
    print(say("finding.signer", key=key.public))
    print(say("evidencing.clear"))


async def _files(store: SqliteStore, incident: Incident) -> Mapping[int, bytes]:
    """Return what is kept, by number, as it was taken in. Raises RecordRefusedError."""
    kept = [item.taken for item in incident.evidence.values() if item.taken.keeping is Keeping.KEPT]
    files = dict[int, bytes]()
    for taken in kept:
        parts = await store.named(evidence_part(incident.id, taken.digest))
        data = b"".join(parts[name] for name in sorted(parts))
        if sha256(data).hexdigest() != taken.digest:
            raise RecordRefusedError("evidencing.altered", number=taken.number, name=incident.codename)
        files[taken.number] = data
    return files


def _contents(incident: Incident, files: Mapping[int, bytes], key: RecordKey, now: datetime) -> Mapping[str, bytes]:
    """Return what is written, by name; files have names that nothing opens by itself."""
    names = {number: f"E{number}.bin" for number in files}
    beside = {names[number]: data for number, data in files.items()}
    beside[GRAPH] = case_file(incident, names, __version__, called=voice.marked(incident, incident.codename))
    sums = {name: sha256(data).hexdigest() for name, data in beside.items()}
    sheet = voice.evidence_sheet(incident, names, sums, now)
    signed = sheet + voice.signature_lines(key.public, key.sign(sheet))
    return {**beside, SHEET: signed.encode()}


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(mode=0o700)
    except OSError as refused:
        raise RecordRefusedError("evidencing.there", path=folder, why=refused.strerror) from None
    for name, data in contents.items():
        with new_file(folder / name) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
