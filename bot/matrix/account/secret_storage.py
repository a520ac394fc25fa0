"""Secrets in the account data of the homeserver, encrypted under a recovery key as every Matrix client does it (4S).

`m.secret_storage.v1.aes-hmac-sha2`: for each secret HKDF-SHA256 gives a key for AES-256-CTR and one for HMAC-SHA256.
"""

from __future__ import annotations

import secrets
import string
from base64 import b64encode
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.core.names import UserId
from bot.matrix.account.account_data import AccountData
from bot.matrix.http import unpadded
from bot.matrix.http.errors import IdentityRefusedError, JsonObject
from bot.matrix.http.wire import Wire

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
DEFAULT_KEY = "m.secret_storage.default_key"
"""The kind of account data that names the key in use."""
_DESCRIPTION = "m.secret_storage.key."
_SALT = bytes(32)
_CHECKED = "\0" * 32
"""What is encrypted, under an empty name, so that a key can be told from another one."""
_IV_BYTES = 16


class SecretStorage:
    """The secret storage of the logged-in account."""

    def __init__(self, wire: Wire, user: str) -> None:
        self._data = AccountData(wire, UserId(user))

    async def default_key(self) -> str | None:
        """Return the name of the key that secrets are encrypted under, None when there is no secret storage yet."""
        kept = await self._data.get(DEFAULT_KEY)
        name = kept.get("key")
        return name if isinstance(name, str) and name else None

    async def holds(self, name: str) -> bool:
        """Say whether anything was ever stored under *name*, by whatever key."""
        return bool(await self._data.get(name))

    async def store(self, key: bytes, kept: Mapping[str, str]) -> None:
        """Encrypt *kept* under *key* and make it the account's key, then see that all of it can be read again.

        What was stored under the same names before is overwritten.
        """
        name = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
        check = encrypt(key, "", _CHECKED)
        await self._data.put(f"{_DESCRIPTION}{name}", {"algorithm": ALGORITHM, "iv": check["iv"], "mac": check["mac"]})
        for secret, value in kept.items():
            await self._data.put(secret, {"encrypted": {name: encrypt(key, secret, value)}})
        # Last: until now the former key still opens every secret that is not overwritten.
        await self._data.put(DEFAULT_KEY, {"key": name})
        if await self.open(key, kept) != kept:
            raise IdentityRefusedError("signing.not_given_back")

    async def open(self, key: bytes, names: Iterable[str]) -> dict[str, str]:
        """Return the secrets of these names; raises IdentityRefusedError when *key* does not open all of them."""
        default = await self.default_key()
        if default is None:
            raise IdentityRefusedError("signing.no_storage")
        self._check(key, await self._data.get(f"{_DESCRIPTION}{default}"))
        return {name: self._opened(key, name, default, await self._data.get(name)) for name in names}

    def _check(self, key: bytes, description: JsonObject) -> None:
        if description.get("algorithm") != ALGORITHM:
            raise IdentityRefusedError("signing.unknown_storage")
        if "mac" not in description or "iv" not in description:
            return  # allowed; the secrets themselves will tell
        try:
            expected = encrypt(key, "", _CHECKED, iv=unpadded.decode(description["iv"]))["mac"]
            fits = secrets.compare_digest(unpadded.decode(description["mac"]), unpadded.decode(expected))
        except (AttributeError, TypeError, ValueError):
            fits = False
        if not fits:
            raise IdentityRefusedError("signing.another_key")

    def _opened(self, key: bytes, name: str, default: str, kept: JsonObject) -> str:
        encrypted = kept.get("encrypted")
        try:
            return decrypt(key, name, encrypted[default])  # type: ignore[index]
        except (InvalidSignature, AttributeError, KeyError, TypeError, ValueError):
            raise IdentityRefusedError("signing.not_opened", name=name) from None


def encrypt(key: bytes, name: str, text: str, *, iv: bytes | None = None) -> dict[str, str]:
    """Return *text* as the secret *name*: `iv`, `ciphertext` and `mac`."""
    if iv is None:
        fresh = bytearray(secrets.token_bytes(_IV_BYTES))
        fresh[8] &= 0x7F  # bit 63, which some counters cannot carry over
        iv = bytes(fresh)
    cipher_key, mac_key = _keys(key, name)
    ciphertext = _counter_mode(cipher_key, iv, text.encode())
    mac = HMAC(mac_key, SHA256())
    mac.update(ciphertext)
    return {"iv": _encode(iv), "ciphertext": _encode(ciphertext), "mac": _encode(mac.finalize())}


def decrypt(key: bytes, name: str, encrypted: Mapping[str, str]) -> str:
    """Return what `encrypt` was given. InvalidSignature when the key or the name is another one."""
    cipher_key, mac_key = _keys(key, name)
    ciphertext = unpadded.decode(encrypted["ciphertext"])
    mac = HMAC(mac_key, SHA256())
    mac.update(ciphertext)
    mac.verify(unpadded.decode(encrypted["mac"]))
    return _counter_mode(cipher_key, unpadded.decode(encrypted["iv"]), ciphertext).decode()


def _keys(key: bytes, name: str) -> tuple[bytes, bytes]:
    derived = HKDF(algorithm=SHA256(), length=64, salt=_SALT, info=name.encode()).derive(key)
    return derived[:32], derived[32:]


def _counter_mode(key: bytes, iv: bytes, data: bytes) -> bytes:
    worker = Cipher(AES(key), CTR(iv)).encryptor()
    return worker.update(data) + worker.finalize()


def _encode(data: bytes) -> str:
    return b64encode(data).decode()
