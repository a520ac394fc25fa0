"""The tree of RFC 9162, section 2.1: one hash for many entries, and short proofs that an entry is among them.

A leaf is hashed behind 0x00 and a pair of hashes behind 0x01, so that neither can be passed off as the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""The root of no entries."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree over *leaves*, the hashes of the entries in their order."""

    leaves: Sequence[bytes]
    _known: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False, compare=False)

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first *size* entries, or over all."""
        size = len(self.leaves) if size is None else size
        return self._over(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return what proves that the entry at *index*, counted from 0, is among the first *size*, or among all."""
        return self._path(index, 0, len(self.leaves) if size is None else size)

    def consistency(self, earlier: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return what proves that the tree of *size* entries, or of all, goes on where that of *earlier* ended.

        *earlier* is at least 1.
        """
        return self._subproof(earlier, 0, len(self.leaves) if size is None else size, is_known=True)

    def _over(self, start: int, end: int) -> bytes:
        if end - start == 1:
            return self.leaves[start]
        if (known := self._known.get((start, end))) is None:
            middle = start + _split(end - start)
            known = self._known[start, end] = node_hash(self._over(start, middle), self._over(middle, end))
        return known

    def _path(self, index: int, start: int, end: int) -> tuple[bytes, ...]:
        if end - start == 1:
            return ()
        middle = start + _split(end - start)
        if index < middle:
            return (*self._path(index, start, middle), self._over(middle, end))
        return (*self._path(index, middle, end), self._over(start, middle))

    def _subproof(self, earlier: int, start: int, end: int, *, is_known: bool) -> tuple[bytes, ...]:
        """Return SUBPROOF of RFC 9162; *is_known* while the verifier has the root of what lies left of *earlier*."""
        if earlier == end:
            return () if is_known else (self._over(start, end),)
        middle = start + _split(end - start)
        if earlier <= middle:
            return (*self._subproof(earlier, start, middle, is_known=is_known), self._over(middle, end))
        return (*self._subproof(earlier, middle, end, is_known=False), self._over(start, middle))


def _split(size: int) -> int:
    """Return the largest power of two below *size*, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1
