"""The record of an incident read back whole: its places, and the facts that can still be read at them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from bot.core.facts import DeskFact, Fact
from bot.core.record.leaves import Place
from bot.core.report.entries import Written
from bot.store.codec import decode_fact, named_parts
from bot.store.tables import leaves, parts


def read_record(connection: sqlite3.Connection, stream: str) -> tuple[tuple[Place, ...], Mapping[str, str]]:
    """Return the places of a record, and the parts that its entries name, by digest. Raises ChainBrokenError."""
    places = leaves.places(connection, stream)
    named = {digest for place in places for digest in _named(place)}
    return places, {digest: parts.read(connection, digest) for digest in sorted(named)}


def as_written(places: Sequence[Place], kept: Mapping[str, str]) -> Written:
    """Return the record that these places and parts make. Slow: not for the event loop. Raises UnreadableError."""
    found = {place.number: fact for place in places if (fact := _fact(place, kept)) is not None}
    named = {place.number: digests for place in places if (digests := _named(place))}
    return Written(places=places, facts=found, named=named, parts=kept)


def _fact(place: Place, kept: Mapping[str, str]) -> Fact | None:
    if place.entry is None:
        return None
    fact = decode_fact(place.entry.kind, place.entry.body, kept.__getitem__)
    return None if isinstance(fact, DeskFact) else fact


def _named(place: Place) -> tuple[str, ...]:
    return () if place.entry is None else tuple(named_parts(place.entry.kind, place.entry.body).values())
