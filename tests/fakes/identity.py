"""A cross-signing identity made of plain Ed25519 keys, which can also sign what no honest client signs."""

from __future__ import annotations

import copy
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.matrix.guard.signatures import signable
from bot.matrix.http.unpadded import encode

Json = dict[str, Any]


def public(key: Ed25519PrivateKey) -> str:
    return encode(key.public_key().public_bytes_raw())


def signed_by(key: Ed25519PrivateKey, user: str, content: Json, *, key_id: str | None = None) -> Json:
    """Return *content* with one more signature, under the key's own name unless *key_id* is another."""
    signed = copy.deepcopy(content)
    signature = encode(key.sign(signable(content)))
    signed.setdefault("signatures", {}).setdefault(user, {})[f"ed25519:{key_id or public(key)}"] = signature
    return signed


def key_object(user: str, role: str, key: Ed25519PrivateKey) -> Json:
    return {"user_id": user, "usage": [role], "keys": {f"ed25519:{public(key)}": public(key)}}


class FakeIdentity:
    def __init__(self, user: str) -> None:
        self.user = user
        self.master_key = Ed25519PrivateKey.generate()
        self.signer = Ed25519PrivateKey.generate()

    @property
    def master(self) -> str:
        """The public master key: what a person is known by."""
        return public(self.master_key)

    def published(self) -> Json:
        """Return both key objects, by the section of the answer they stand in."""
        signer = key_object(self.user, "self_signing", self.signer)
        return {
            "master_keys": key_object(self.user, "master", self.master_key),
            "self_signing_keys": signed_by(self.master_key, self.user, signer),
        }

    def sign(self, device: Json) -> Json:
        """Return the keys of a device, vouched for."""
        return signed_by(self.signer, self.user, device)


class FakePhone:
    """A device of somebody: its keys as they are published, signed by itself."""

    def __init__(self, user: str, device: str) -> None:
        self.user = user
        self.id = device
        self.key = Ed25519PrivateKey.generate()
        keys = {f"curve25519:{device}": public(Ed25519PrivateKey.generate()), f"ed25519:{device}": public(self.key)}
        unsigned: Json = {"user_id": user, "device_id": device, "algorithms": [], "keys": keys}
        self.keys = signed_by(self.key, user, unsigned, key_id=device)

    @property
    def fingerprint(self) -> str:
        return public(self.key)


def answer(identity: FakeIdentity | None, *devices: Json, user: str | None = None) -> Json:
    """Return what `/keys/query` says of one person."""
    whose = user or (identity.user if identity else devices[0]["user_id"])
    told: Json = {"device_keys": {whose: {device["device_id"]: device for device in devices}}}
    for section, found in (identity.published() if identity else {}).items():
        told[section] = {whose: found}
    return told
