"""Files in the homeserver's media repository: ciphertext without name or type. The message holds the key."""

from __future__ import annotations

import asyncio
import re

from nio.crypto.attachments import decrypt_attachment, encrypt_attachment
from nio.exceptions import EncryptionError

from bot.core.facts import EncryptedFile
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.ports import MOST_FETCHED, RefusedError, UnreachableError

ADDRESS = re.compile(r"mxc://(?P<server>[A-Za-z0-9\[][A-Za-z0-9.:\]-]{0,254})/(?P<media>[A-Za-z0-9_-]{1,255})")
"""The form of a file's address. It allows no slashes and dots that would lead to another folder."""
_REMEMBERED = 32


class Media:
    """Encrypts and uploads, each file with a key of its own; fetches and opens those of others."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._references: dict[str, JsonObject] = {}
        """Of the last uploads, by transaction: a message that is tried again brings the file that lies there."""

    async def upload(self, data: bytes, *, txn: str) -> JsonObject:
        """Return what opens *data* again, its address and its key; uploads it unless it was lately under this *txn*."""
        if txn not in self._references:
            while len(self._references) >= _REMEMBERED:
                del self._references[next(iter(self._references))]
            self._references[txn] = await self._put(data)
        return self._references[txn]

    async def fetch(self, file: EncryptedFile, *, most: int = MOST_FETCHED) -> bytes:
        """Do as `ports.Chat.fetch`: refuses with TOO_LARGE, or with DAMAGED when it is not what its sender made."""
        found = ADDRESS.fullmatch(file.url)
        if found is None:
            raise RefusedError("DAMAGED")
        ciphertext = await self._wire.download(found["server"], found["media"], most=most)
        try:
            return await asyncio.to_thread(decrypt_attachment, ciphertext, file.key, file.sha256, file.iv)
        except (EncryptionError, ValueError, TypeError, OverflowError):
            raise RefusedError("DAMAGED") from None

    async def _put(self, data: bytes) -> JsonObject:
        ciphertext, opener = await asyncio.to_thread(encrypt_attachment, data)
        address = (await self._wire.upload(ciphertext)).get("content_uri")
        if not isinstance(address, str) or ADDRESS.fullmatch(address) is None:
            raise UnreachableError("an answer without the address of the file")
        return {**opener, "url": address}
