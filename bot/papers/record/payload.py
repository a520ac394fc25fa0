"""record.json: the entries of a record, or some of them, with what proves where they stand."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.core.record.canonical import Json, canonical
from bot.core.record.checkpoint import Checkpoint
from bot.core.record.leaves import Place, shown
from bot.core.record.tree import Tree
from bot.papers.record.keys import RecordKey

FORMAT = "cellule-record-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A checkpoint that was posted in the room."""

    size: int
    line: str
    stamp: bytes | None
    """What a time-stamp authority answered, if one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a record is made of."""

    incident: str
    codename: str
    language: str
    places: Sequence[Place]
    wanted: frozenset[int] | None
    """The numbers of the entries that are shown; None for all."""
    checkpoints: Sequence[Posted]
    parts: Mapping[str, str]
    """What the entries that are shown name by its digest."""


def record_json(record: Record, attachments: Mapping[str, bytes], key: RecordKey) -> bytes:
    """Return the record, and the hashes of what is attached beside it, as canonical JSON."""
    tree = Tree([place.leaf for place in record.places])
    is_whole = record.wanted is None
    places = [place for place in record.places if record.wanted is None or place.number in record.wanted]
    head = Checkpoint(incident=record.incident, size=len(tree.leaves), root=tree.root().hex(), at=None)
    return canonical(
        {
            "attachments": {name: sha256(data).hexdigest() for name, data in attachments.items()},
            "checkpoints": [_checkpoint(posted, tree, is_whole=is_whole) for posted in record.checkpoints],
            "codename": record.codename,
            "entries": [_entry(record.incident, place) for place in places],
            "format": FORMAT,
            "head": head.line(key.public, key.sign(head.statement())),
            "incident": record.incident,
            "language": record.language,
            "leaves": _written(tree.leaves) if is_whole else [],
            "parts": dict(record.parts),
            "proofs": [] if is_whole else [_written(tree.inclusion(place.number - 1)) for place in places],
        }
    )


def _entry(incident: str, place: Place) -> Json:
    if place.entry is None:
        return {"number": place.number, "purged": place.leaf.hex()}
    return shown(incident, place.entry, place.salt)


def _checkpoint(posted: Posted, tree: Tree, *, is_whole: bool) -> Json:
    stamp = None if posted.stamp is None else b64encode(posted.stamp).rstrip(b"=").decode()
    proof = () if is_whole else tree.consistency(posted.size)
    return {"line": posted.line, "proof": _written(proof), "stamp": stamp}


def _written(hashes: Iterable[bytes]) -> list[Json]:
    return [one.hex() for one in hashes]
