"""The pages of an encrypted file as they lie on the disk, opened without SQLite: what it deleted and left would show.

SQLCipher 4: AES-256-CBC under the raw key, each page with its own vector in its last bytes, before the page's HMAC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

PAGE = 4096
_RESERVED, _VECTOR = 80, 16
_SALT = 16
"""The first page begins with it, in clear."""
_JOURNAL_HEAD, _FRAME_HEAD = 32, 24


def pages(path: Path, key: bytes) -> Iterator[bytes]:
    """Yield every page of the file and of the journal beside it, in clear; the oldest of the journal first."""
    with path.open("rb") as opened:
        number = 1
        while page := opened.read(PAGE):
            yield _opened(page, key, is_first=number == 1)
            number += 1
    journal = path.with_name(f"{path.name}-wal")
    if not journal.exists():
        return
    with journal.open("rb") as opened:
        opened.seek(_JOURNAL_HEAD)
        while len(frame := opened.read(_FRAME_HEAD + PAGE)) == _FRAME_HEAD + PAGE:
            yield _opened(frame[_FRAME_HEAD:], key, is_first=int.from_bytes(frame[:4]) == 1)


def standing(path: Path, key: bytes, texts: Collection[str]) -> frozenset[str]:
    """Return those of *texts* that stand in a page of the file, used or not. Blocks on the disk."""
    sought = {text: text.encode() for text in texts}
    found: set[str] = set()
    for page in pages(path, key):
        found |= {text for text, bytes_ in sought.items() if bytes_ in page}
    return frozenset(found)


def _opened(page: bytes, key: bytes, *, is_first: bool) -> bytes:
    end = PAGE - _RESERVED
    decryptor = Cipher(AES256(key), CBC(page[end : end + _VECTOR])).decryptor()
    return decryptor.update(page[_SALT if is_first else 0 : end]) + decryptor.finalize()
