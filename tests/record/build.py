"""Records as a bot exports them, made in memory: whole ones, parts, purged ones, with time-stamps from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot import voice
from bot.core.chain import Entry
from bot.core.facts import CheckpointPosted, Fact, Noted, RoomReady
from bot.core.record.checkpoint import Checkpoint
from bot.core.record.leaves import Place, leaf_of
from bot.core.record.tree import Tree
from bot.core.report.entries import Contents
from bot.core.report.pages import Report
from bot.papers.record.keys import RecordKey
from bot.papers.record.making import export
from bot.papers.record.payload import Posted, Record
from bot.store.codec import encode_fact, kind_of
from bot.store.writing import as_written
from tests.core.build import ALICE, NOW, OPENED, ROOM, incident

KEY = RecordKey(bytes(range(32)))
EVERY = 5
"""A checkpoint follows each so many entries."""
Stamp = Callable[[str], bytes | None]


def _none(_: str) -> bytes | None:
    return None


def record(
    notes: int = 12,
    *,
    wanted: Sequence[int] | None = None,
    purged: Sequence[int] = (),
    stamp: Stamp = _none,
    key: RecordKey = KEY,
    texts: Callable[[int], str] = "note {} é <b> \ud800 €".format,
) -> Record:
    """Return a record of an opening, a room and so many notes, sealed now and then."""
    made = _Making(key, stamp)
    made.add(OPENED, RoomReady(at=NOW, room=ROOM))
    for number in range(notes):
        made.add(Noted(at=NOW + timedelta(minutes=number), by=ALICE, text=texts(number)))
        if len(made.places) % EVERY == 0:
            made.seal()
    places = [replace(place, entry=None, salt=b"") if place.number in purged else place for place in made.places]
    shown = [place for place in places if place.entry and (wanted is None or place.number in wanted)]
    opened = any(place.number == 1 for place in shown)
    return Record(
        incident=OPENED.incident,
        codename=OPENED.codename,
        language=OPENED.language,
        places=places,
        wanted=None if wanted is None else frozenset(wanted),
        checkpoints=made.posted,
        parts=made.parts if opened else {},
    )


def exported(made: Record, key: RecordKey = KEY) -> bytes:
    """Return the file."""
    shown = None if made.wanted is None else len(made.wanted)
    cover = voice.record_cover(incident(), shown=shown, size=len(made.places), key=key.public)
    return export(made, cover, NOW, key, reported(made, key) if shown is None else None)


def reported(made: Record, key: RecordKey = KEY) -> Report:
    """Return its report, over what was not purged."""
    root = Tree([place.leaf for place in made.places]).root().hex()
    entries = as_written(made.places, made.parts).entries()
    return voice.report(Contents(incident=incident(), entries=entries, root=root, key=key.public))


class _Making:
    def __init__(self, key: RecordKey, stamp: Stamp) -> None:
        self.places: list[Place] = []
        self.parts: dict[str, str] = {}
        self.posted: list[Posted] = []
        self._key, self._stamp = key, stamp

    def add(self, *facts: Fact) -> None:
        for fact in facts:
            body, parts = encode_fact(fact)
            number = len(self.places) + 1
            entry = Entry(number=number, input=f"${number}", device="PHONE", kind=kind_of(fact), body=body)
            salt = number.to_bytes(16)
            leaf = leaf_of(OPENED.incident, entry, salt)
            self.places.append(Place(number=number, leaf=leaf, entry=entry, salt=salt))
            self.parts |= parts

    def seal(self) -> None:
        leaves = [place.leaf for place in self.places]
        at = NOW + timedelta(hours=len(leaves))
        point = Checkpoint(incident=OPENED.incident, size=len(leaves), root=Tree(leaves).root().hex(), at=at)
        line = point.line(self._key.public, self._key.sign(point.statement()))
        posted = Posted(size=len(leaves), line=line, stamp=self._stamp(line))
        self.posted.append(posted)
        number = len(self.posted)
        self.add(CheckpointPosted(at=at, number=number, size=posted.size, line=line, stamp=posted.stamp))
