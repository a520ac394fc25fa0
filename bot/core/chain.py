"""The hash chain over the facts of a stream: what makes a rewritten timeline show.

Each digest is SHA-256 over the digest before it and the fact's stored fields, every field with its length in front, so
no two different facts have the same bytes. Anybody with the fields and this file can compute it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

_ABSENT = b"~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact as it is stored: what its digest is computed over."""

    number: int
    input: str
    device: str | None
    kind: str
    body: str


def genesis(stream: str) -> bytes:
    """Return what stands before the first fact of *stream*: a chain cannot be passed off as another stream's."""
    return sha256(b"cellule stream " + _bytes(stream)).digest()


def link(previous: bytes, entry: Entry) -> bytes:
    """Return the digest of *entry*, whose predecessor has the digest *previous*."""
    fields = (str(entry.number), entry.input, entry.device, entry.kind, entry.body)
    return sha256(previous + b"".join(_framed(field) for field in fields)).digest()


def _framed(field: str | None) -> bytes:
    if field is None:
        return _ABSENT
    text = _bytes(field)
    return b"%d:%b," % (len(text), text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
