"""What of a fact is hashed: the entry of the record, with the salt that hides it from whoever sees its hash alone."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.core.chain import Entry
from bot.core.record.canonical import Json, canonical
from bot.core.record.tree import leaf_hash

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the record of an incident."""

    number: int
    leaf: bytes
    """The hash of what was written there, which stays when that is erased."""
    entry: Entry | None
    """None once it was erased, or a part of it."""
    salt: bytes = b""
    """Of the entry; erased with it."""


def shown(incident: str, entry: Entry, salt: bytes) -> dict[str, Json]:
    """Return an entry as a record shows it."""
    return {
        "body": json.loads(entry.body),
        "device": entry.device,
        "incident": incident,
        "input": entry.input,
        "kind": entry.kind,
        "number": entry.number,
        "salt": salt.hex(),
    }


def leaf_of(incident: str, entry: Entry, salt: bytes) -> bytes:
    """Return the leaf of an entry. Raises ValueError when a number in it is none that every reader keeps."""
    return leaf_hash(canonical(shown(incident, entry, salt)))
