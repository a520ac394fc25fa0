"""The key by which a bot signs what its records had, and when."""

from __future__ import annotations

from base64 import b64encode
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEED_BYTES = 32


class RecordKey:
    """An Ed25519 key; its public half is its own fingerprint."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = _plain(self._private.public_key().public_bytes_raw())
        """In base64 without padding."""

    def sign(self, text: str) -> str:
        """Return the signature over *text*, in base64 without padding: the same whenever it is made."""
        return _plain(self._private.sign(text.encode()))


def new_seed() -> bytes:
    """Return what a new key is made from."""
    return token_bytes(SEED_BYTES)


def _plain(data: bytes) -> str:
    return b64encode(data).rstrip(b"=").decode()
