"""Opening what was encrypted as a file, by another library than the one that encrypted it."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode, urlsafe_b64decode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from nio.crypto.attachments import encrypt_attachment

from bot.core.facts import EncryptedFile
from bot.core.names import EventId, RoomId
from bot.demo.homeserver import Homeserver
from bot.ports import Attachment
from tests.matrix.people import Person


def unsealed(ciphertext: bytes, opener: dict[str, Any]) -> bytes:
    """Return the plaintext; fails when the ciphertext is not the one that was meant."""
    assert opener["hashes"] == {"sha256": unpadded(sha256(ciphertext).digest())}
    key = urlsafe_b64decode(opener["key"]["k"] + "=")
    cipher = Cipher(AES(key), CTR(b64decode(opener["iv"] + "=="))).decryptor()
    return cipher.update(ciphertext) + cipher.finalize()


def unpadded(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")


async def kept_by(homeserver: Homeserver) -> list[bytes]:
    """Return all that lies in the homeserver's folder: its database, its media, its log."""

    def read() -> list[bytes]:
        return [path.read_bytes() for path in homeserver.database.parent.rglob("*") if path.is_file()]

    return await asyncio.to_thread(read)


async def download(person: Person, address: str) -> bytes:
    """Return what lies at an address of the media repository, as a client of today asks for it."""
    session = person.client.client_session
    assert session is not None
    url = f"{person.client.homeserver}/_matrix/client/v1/media/download/{address.removeprefix('mxc://')}"
    async with session.get(url, headers={"Authorization": f"Bearer {person.client.access_token}"}) as answer:
        assert answer.status == 200
        return await answer.read()


async def uploaded(person: Person, data: bytes) -> EncryptedFile:
    """Upload a file as a client does, and return what its message would say of it."""
    ciphertext, opener = encrypt_attachment(data)
    session = person.client.client_session
    assert session is not None
    url = f"{person.client.homeserver}/_matrix/media/v3/upload"
    headers = {"Authorization": f"Bearer {person.client.access_token}", "Content-Type": "application/octet-stream"}
    async with session.post(url, headers=headers, data=ciphertext) as answer:
        assert answer.status == 200
        address = (await answer.json())["content_uri"]
    hashes = opener["hashes"]
    return EncryptedFile(url=address, key=opener["key"]["k"], iv=opener["iv"], sha256=hashes["sha256"])


async def opened_file(person: Person, room: RoomId, event: EventId) -> Attachment | None:
    """Return the file of *event* as *person* gets it, or None when they cannot read the message."""
    if await person.read(room, event) is None:
        return None
    message = (await person.event(room, event)).source["content"]
    data = unsealed(await download(person, message["file"]["url"]), message["file"])
    assert message["info"]["size"] == len(data)
    return Attachment(name=message["filename"], mime=message["info"]["mimetype"], data=data)
