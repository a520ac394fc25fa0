"""A recovery key as people keep it: 32 bytes in the Matrix notation, base58 in groups of four, with a parity byte."""

from __future__ import annotations

import secrets
from functools import reduce
from operator import xor

KEY_BYTES = 32
_PREFIX = b"\x8b\x01"
_SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST = 200


class RecoveryKeyError(ValueError):
    """What is written is no recovery key. The text says why, and repeats nothing of it."""


def new_key() -> bytes:
    """Return a key that nobody has seen."""
    return secrets.token_bytes(KEY_BYTES)


def written(key: bytes) -> str:
    """Return *key* as it is shown."""
    whole = _PREFIX + key
    # The first byte is never zero, so that no leading zeros can be lost.
    number, signs = int.from_bytes(whole + bytes([_parity(whole)])), ""
    while number:
        number, rest = divmod(number, len(_SIGNS))
        signs = _SIGNS[rest] + signs
    return " ".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def read(text: str) -> bytes:
    """Return the key that is written, whatever the white space between its signs; raises RecoveryKeyError."""
    signs = "".join(text.split())
    if strange := set(signs) - set(_SIGNS):
        raise RecoveryKeyError(f"it has {len(strange)} signs that no recovery key has; 0, O, I and l are among them")
    number = 0
    for sign in signs[:_LONGEST]:
        number = number * len(_SIGNS) + _SIGNS.index(sign)
    whole = number.to_bytes((number.bit_length() + 7) // 8)
    if len(whole) != len(_PREFIX) + KEY_BYTES + 1 or not whole.startswith(_PREFIX):
        raise RecoveryKeyError("it is not the 48 signs of a recovery key, which begin with E")
    if _parity(whole):
        raise RecoveryKeyError("a sign is wrong: its parity does not come out")
    return whole[len(_PREFIX) : -1]


def _parity(data: bytes) -> int:
    return reduce(xor, data)
