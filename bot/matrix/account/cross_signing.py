"""Our cross-signing identity: made once, kept before it is published, never forced on the homeserver.

Clients that exclude insecure devices give no key to a device that its owner has not signed, and hide what it sends.
nio knows nothing of this, so the three keys and the signatures are made here.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nio import KeysUploadError

from bot.host.secret import Secret
from bot.matrix.account.secret_storage import SecretStorage
from bot.matrix.account.seeds import (
    MASTER_SECRET,
    ROLES,
    Seeds,
    forget_seeds,
    keep_seeds,
    kept_seeds,
    make_seeds,
    public_of,
    recovered_seeds,
)
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.own_keys import device_keys
from bot.matrix.guard.signatures import bare, is_signed, signable
from bot.matrix.http import unpadded
from bot.matrix.http.errors import IdentityNotTakenError, IdentityRefusedError, JsonObject, chat_error, matrix_code
from bot.matrix.http.wire import CLIENT, Answer, Wire
from bot.ports import RefusedError, UnreachableError, Vault
from bot.sentences.told import Told

_TAKES_THE_FIRST = "v1.11"
"""From this version of the specification on, a homeserver asks for the password only to replace an identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What people compare to know that it is us: both keys in groups of four."""

    device: str
    fingerprint: str
    master_key: str


async def ensure_identity(
    client: GuardedClient,
    vault: Vault,
    *,
    password: str | None = None,
    recovery_key: Secret[bytes] | None = None,
    is_recoverable: bool,
) -> Identity:
    """Make, publish or check our identity, and see that it has signed our device; to be called at every start.

    The login must be restored and the store loaded. The *password* is needed only where the homeserver wants it before
    it takes the keys, the *recovery_key* only where the account has an identity and the vault has none. Where the
    account *is_recoverable*, because a recovery key was made for it, it has an identity, whatever the homeserver shows.

    Whatever is signed is made here: a homeserver that shows an object of ours with anything added gets no signature.
    Raises IdentityRefusedError when the homeserver holds an identity that is not ours, keys of our device that are not
    ours, or takes no identity from us; or an error of `ports.Chat`.
    """
    run = _Identification(client, vault, password, recovery_key)
    return await run.ensure(is_recoverable=is_recoverable or recovery_key is not None)


def readable(key: str) -> str:
    """Return *key* in groups of four, as clients show it."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


class _Identification:
    """One run of `ensure_identity`."""

    def __init__(
        self, client: GuardedClient, vault: Vault, password: str | None, recovery_key: Secret[bytes] | None
    ) -> None:
        self._client = client
        self._wire = Wire(client)
        self._vault = vault
        self._password = password
        self._recovery_key = recovery_key
        self._user = client.user_id
        self._device = str(client.device_id)

    async def ensure(self, *, is_recoverable: bool) -> Identity:
        await self._upload_device_keys()
        published = await self._query()
        seeds = await kept_seeds(self._vault)
        if seeds is None:
            is_shown = published.get("master_keys") is not None
            seeds = await self._recovered(published) if is_shown else await self._new(is_recoverable=is_recoverable)
            # Kept before anything is uploaded: a published identity whose seeds are lost could never be used again.
            await keep_seeds(self._vault, seeds)
        keys = dict(zip(ROLES, map(Ed25519PrivateKey.from_private_bytes, seeds), strict=True))
        try:
            published = await self._publish(published, keys)
        except IdentityNotTakenError:
            await forget_seeds(self._vault)
            raise
        self._refuse_foreign_fields(published, keys)
        await self._sign(published, keys)
        return Identity(
            device=self._device,
            fingerprint=readable(self._own_keys()["ed25519"]),
            master_key=readable(_public(keys["master"])),
        )

    async def _new(self, *, is_recoverable: bool) -> Seeds:
        """Return the seeds of a first identity, if nothing says that there was one: one answer may be incomplete."""
        if is_recoverable:
            raise IdentityRefusedError("signing.hidden_but_recoverable")
        stored = await SecretStorage(self._wire, self._user).holds(MASTER_SECRET)
        if stored or (await self._query()).get("master_keys") is not None:
            raise IdentityRefusedError("signing.hidden")
        return make_seeds()

    async def _recovered(self, published: JsonObject) -> Seeds:
        if self._recovery_key is None:
            raise IdentityRefusedError("signing.elsewhere")
        seeds = await recovered_seeds(SecretStorage(self._wire, self._user), self._recovery_key)
        if any(_published_key(published, role) != public_of(seed) for role, seed in zip(ROLES, seeds, strict=True)):
            raise IdentityRefusedError("signing.stored_another")
        return seeds

    # --- our device ---------------------------------------------------------------------------------------------

    def _own_keys(self) -> dict[str, str]:
        keys = self._client.machine.account.identity_keys
        return {"ed25519": keys["ed25519"], "curve25519": keys["curve25519"]}

    async def _upload_device_keys(self) -> None:
        if self._client.machine.account.shared:
            return
        answer = await self._client.keys_upload()
        if isinstance(answer, KeysUploadError):
            raise UnreachableError("the keys of the device could not be uploaded")

    async def _query(self) -> JsonObject:
        """Return what the homeserver publishes about us: our part of each section of its answer."""
        answer = await self._wire.ask("POST", ("keys", "query"), {"device_keys": {self._user: []}})
        published = {
            section: found[self._user]
            for section, found in answer.items()
            if isinstance(found, dict) and isinstance(found.get(self._user), dict)
        }
        self._check_device(published)
        return published

    def _check_device(self, published: JsonObject) -> None:
        device = published.get("device_keys", {}).get(self._device)
        if not isinstance(device, dict) or "keys" not in device:
            raise IdentityRefusedError("signing.no_device")
        own = device_keys(self._client.machine)
        if device["keys"] != own["keys"]:
            raise IdentityRefusedError("signing.another_device")
        if bare(device) != own:
            raise IdentityRefusedError("signing.changed", what=Told("signing.device_keys"))

    def _refuse_foreign_fields(self, published: JsonObject, keys: dict[str, Ed25519PrivateKey]) -> None:
        """See that our keys are published as we made them: a field more could make a signature mean something else."""
        for role, key in keys.items():
            if bare(published[f"{role}_keys"]) != self._key_object(role, key):
                raise IdentityRefusedError("signing.changed", what=Told("signing.role_key", role=role))

    # --- publishing ---------------------------------------------------------------------------------------------

    async def _publish(self, published: JsonObject, keys: dict[str, Ed25519PrivateKey]) -> JsonObject:
        """Upload the keys where the homeserver has none; return what it publishes when they are there."""
        if _published_key(published, "master") not in {None, _public(keys["master"])}:
            raise IdentityRefusedError("signing.replaced")
        missing = [role for role in ROLES if _published_key(published, role) != _public(keys[role])]
        if not missing:
            return published
        objects = self._signed_key_objects(keys)
        # Only what is missing: Synapse breaks on a key that it has beside one that it has not.
        await self._upload({f"{role}_key": objects[role] for role in missing})
        published = await self._query()
        if not all(_published_key(published, role) == _public(keys[role]) for role in ROLES):
            raise IdentityRefusedError("signing.another_published")
        return published

    def _signed_key_objects(self, keys: dict[str, Ed25519PrivateKey]) -> dict[str, JsonObject]:
        objects = {role: self._key_object(role, keys[role]) for role in ROLES}
        return {
            "master": self._signed_by_device(objects["master"]),
            "self_signing": self._signed_by(keys["master"], objects["self_signing"]),
            "user_signing": self._signed_by(keys["master"], objects["user_signing"]),
        }

    def _key_object(self, role: str, key: Ed25519PrivateKey) -> JsonObject:
        public = _public(key)
        return {"user_id": self._user, "usage": [role], "keys": {f"ed25519:{public}": public}}

    async def _upload(self, body: JsonObject) -> None:
        path = ("keys", "device_signing", "upload")
        answer = await self._wire.exchange("POST", path, body)
        if answer.status == 401 and "flows" in answer.told:
            authentication = await self._authentication(answer.told, body)
            answer = await self._wire.exchange("POST", path, body | {"auth": authentication})
            if answer.status == 401:
                raise IdentityRefusedError("signing.password_refused")
        _raise_for(answer)

    async def _replaces_only_with_password(self) -> bool:
        """Say whether this homeserver takes a first identity without a password, as it must from version 1.11 on."""
        versions = (await self._wire.exchange("GET", ("versions",), root=CLIENT)).told.get("versions")
        return isinstance(versions, list) and _TAKES_THE_FIRST in versions

    async def _authentication(self, asked: JsonObject, body: JsonObject) -> JsonObject:
        flows = asked["flows"] if isinstance(asked["flows"], list) else []
        stages = [flow.get("stages") for flow in flows if isinstance(flow, dict)]
        if ["m.login.password"] not in stages:
            raise IdentityRefusedError("signing.approval")
        if "master_key" in body and await self._replaces_only_with_password():
            raise IdentityNotTakenError("signing.not_taken")
        if self._password is None:
            raise IdentityRefusedError("signing.password_wanted")
        return {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self._user},
            "password": self._password,
            "session": asked.get("session"),
        }

    # --- signing ------------------------------------------------------------------------------------------------

    async def _sign(self, published: JsonObject, keys: dict[str, Ed25519PrivateKey]) -> None:
        """Sign our device, and our master key with the device, where that is missing."""
        signer, master = keys["self_signing"], keys["master"]
        wanted: JsonObject = {}
        if not is_signed(published["device_keys"][self._device], self._user, _public(signer), _public(signer)):
            wanted[self._device] = self._signed_by(signer, device_keys(self._client.machine))
        if not is_signed(published["master_keys"], self._user, self._device, self._own_keys()["ed25519"]):
            wanted[_public(master)] = self._signed_by_device(self._key_object("master", master))
        if not wanted:
            return
        answer = await self._wire.ask("POST", ("keys", "signatures", "upload"), {self._user: wanted})
        # Synapse says 200 and puts what it did not take in here.
        if answer.get("failures"):
            raise RefusedError(_failure_code(answer["failures"]))

    def _signed_by(self, key: Ed25519PrivateKey, unsigned: JsonObject) -> JsonObject:
        return self._with_signature(unsigned, _public(key), unpadded.encode(key.sign(signable(unsigned))))

    def _signed_by_device(self, unsigned: JsonObject) -> JsonObject:
        signature = self._client.machine.account.sign(signable(unsigned).decode())
        return self._with_signature(unsigned, self._device, signature)

    def _with_signature(self, unsigned: JsonObject, key_id: str, signature: str) -> JsonObject:
        return unsigned | {"signatures": {self._user: {f"ed25519:{key_id}": signature}}}


def _published_key(published: JsonObject, role: str) -> str | None:
    """Return the key the homeserver publishes for *role*; None when it publishes none at all."""
    section = published.get(f"{role}_keys")
    if section is None:
        return None
    match list(section["keys"].values()) if isinstance(section.get("keys"), dict) else []:
        case [str(key)]:
            return key
        case _:
            return ""


def _raise_for(answer: Answer) -> None:
    if not 200 <= answer.status < 300:
        raise chat_error(answer.status, answer.body, retry_after=answer.retry_after)
    if failures := answer.told.get("failures"):
        raise RefusedError(_failure_code(failures))


def _failure_code(failures: object) -> str:
    """Return the first error code inside a `failures` object."""
    waiting: list[object] = [failures]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if code := matrix_code(part):
                return code
            waiting.extend(part.values())
    return "SIGNATURE_REFUSED"


def _public(key: Ed25519PrivateKey) -> str:
    return unpadded.encode(key.public_key().public_bytes_raw())
