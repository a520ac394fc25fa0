"""The keys that a verification compares: ours, and those that the homeserver publishes of the other side."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nio import Api

from bot.core.names import DeviceId, UserId
from bot.matrix.account.seeds import ROLES, kept_seeds, public_of
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http import unpadded
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.matrix.verification.sas import Party
from bot.ports import ChatError, Vault

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The keys the homeserver gives out for one device of a person and for their identity. Nothing of it is proven."""

    keys: Mapping[str, str]
    """By the ids they have in a verification."""
    device: str
    """The id of the device's key."""
    master: str | None
    """The id of the master key; None when they have none."""


class Keys:
    """Our keys, and the homeserver's word on those of others."""

    def __init__(self, client: GuardedClient, wire: Wire, vault: Vault) -> None:
        self._client = client
        self._wire = wire
        self._vault = vault

    @property
    def ours(self) -> Party:
        """The device we are."""
        return Party(user=UserId(self._client.user_id), device=DeviceId(self._client.machine.device_id))

    async def of_ours(self) -> Mapping[str, str]:
        """Return our device's key and our master key, by their ids."""
        keys = {f"ed25519:{self.ours.device}": self._client.machine.account.identity_keys["ed25519"]}
        seeds = await kept_seeds(self._vault)
        if seeds is not None:
            master = public_of(seeds[ROLES.index("master")])
            keys[f"ed25519:{master}"] = master
        return keys

    async def of(self, other: Party) -> Published:
        """Ask for the keys of *other*; raises a ChatError."""
        answer = await self._wire.ask("POST", ("keys", "query"), {"device_keys": {other.user: [other.device]}})
        return published(answer, other)

    async def endorse(self, user: UserId, theirs: Published) -> None:
        """Sign the master key of *user* with our user-signing key and publish that; what fails is only logged."""
        seeds = await kept_seeds(self._vault)
        if seeds is None or theirs.master is None:
            return
        signer = seeds[ROLES.index("user_signing")]
        master = theirs.keys[theirs.master]
        # Made anew, not taken from the homeserver: nothing else may get our signature.
        signed: JsonObject = {"user_id": user, "usage": ["master"], "keys": {theirs.master: master}}
        signature = Ed25519PrivateKey.from_private_bytes(signer).sign(Api.to_canonical_json(signed).encode())
        signed["signatures"] = {self._client.user_id: {f"ed25519:{public_of(signer)}": unpadded.encode(signature)}}
        try:
            answer = await self._wire.ask("POST", ("keys", "signatures", "upload"), {user: {master: signed}})
        except ChatError as error:
            logger.warning("our signature on a verified person's key was not taken: %s", type(error).__name__)
            return
        if answer.get("failures"):
            logger.warning("our signature on a verified person's key was not taken")


def published(answer: JsonObject, other: Party) -> Published:
    """Read an answer about devices; whatever has not the form it should is taken as absent."""
    keys: dict[str, str] = {}
    device_id = f"ed25519:{other.device}"
    device_key = _inside(answer, "device_keys", other.user, other.device, "keys").get(device_id)
    if isinstance(device_key, str):
        keys[device_id] = device_key
    match list(_inside(answer, "master_keys", other.user, "keys").values()):
        # A homeserver might name a device like a key of its own making, and pass one for the other.
        case [str(master)] if master != other.device:
            keys[f"ed25519:{master}"] = master
            return Published(keys=keys, device=device_id, master=f"ed25519:{master}")
        case _:
            return Published(keys=keys, device=device_id, master=None)


def _inside(part: object, *names: str) -> JsonObject:
    """Return the object found by *names*, one inside the other; empty where there is none."""
    for name in names:
        part = part.get(name) if isinstance(part, dict) else None
    return part if isinstance(part, dict) else {}
