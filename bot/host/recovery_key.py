"""A recovery key as people keep it: 32 bytes in the Matrix notation, base58 in groups of four, with a parity byte."""

from __future__ import annotations

import secrets
from functools import reduce
from operator import xor

from bot.sentences.told import ToldError

KEY_BYTES = 32
_PREFIX = b"\x8b\x01"
_SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST = 200


class RecoveryKeyError(ToldError):
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
        raise RecoveryKeyError("secret.strange_signs", number=len(strange))
    number = 0
    for sign in signs[:_LONGEST]:
        number = number * len(_SIGNS) + _SIGNS.index(sign)
    whole = number.to_bytes((number.bit_length() + 7) // 8)
    if len(whole) != len(_PREFIX) + KEY_BYTES + 1 or not whole.startswith(_PREFIX):
        raise RecoveryKeyError("secret.no_recovery_key")
    if _parity(whole):
        raise RecoveryKeyError("secret.wrong_sign")
    return whole[len(_PREFIX) : -1]


def _parity(data: bytes) -> int:
    return reduce(xor, data)
