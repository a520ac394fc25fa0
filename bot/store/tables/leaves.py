"""The places of the record of a stream: each fact stands at one, and its hash stays there when the fact is erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from secrets import token_bytes

from bot.core.chain import Entry
from bot.core.record.leaves import SALT_BYTES, Place, leaf_of

_LAST = "SELECT coalesce(max(place), 0) FROM leaves WHERE stream = ?"
_PUT = "INSERT INTO leaves (stream, place, fact, salt, leaf) VALUES (?, ?, ?, ?, ?)"
_PLACES = """
SELECT leaves.place, leaves.salt, leaves.leaf, facts.input, facts.device, facts.kind, facts.body
FROM leaves LEFT JOIN facts ON facts.stream = leaves.stream AND facts.number = leaves.fact
WHERE leaves.stream = ? ORDER BY leaves.place
"""
_LEAVES = "SELECT place, leaf FROM leaves WHERE stream = ? ORDER BY place"
_FACTS = "SELECT place, fact FROM leaves WHERE stream = ? AND fact IS NOT NULL"
_KEEP = "UPDATE leaves SET fact = ? WHERE stream = ? AND place = ?"
_ERASE = "UPDATE leaves SET fact = NULL, salt = NULL, leaf = ? WHERE stream = ? AND place = ?"


def append(connection: sqlite3.Connection, stream: str, entry: Entry) -> None:
    """Give the fact *entry*, numbered as it is in its stream, the next place of the record."""
    (last,) = connection.execute(_LAST, (stream,)).fetchone()
    salt = token_bytes(SALT_BYTES)
    leaf = leaf_of(stream, replace(entry, number=last + 1), salt)
    connection.execute(_PUT, (stream, last + 1, entry.number, salt, leaf))


def places(connection: sqlite3.Connection, stream: str) -> tuple[Place, ...]:
    """Return every place of the record of *stream*."""
    return tuple(_place(stream, values) for values in connection.execute(_PLACES, (stream,)))


def leaves(connection: sqlite3.Connection, stream: str) -> tuple[bytes, ...]:
    """Return the hash at every place of the record of *stream*."""
    found = [leaf for _, leaf in connection.execute(_LEAVES, (stream,))]
    return tuple(found) if all(found) else tuple(place.leaf for place in places(connection, stream))


def move(connection: sqlite3.Connection, stream: str, stays: Mapping[int, int]) -> None:
    """Tell the record that facts were numbered anew; *stays* has the new number of each, by its old one.

    Of those that are not in it the hash stays.
    """
    fact_at: dict[int, int] = dict(connection.execute(_FACTS, (stream,)))
    for place in places(connection, stream):
        if (old := fact_at.get(place.number)) is None:
            continue
        if old in stays:
            connection.execute(_KEEP, (stays[old], stream, place.number))
        else:
            connection.execute(_ERASE, (place.leaf, stream, place.number))


def is_whole(connection: sqlite3.Connection, stream: str) -> bool:
    """Say whether every fact that has a place gives the hash that is kept there."""
    for place in places(connection, stream):
        if place.entry is not None and leaf_of(stream, place.entry, place.salt) != place.leaf:
            return False
    return True


def _place(stream: str, values: tuple[int, bytes | None, bytes | None, str, str | None, str | None, str]) -> Place:
    number, salt, leaf, input, device, kind, body = values
    if kind is None or salt is None:
        return Place(number=number, leaf=bytes(leaf or b""), entry=None)
    entry = Entry(number=number, input=input, device=device, kind=kind, body=body)
    return Place(number=number, leaf=bytes(leaf or leaf_of(stream, entry, salt)), entry=entry, salt=bytes(salt))
