"""A file that only a recovery key opens, written and read in one pass.

    magic | salt (16) | check (16) | sealed chunk | sealed chunk | ...

HKDF-SHA256 makes the file's key, and the check that tells another key from damage, out of recovery key and salt. Each
chunk is 64 KiB sealed with AES-256-GCM; its nonce is its number and whether it is the last, so that chunks can be
neither exchanged nor cut off. All that stands before the first chunk is authenticated with each of them.
"""

from __future__ import annotations

import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.backup.errors import DamagedBackupError, OtherKeyError, RecoveryError

MAGIC = b"cellule backup 1\n"
CHUNK = 64 * 1024
_TAG = 16
_SALT = 16
_CHECK = 16
_HEAD = len(MAGIC) + _SALT + _CHECK


class Sealing:
    """Takes bytes and writes them sealed; the file is whole only after `finish`."""

    def __init__(self, to: BinaryIO, recovery_key: bytes) -> None:
        salt = secrets.token_bytes(_SALT)
        key, check = _derived(recovery_key, salt)
        self._to = to
        self._head = MAGIC + salt + check
        self._cipher = AESGCM(key)
        self._waiting = bytearray()
        self._number = 0
        to.write(self._head)

    def write(self, data: bytes) -> int:
        """Take *data*."""
        self._waiting += data
        # One byte more than a chunk: whether a chunk is the last is known only once there is something after it.
        while len(self._waiting) > CHUNK:
            self._seal(is_last=False)
        return len(data)

    def finish(self) -> None:
        """Write what is left, marked as the end."""
        self._seal(is_last=True)

    def _seal(self, *, is_last: bool) -> None:
        chunk = bytes(self._waiting[:CHUNK])
        del self._waiting[:CHUNK]
        self._to.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), chunk, self._head))
        self._number += 1


class Unsealing:
    """Gives the bytes back, each only after its chunk was found to be genuine."""

    def __init__(self, source: BinaryIO, recovery_key: bytes) -> None:
        self._source = source
        self._head = source.read(_HEAD)
        if not self._head.startswith(MAGIC):
            raise RecoveryError("saving.no_backup")
        if len(self._head) < _HEAD:
            raise DamagedBackupError("saving.cut_off")
        salt, check = self._head[len(MAGIC) : -_CHECK], self._head[-_CHECK:]
        key, expected = _derived(recovery_key, salt)
        if not secrets.compare_digest(check, expected):
            raise OtherKeyError
        self._cipher = AESGCM(key)
        self._next = source.read(CHUNK + _TAG)
        self._opened = bytearray()
        self._number = 0
        self._is_ended = False

    def read(self, size: int) -> bytes:
        """Return *size* bytes, fewer only at the end; raises DamagedBackupError."""
        while len(self._opened) < size and not self._is_ended:
            self._open()
        taken = bytes(self._opened[:size])
        del self._opened[:size]
        return taken

    def finish(self) -> None:
        """See that the end is the end that was written; raises DamagedBackupError."""
        while self.read(CHUNK):
            pass

    def _open(self) -> None:
        sealed, self._next = self._next, self._source.read(CHUNK + _TAG)
        is_last = not self._next
        try:
            self._opened += self._cipher.decrypt(_nonce(self._number, is_last=is_last), sealed, self._head)
        except InvalidTag:
            raise DamagedBackupError("saving.damaged_or_cut_off") from None
        self._number += 1
        self._is_ended = is_last


def _derived(recovery_key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    derived = HKDF(algorithm=SHA256(), length=32 + _CHECK, salt=salt, info=MAGIC).derive(recovery_key)
    return derived[:32], derived[32:]


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes([is_last])
