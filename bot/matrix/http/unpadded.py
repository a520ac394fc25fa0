"""Base64 as Matrix writes it: without padding, read with or without."""

from __future__ import annotations

from base64 import b64decode, b64encode


def encode(data: bytes) -> str:
    """Return *data* as text without padding."""
    return b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Return what *text* stands for; raises ValueError when it is not Base64."""
    bare = text.rstrip("=")
    return b64decode(bare + "=" * (-len(bare) % 4), validate=True)
