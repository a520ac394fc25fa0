"""Two records, or checkpoints of them, held against each other: where both tell of the same, they must agree.

The bot signed both. Two things it signed that cannot both be true prove that a history was rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from bot.core.record.checkpoint import UNTIMED
from bot.papers.record import verify_record

_LINE = re.compile(rf"{verify_record.HEAD} \S+ \d+ [0-9a-f]{{64}} \S+ \S+ [A-Za-z0-9+/]+")


class NoStatement(Exception):
    """A file is neither a record nor a checkpoint, or a record that was altered: then its argument is the finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a file says of a record, each of it signed."""

    lines: Sequence[Mapping[str, Any]]
    """Checkpoints; of a record its head is the first."""
    leaves: Sequence[bytes] = ()
    """The hash of every entry; none where only some are shown."""

    @property
    def incident(self) -> str:
        """Whose record it is."""
        return str(self.lines[0]["incident"])

    @property
    def key(self) -> str:
        """Who signed it."""
        return str(self.lines[0]["key"])


def statement(data: bytes) -> Statement:
    """Return what a file says. Raises NoStatement."""
    try:
        verify_record.check(data)
    except verify_record.Altered as found:
        if found.args[0] != "other":
            raise NoStatement(found.args) from None
        return _checkpoints(data)
    record, _ = verify_record.read(data)
    told = (verify_record.parse_line(kept["line"]) for kept in record["checkpoints"])
    leaves = [bytes.fromhex(leaf) for leaf in record["leaves"]]
    return Statement(lines=(verify_record.parse_line(record["head"]), *told), leaves=leaves)


def _checkpoints(data: bytes) -> Statement:
    """Read checkpoints out of a text, as it was copied from a room."""
    lines = []
    for found in _LINE.findall(data.decode("utf-8", "replace")):
        try:
            lines.append(verify_record.parse_line(found))
        except (verify_record.Altered, ValueError):
            raise NoStatement from None
    if not lines or len({(line["incident"], line["key"]) for line in lines}) > 1:
        raise NoStatement
    return Statement(lines=lines)


Contradiction = tuple[str, Mapping[str, object]]


def contradiction(one: Statement, other: Statement) -> Contradiction | None:
    """Return what cannot be true of both, or None. They are of one incident."""
    if one.key != other.key:
        return "key", {"one": one.key, "other": other.key}
    for number, (leaf, another) in enumerate(zip(one.leaves, other.leaves, strict=False), 1):
        if leaf != another:
            return "entry", {"number": number}
    for size, first, second in _same_sizes(one, other):
        if first != second:
            return "root", {"size": size}
    return _against_time(one, other)


def _against_time(one: Statement, other: Statement) -> Contradiction | None:
    """Return a checkpoint over fewer entries than one that was made before it."""
    timed = [line for line in (*one.lines, *other.lines) if line["at"] != UNTIMED]
    for early, late in pairwise(sorted(timed, key=lambda line: (line["size"], line["at"]))):
        if early["size"] < late["size"] and early["at"] > late["at"]:
            return "hours", {"size": early["size"], "at": early["at"]}
    return None


def are_tied(one: Statement, other: Statement) -> bool:
    """Say whether both tell of the same entries at all."""
    return any(True for _ in _same_sizes(one, other))


def _same_sizes(one: Statement, other: Statement) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield both roots over as many entries, for each size of which both tell."""
    for first, second in product(one.lines, other.lines):
        if first["size"] == second["size"]:
            yield first["size"], first["root"], second["root"]
    for known, told in ((one, other), (other, one)):
        sizes = {line["size"] for line in told.lines}
        roots = verify_record.roots(list(known.leaves), sizes)
        for line in told.lines:
            if line["size"] in roots:
                yield line["size"], roots[line["size"]], line["root"]
