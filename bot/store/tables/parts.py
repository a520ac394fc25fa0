"""What openings have in common, each part once. They name it by its digest, so the chain of facts binds it too."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping

from bot.ports import ChainBrokenError
from bot.store.codec import WITH_PARTS, digest_of, named_parts

_KEEP = "INSERT INTO parts (digest, body) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"
_READ = "SELECT body FROM parts WHERE digest = ?"
_FORGET = "DELETE FROM parts WHERE digest = ?"
_OPENINGS = "SELECT body FROM facts WHERE kind = ?"
_OF_STREAM = "SELECT body FROM facts WHERE kind = ? AND stream = ?"


def keep(connection: sqlite3.Connection, new: Mapping[str, str]) -> None:
    """Keep parts given by their digests; one that is kept already is left as it is."""
    connection.executemany(_KEEP, new.items())


def read(connection: sqlite3.Connection, digest: str) -> str:
    """Return the part of that digest. Raises ChainBrokenError when it is gone, or is another."""
    row = connection.execute(_READ, (digest,)).fetchone()
    if row is None or digest_of(row[0]) != digest:
        raise ChainBrokenError("keeping.broken_part")
    return str(row[0])


def of_stream(connection: sqlite3.Connection, stream: str) -> frozenset[str]:
    """Return the digests that the facts of *stream* name."""
    return frozenset(
        digest
        for kind in WITH_PARTS
        for (body,) in connection.execute(_OF_STREAM, (kind, stream))
        for digest in named_parts(kind, body).values()
    )


def forget_unnamed(connection: sqlite3.Connection, digests: Collection[str]) -> None:
    """Drop those of *digests* that no fact names any more."""
    left = set(digests)
    for kind in WITH_PARTS if left else ():
        for (body,) in connection.execute(_OPENINGS, (kind,)):
            left.difference_update(named_parts(kind, body).values())
    connection.executemany(_FORGET, [(digest,) for digest in left])
