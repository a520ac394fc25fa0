"""Facts in the file: appended to the end of their stream, chained, changed by nothing but a purge."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.core.chain import Entry, genesis, link
from bot.core.facts import DeskFact, Fact, Recorded
from bot.core.names import DeviceId, InputId
from bot.ports import ChainBrokenError
from bot.store.codec import decode_fact, encode_fact, kind_of, named_parts
from bot.store.tables import leaves, parts

_HEAD = "SELECT number, digest FROM facts WHERE stream = ? ORDER BY number DESC LIMIT 1"
_APPEND = "INSERT INTO facts (stream, number, kind, body, input, device, digest) VALUES (?, ?, ?, ?, ?, ?, ?)"
_DIGEST = "SELECT digest FROM facts WHERE stream = ? AND number = ?"
_ROWS = (
    "SELECT number, input, device, kind, body, digest FROM facts"
    " WHERE stream = ? AND number > ? AND number <= ? ORDER BY number"
)
_STREAMS = "SELECT DISTINCT stream FROM facts ORDER BY stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Facts to append, encoded already: a mistake in one is refused where it was made."""

    stream: str
    kinds_and_bodies: tuple[tuple[str, str], ...]
    parts: Mapping[str, str]
    """What the bodies name, by its digest."""
    input: InputId
    device: DeviceId | None


def addition(stream: str, facts: Sequence[Fact | DeskFact], *, input: InputId, device: DeviceId | None) -> Addition:
    """Encode *facts* for *stream*."""
    encoded, named = list[tuple[str, str]](), dict[str, str]()
    for fact in facts:
        body, its_parts = encode_fact(fact)
        encoded.append((kind_of(fact), body))
        named |= its_parts
    return Addition(stream=stream, kinds_and_bodies=tuple(encoded), parts=named, input=input, device=device)


def append(connection: sqlite3.Connection, new: Addition) -> None:
    """Add the facts to the end of their stream, and to its record."""
    for entry in chain(connection, new):
        leaves.append(connection, new.stream, entry)


def chain(connection: sqlite3.Connection, new: Addition) -> tuple[Entry, ...]:
    """Add the facts to the end of their stream, without a place in its record, and return them."""
    parts.keep(connection, new.parts)
    last, digest = _head(connection, new.stream)
    added = list[Entry]()
    for number, (kind, body) in enumerate(new.kinds_and_bodies, last + 1):
        entry = Entry(number=number, input=new.input, device=new.device, kind=kind, body=body)
        digest = link(digest, entry)
        connection.execute(_APPEND, (new.stream, number, kind, body, new.input, new.device, digest))
        added.append(entry)
    return tuple(added)


def history(
    connection: sqlite3.Connection, stream: str, last: int | None, until: int | None
) -> tuple[Recorded[Fact | DeskFact], ...]:
    """Return the facts of *stream* up to *until*, or the *last* ones of them, each checked against the one before it.

    Raises:
        ChainBrokenError: one does not match.
    """
    part = partial(parts.read, connection)
    return tuple(_recorded(entry, digest, part) for entry, digest in _checked(connection, stream, last, until))


def streams(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the name of every stream."""
    return tuple(name for (name,) in connection.execute(_STREAMS))


def is_whole(connection: sqlite3.Connection, stream: str) -> bool:
    """Say whether every fact of *stream* matches its digest and its place in the record, and every part its name."""
    try:
        for entry, _ in _checked(connection, stream, None, None):
            for digest in named_parts(entry.kind, entry.body).values():
                parts.read(connection, digest)
    except ChainBrokenError:
        return False
    return leaves.is_whole(connection, stream)


def _checked(
    connection: sqlite3.Connection, stream: str, last: int | None, until: int | None
) -> list[tuple[Entry, bytes]]:
    end, _ = _head(connection, stream)
    end = end if until is None else min(end, until)
    start = 0 if last is None else max(0, end - last)
    before = genesis(stream) if start == 0 else _digest_of(connection, stream, start)
    rows = [_row(values) for values in connection.execute(_ROWS, (stream, start, end))]
    for number, (entry, digest) in enumerate(rows, start + 1):
        if entry.number != number or digest != link(before, entry):
            raise ChainBrokenError("keeping.broken_chain")
        before = digest
    return rows


def _head(connection: sqlite3.Connection, stream: str) -> tuple[int, bytes]:
    return connection.execute(_HEAD, (stream,)).fetchone() or (0, genesis(stream))


def _digest_of(connection: sqlite3.Connection, stream: str, number: int) -> bytes:
    row = connection.execute(_DIGEST, (stream, number)).fetchone()
    return bytes(row[0]) if row else b""


def _row(values: tuple[int, str, str | None, str, str, bytes]) -> tuple[Entry, bytes]:
    number, input, device, kind, body, digest = values
    return Entry(number=number, input=input, device=device, kind=kind, body=body), digest


def _recorded(entry: Entry, digest: bytes, part: Callable[[str], str]) -> Recorded[Fact | DeskFact]:
    return Recorded(
        number=entry.number,
        fact=decode_fact(entry.kind, entry.body, part),
        input=InputId(entry.input),
        device=None if entry.device is None else DeviceId(entry.device),
        digest=digest.hex(),
    )
