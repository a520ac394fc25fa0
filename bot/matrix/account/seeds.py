"""The three seeds that our cross-signing identity is made of: in the vault, and in the account's secret storage."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.host.secret import Secret
from bot.matrix.account.secret_storage import SecretStorage
from bot.matrix.http import unpadded
from bot.matrix.http.errors import IdentityRefusedError
from bot.ports import Vault

ROLES = ("master", "self_signing", "user_signing")
Seeds = list[bytes]
"""One for each of ROLES."""

SEEDS = "cross-signing"
"""What the vault keeps them under."""
_SEED_BYTES = 32
_SECRETS = tuple(f"m.cross_signing.{role}" for role in ROLES)
"""What clients call the seeds in secret storage."""
MASTER_SECRET = _SECRETS[0]


def make_seeds() -> Seeds:
    """Return the seeds of an identity that nobody has."""
    return [secrets.token_bytes(_SEED_BYTES) for _ in ROLES]


def public_of(seed: bytes) -> str:
    """Return the public key that belongs to a seed."""
    return unpadded.encode(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


# --- in the vault -------------------------------------------------------------------------------------------


async def keep_seeds(vault: Vault, seeds: Seeds) -> None:
    """Keep them, durable on return."""
    await vault.put(SEEDS, json.dumps([b64encode(seed).decode() for seed in seeds]).encode())


async def forget_seeds(vault: Vault) -> None:
    """Forget the seeds of an identity that the homeserver did not take: nobody has seen it."""
    await vault.drop(SEEDS)


async def kept_seeds(vault: Vault) -> Seeds | None:
    """Return the seeds in *vault*, None when no identity was made; raises IdentityRefusedError when damaged."""
    kept = await vault.get(SEEDS)
    if kept is None:
        return None
    try:
        seeds = [b64decode(seed, validate=True) for seed in json.loads(kept)]
    except (ValueError, TypeError):
        seeds = []
    if not _are_whole(seeds):
        raise IdentityRefusedError("signing.damaged")
    return seeds


async def kept_master_key(vault: Vault) -> str | None:
    """Return the public master key of the identity in *vault*, None when none was made; raises IdentityRefusedError."""
    seeds = await kept_seeds(vault)
    return None if seeds is None else public_of(seeds[0])


# --- in secret storage --------------------------------------------------------------------------------------


async def store_seeds(storage: SecretStorage, recovery_key: bytes, seeds: Seeds) -> None:
    """Put them where whoever holds the recovery key and the account can read them."""
    await storage.store(recovery_key, dict(zip(_SECRETS, map(unpadded.encode, seeds), strict=True)))


async def recovered_seeds(storage: SecretStorage, recovery_key: Secret[bytes]) -> Seeds:
    """Return the seeds in *storage*; raises IdentityRefusedError when the key does not open them."""
    opened = await storage.open(recovery_key.reveal(), _SECRETS)
    try:
        seeds = [unpadded.decode(opened[name]) for name in _SECRETS]
    except ValueError:
        seeds = []
    if not _are_whole(seeds):
        raise IdentityRefusedError("signing.not_stored")
    return seeds


def _are_whole(seeds: Seeds) -> bool:
    return [len(seed) for seed in seeds] == [_SEED_BYTES] * len(ROLES)
