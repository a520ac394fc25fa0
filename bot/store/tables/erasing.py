"""Taking things out of the file for good, and telling what was taken out."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial

from bot.core.chain import Entry
from bot.core.facts import DeskFact, Fact
from bot.core.names import IncidentId, RoomId
from bot.ports import FromEvents, Misnamed, evidence_part
from bot.store.codec import decode_fact
from bot.store.tables import facts, inbox, leaves, outbox, parts, spoken, vault
from bot.store.tables.facts import Addition

_CLEAR = "DELETE FROM facts WHERE stream = ?"
_STOOD = "SELECT number, input, device, kind, body FROM facts WHERE stream = ?"
_OF_A_SERVER = ("inbox", "origins", "outbox", "sealed", "spoken", "crypto", "meta")
"""Tables in which nothing means anything elsewhere; facts, their parts and their record are in the others."""
_BODIES = "SELECT body FROM facts WHERE stream = ?"
_ROWS = (
    "SELECT body FROM facts",
    "SELECT body FROM parts",
    "SELECT body FROM inbox WHERE body IS NOT NULL",
    "SELECT body FROM outbox WHERE body IS NOT NULL",
    "SELECT body FROM sealed",
    "SELECT body FROM spoken",
    # Names of people and of their devices.
    "SELECT name || body FROM crypto WHERE kind IN ('device', 'identity')",
)
_ID = re.compile(r"[!$@]\S+")
"""Ids say nothing, and stay: in the marks that keep an old message from being taken for a new one."""
_SHORTEST, _LONGEST = 8, 60
"""Characters of a text that is looked for: shorter ones stand anywhere, and a longer one may lie on two pages."""

Rewritten = tuple[int, Addition, Fact | DeskFact]
"""A fact that stays or is added: the number it had, or one beyond the last; encoded; and as it is."""


def rewrite(connection: sqlite3.Connection, stream: str, new: Sequence[Rewritten]) -> None:
    """Put *new* in the place of all facts of *stream*, chained anew.

    In the record the places stay: what reads as it did stays at its own, of the rest only the hash does, and what has
    a number beyond the last is added.
    """
    named, stood = parts.of_stream(connection, stream), _stood(connection, stream)
    same = {number for number, addition, fact in new if _is_same(connection, stood.get(number), addition, fact)}
    last, added, stays = max(stood, default=0), list[Entry](), dict[int, int]()
    connection.execute(_CLEAR, (stream,))
    for number, addition, _ in new:
        # As it was written then: a later version may write the same otherwise.
        if is_same := number in same:
            addition = replace(addition, kinds_and_bodies=((stood[number].kind, stood[number].body),))  # noqa: PLW2901
        (entry,) = facts.chain(connection, addition)
        if is_same:
            stays[number] = entry.number
        elif number > last:
            added.append(entry)
    leaves.move(connection, stream, stays)
    for entry in added:
        leaves.append(connection, stream, entry)
    parts.forget_unnamed(connection, named)


def _stood(connection: sqlite3.Connection, stream: str) -> dict[int, Entry]:
    rows = connection.execute(_STOOD, (stream,))
    return {
        number: Entry(number=number, input=input, device=device, kind=kind, body=body)
        for number, input, device, kind, body in rows
    }


def _is_same(connection: sqlite3.Connection, stood: Entry | None, addition: Addition, fact: Fact | DeskFact) -> bool:
    if stood is None or (stood.input, stood.device) != (addition.input, addition.device):
        return False
    return decode_fact(stood.kind, stood.body, partial(parts.read, connection)) == fact


def forget_room(connection: sqlite3.Connection, room: RoomId, lane: str) -> None:
    """Forget what came from *room* and waits, what we said there, and what is still to be done there or in *lane*.

    The files go that the incident *lane* kept as evidence.
    """
    for incoming in inbox.waiting(connection):
        if isinstance(incoming, FromEvents | Misnamed) and incoming.room == room:
            inbox.apply(connection, incoming.id)
    for sealed in vault.sealed(connection):
        if sealed.room == room:
            vault.forget(connection, sealed.id)
    for task in outbox.open_tasks(connection):
        if lane == task.lane or task.room == room:
            outbox.settle(connection, task.id)
    spoken.forget(connection, room, lane)
    vault.drop_all(connection, evidence_part(IncidentId(lane)))


def leave_server(connection: sqlite3.Connection, keep: Collection[str]) -> None:
    """Forget all but the facts, their record and the secrets *keep*: what came in, what waits, our devices' keys."""
    for table in _OF_A_SERVER:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
    for name in vault.named(connection, "").keys() - frozenset(keep):
        vault.drop(connection, name)


def compact(connection: sqlite3.Connection) -> None:
    """Write the file anew without its free pages, and empty the journal. Outside of any transaction."""
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


# --- what was taken out -------------------------------------------------------------------------------------


def texts(connection: sqlite3.Connection, stream: str) -> frozenset[str]:
    """Return the beginning of every line of text in *stream* and its parts, as it is written in the file."""
    bodies = [body for (body,) in connection.execute(_BODIES, (stream,))]
    bodies += [parts.read(connection, digest) for digest in parts.of_stream(connection, stream)]
    return frozenset(line for body in bodies for line in _lines(json.loads(body)))


def kept(connection: sqlite3.Connection, sought: frozenset[str]) -> frozenset[str]:
    """Return those of *sought* that stand in a row: the same words may belong to what stays."""
    left, found = set(sought), set[str]()
    for query in _ROWS:
        for (body,) in connection.execute(query):
            found |= {text for text in left if text in body}
            left -= found
    return frozenset(found)


def _lines(value: object) -> Iterator[str]:
    match value:
        case str():
            for line in value.splitlines():
                if len(written := json.dumps(line)[1:-1]) >= _SHORTEST and not _ID.fullmatch(line):
                    yield written[:_LONGEST]
        case list():
            for part in value:
                yield from _lines(part)
        case dict():
            for part in value.values():
                yield from _lines(part)
        case _:
            return
