"""What the database is given of a row: a keyed hash for its name, and ciphertext that opens in its place alone."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BYTES = 32
_NONCE_BYTES = 12
_MODULUS = 1 << 8 * _BYTES
_PURPOSES = ("copy", "names", "rows", "sums")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRow:
    """A row as the database has it."""

    id: bytes
    position: int
    """The number of the transaction that wrote it."""
    body: bytes | None
    """None: the row was dropped."""


class AlteredError(Exception):
    """What is in the database was not written by us, not there, or not then."""


class Seal:
    """Seals and opens under keys derived from that of the state."""

    def __init__(self, key: bytes) -> None:
        self.copy_key, self._names, self._rows, self._sums = (_derived(key, purpose) for purpose in _PURPOSES)

    def name(self, place: str) -> bytes:
        """Return what the database knows a row by; *place* says its table and its key."""
        return _keyed(self._names, place.encode())

    def shut(self, id: bytes, position: int, plain: bytes) -> bytes:
        """Encrypt a row for its one place: of that name, written by the transaction of that number."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher(id, position).encrypt(nonce, plain, None)

    def open(self, id: bytes, position: int, body: bytes) -> bytes:
        """Decrypt a row. Raises AlteredError when it was not sealed for this place, or not by us."""
        try:
            return self._cipher(id, position).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], None)
        except (InvalidTag, ValueError, OverflowError, TypeError):
            raise AlteredError from None

    def _cipher(self, id: bytes, position: int) -> AESGCM:
        # A key for each: what binds a row to its place, and keeps chance from ever giving a nonce twice under one.
        return AESGCM(_keyed(self._rows, _placed(id, position)))

    def weight(self, row: SealedRow) -> int:
        """Return what *row* adds to the sum, which no one without the key can foresee.

        Raises AlteredError when it cannot be a row of ours.
        """
        state = b"" if row.body is None else sha256(row.body).digest()
        try:
            return int.from_bytes(_keyed(self._sums, _placed(row.id, row.position) + state))
        except OverflowError:
            raise AlteredError from None


def total(start: int, added: Iterable[int], taken: Iterable[int] = ()) -> int:
    """Return the sum that *start* becomes: equal for equal rows, in whatever order they came."""
    return (reduce(int.__add__, added, start) - reduce(int.__add__, taken, 0)) % _MODULUS


def _placed(id: bytes, position: int) -> bytes:
    return id + position.to_bytes(8)


def _keyed(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, "sha256")


def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _BYTES, salt=None, info=f"cellule database {purpose}".encode()).derive(key)
