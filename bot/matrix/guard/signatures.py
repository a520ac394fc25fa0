"""Ed25519 signatures on JSON objects, as Matrix makes them."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nio import Api

from bot.matrix.http import unpadded
from bot.matrix.http.errors import JsonObject


def is_signed(signed: Any, user: str, key_id: str, public: str) -> bool:
    """Say whether *signed* carries a sound signature of *user* under the id `ed25519:key_id`, made by *public*.

    Whatever shape the object has: one that cannot be read is not signed.
    """
    try:
        signature = unpadded.decode(signed["signatures"][user][f"ed25519:{key_id}"])
        Ed25519PublicKey.from_public_bytes(unpadded.decode(public)).verify(signature, signable(signed))
    except (InvalidSignature, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return False
    return True


def bare(signed: JsonObject) -> JsonObject:
    """Return *signed* without what is no part of what is signed."""
    return {name: value for name, value in signed.items() if name not in {"signatures", "unsigned"}}


def signable(signed: JsonObject) -> bytes:
    """Return the canonical JSON that is signed."""
    return Api.to_canonical_json(bare(signed)).encode()
