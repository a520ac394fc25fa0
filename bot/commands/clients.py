"""A list of clients, from the lines of its table to what fills their letters. Every mistake is told by its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.commands.organisations import LONGEST_NAME, Flaw, Wrong, plain_column, said_twice, too_many
from bot.commands.words import words
from bot.core.documents.letters import ADDRESS, CLIENT, EMAIL, empty_holes
from bot.core.facts import ClientHole

_KNOWN: Mapping[str, str] = {
    **dict.fromkeys(words("letter.client"), CLIENT),
    **dict.fromkeys(words("letter.email"), EMAIL),
    **dict.fromkeys(words("letter.address"), ADDRESS),
}
_WAYS = (EMAIL, ADDRESS)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One line."""

    line: int
    values: Mapping[str, str]
    """What fills each hole; none is empty."""

    @property
    def name(self) -> str:
        """What the client is called."""
        return self.values.get(CLIENT, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """What a list says; where something is wrong, nothing of it counts."""

    rows: tuple[Client, ...] = ()
    wrong: tuple[Wrong, ...] = ()


def read_clients(lines: Sequence[tuple[int, Sequence[str]]], holes: Sequence[ClientHole]) -> Clients:
    """Return the clients of a table whose first line names its columns, and whose letters have *holes*."""
    if len(lines) < 2:
        return Clients(wrong=(Wrong(line=lines[0][0] if lines else 1, flaw=Flaw.EMPTY),))
    (top, header), *rest = lines
    columns = [_hole(name) for name in header]
    wrong = [Wrong(line=top, flaw=flaw, given=given) for flaw, given in _wrong_header(columns, header, holes)]
    wrong += too_many(rest)
    if wrong:
        return Clients(wrong=tuple(wrong))
    kept = {*_WAYS, *(hole.name for hole in holes)}
    rows = tuple(Client(line=number, values=_values(columns, cells, kept)) for number, cells in rest)
    wrong = [mistake for row in rows for mistake in _wrong_row(row, holes)]
    wrong += said_twice((row.line, row.name) for row in rows)
    return Clients(wrong=tuple(sorted(wrong, key=lambda mistake: mistake.line))) if wrong else Clients(rows=rows)


def _hole(column: str) -> str:
    """Return the hole that a column fills; `SIREN` fills `{client-siren}`."""
    plain = re.sub(r"[^a-z0-9-]+", "", plain_column(column))
    known = _KNOWN.get(plain)
    return known or (plain and (plain if plain.startswith(f"{CLIENT}-") else f"{CLIENT}-{plain}"))


def _values(columns: Sequence[str], cells: Sequence[str], kept: set[str]) -> Mapping[str, str]:
    found = {column: cell for column, cell in zip(columns, cells, strict=False) if cell and column in kept}
    return {name: " ".join(cell.split()) if name == CLIENT else cell for name, cell in found.items()}


def _wrong_header(
    columns: Sequence[str], header: Sequence[str], holes: Sequence[ClientHole]
) -> Iterator[tuple[Flaw, str]]:
    if CLIENT not in columns:
        yield Flaw.NO_CLIENT_COLUMN, ""
    if not any(way in columns for way in _WAYS):
        yield Flaw.NO_WAY_COLUMN, ""
    for place, (column, name) in enumerate(zip(columns, header, strict=True)):
        if column and column in columns[:place]:
            yield Flaw.SAME_COLUMN, name
    for hole in holes:
        if not hole.optional and hole.name not in (*columns, CLIENT):
            yield Flaw.NO_COLUMN, hole.name


def _wrong_row(row: Client, holes: Sequence[ClientHole]) -> Iterator[Wrong]:
    email = row.values.get(EMAIL, "")
    if not row.name:
        yield Wrong(line=row.line, flaw=Flaw.NO_CLIENT)
    elif len(row.name) > LONGEST_NAME:
        yield Wrong(line=row.line, flaw=Flaw.LONG_NAME, given=str(LONGEST_NAME))
    if not any(row.values.get(way) for way in _WAYS):
        yield Wrong(line=row.line, flaw=Flaw.NO_WAY)
    elif not all(_EMAIL.fullmatch(part) for part in _BETWEEN.split(email) if part):
        yield Wrong(line=row.line, flaw=Flaw.NO_EMAIL, given=email)
    for name in empty_holes(holes, row.values):
        if name != CLIENT:
            yield Wrong(line=row.line, flaw=Flaw.EMPTY_HOLE, given=name)
