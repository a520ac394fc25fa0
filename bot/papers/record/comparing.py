"""Two records, or checkpoints of them, held against each other: where both tell of the same, they must agree.

The bot signed both. Two things it signed that cannot both be true prove that a history was rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

from bot.core.record.checkpoint import UNTIMED
from bot.core.record.tree import leaf_hash
from bot.papers.record import verify_record

_LINE = re.compile(rf"{verify_record.HEAD} \S+ \d+ [0-9a-f]{{64}} \S+ \S+ [A-Za-z0-9+/]+")


class NoStatement(Exception):
    """A file is neither a record nor a checkpoint, or a record that was altered: then its argument is the finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a file says of a record, each of it signed."""

    lines: Sequence[Mapping[str, Any]]
    """Checkpoints; of a record its head is the first."""
    leaves: Mapping[int, bytes] = field(default_factory=dict)
    """The hash of each entry that is shown, or that was purged, by its number; empty in checkpoints alone."""

    @property
    def incident(self) -> str:
        """Whose record it is."""
        return str(self.lines[0]["incident"])

    @property
    def key(self) -> str:
        """Who signed it."""
        return str(self.lines[0]["key"])

    def roots(self, sizes: set[int]) -> Mapping[int, bytes]:
        """Return the root over the first so many entries, for each of *sizes*; none where some are not shown."""
        leaves = [self.leaves[number] for number in sorted(self.leaves)]
        is_whole = len(leaves) == self.lines[0]["size"]
        return verify_record.roots(leaves, sizes) if is_whole else {}


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
    leaves = {entry["number"]: _leaf(entry) for entry in record["entries"]}
    return Statement(lines=(verify_record.parse_line(record["head"]), *told), leaves=leaves)


def _leaf(entry: Mapping[str, Any]) -> bytes:
    return leaf_hash(verify_record.canonical(entry)) if "salt" in entry else bytes.fromhex(entry["purged"])


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
    for number in _same_entries(one, other):
        if one.leaves[number] != other.leaves[number]:
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
    return bool(_same_entries(one, other)) or any(True for _ in _same_sizes(one, other))


def _same_entries(one: Statement, other: Statement) -> Sequence[int]:
    """Return the numbers of the entries that both show."""
    return sorted(one.leaves.keys() & other.leaves.keys())


def _same_sizes(one: Statement, other: Statement) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield both roots over as many entries, for each size of which both tell."""
    for first, second in product(one.lines, other.lines):
        if first["size"] == second["size"]:
            yield first["size"], first["root"], second["root"]
    for known, told in ((one, other), (other, one)):
        roots = known.roots({line["size"] for line in told.lines})
        for line in told.lines:
            if line["size"] in roots:
                yield line["size"], roots[line["size"]], line["root"]
