"""Our identity against a real homeserver."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nio import Api

from bot.demo.homeserver import Homeserver
from bot.matrix.errors import IdentityRefusedError
from bot.matrix.signing import Identity, ensure_identity, readable
from tests.fakes.vault import MemoryVault
from tests.matrix.people import Person, Town


@pytest_asyncio.fixture(loop_scope="session")
async def town(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Town]:
    town = Town(homeserver, tmp_path)
    yield town
    await town.close()


async def published(person: Person) -> dict[str, Any]:
    return await person.wire.ask("POST", ("keys", "query"), {"device_keys": {person.user: []}})


async def identify(person: Person, vault: MemoryVault) -> Identity:
    return await ensure_identity(person.client, vault, password=person.account.password)


def is_signed(signed: dict[str, Any], user: str, key_id: str, public: str) -> bool:
    """Check by other means than the code does."""
    bare = {name: value for name, value in signed.items() if name not in {"signatures", "unsigned"}}
    signature = base64.b64decode(signed["signatures"][user][f"ed25519:{key_id}"] + "==")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public + "="))
    key.verify(signature, Api.to_canonical_json(bare).encode())
    return True


def only_key(signed: dict[str, Any]) -> str:
    (key,) = signed["keys"].values()
    return str(key)


async def test_the_device_is_signed_by_the_identity_and_the_identity_by_the_device(town: Town) -> None:
    bot = await town.person("cellule")
    identity = await identify(bot, MemoryVault())
    keys = await published(bot)
    master, signer, user_signer = (
        keys[section][bot.user] for section in ("master_keys", "self_signing_keys", "user_signing_keys")
    )
    device_id = str(bot.client.device_id)
    device = keys["device_keys"][bot.user][device_id]
    own = bot.client.machine.account.identity_keys["ed25519"]
    assert is_signed(device, bot.user, only_key(signer), only_key(signer))
    assert is_signed(signer, bot.user, only_key(master), only_key(master))
    assert is_signed(user_signer, bot.user, only_key(master), only_key(master))
    assert is_signed(master, bot.user, device_id, own)
    assert identity == Identity(device=device_id, fingerprint=readable(own), master_key=readable(only_key(master)))


async def test_a_second_start_changes_nothing(town: Town) -> None:
    bot, vault = await town.person("cellule"), MemoryVault()
    first = await identify(bot, vault)
    before = await published(bot)
    assert await ensure_identity(bot.client, vault) == first
    assert await published(bot) == before


async def test_a_new_device_is_signed_by_the_old_identity(town: Town) -> None:
    bot, vault = await town.person("cellule"), MemoryVault()
    first = await identify(bot, vault)
    again = await town.device_of(bot.account)
    second = await identify(again, vault)
    assert second.master_key == first.master_key
    keys = await published(again)
    signer = only_key(keys["self_signing_keys"][bot.user])
    device_id = str(again.client.device_id)
    assert is_signed(keys["device_keys"][bot.user][device_id], bot.user, signer, signer)
    own = again.client.machine.account.identity_keys["ed25519"]
    assert is_signed(keys["master_keys"][bot.user], bot.user, device_id, own)


async def test_an_identity_that_is_not_kept_is_refused_and_left_alone(town: Town) -> None:
    bot = await town.person("cellule")
    await identify(bot, MemoryVault())
    before = await published(bot)
    empty = MemoryVault()
    with pytest.raises(IdentityRefusedError):
        await identify(bot, empty)
    assert await published(bot) == before
    assert empty.kept == {}


async def test_an_identity_replaced_on_the_homeserver_is_refused_and_left_alone(town: Town) -> None:
    bot, vault = await town.person("cellule"), MemoryVault()
    await identify(bot, vault)
    other = MemoryVault()
    await identify(await town.person("other"), other)
    before = await published(bot)
    with pytest.raises(IdentityRefusedError, match="replaced"):
        await identify(bot, other)
    assert await published(bot) == before


async def test_the_keys_are_kept_before_they_are_published(town: Town) -> None:
    class FailingVault(MemoryVault):
        async def put(self, name: str, value: bytes) -> None:
            raise OSError("the disk is full")

    bot = await town.person("cellule")
    with pytest.raises(OSError, match="full"):
        await identify(bot, FailingVault())
    assert bot.user not in (await published(bot))["master_keys"]


async def test_an_upload_that_was_not_answered_is_finished_at_the_next_start(town: Town) -> None:
    bot, vault = await town.person("cellule"), MemoryVault()
    vault.kept["cross-signing"] = json.dumps([base64.b64encode(bytes([n]) * 32).decode() for n in range(3)]).encode()
    identity = await identify(bot, vault)
    master = only_key((await published(bot))["master_keys"][bot.user])
    assert identity.master_key == readable(master)


@pytest.mark.parametrize("kept", [b"", b"{}", b"[]", b"null", b'["AAAA", "AAAA", "AAAA"]', b"[1, 2, 3]", b"\xff"])
async def test_a_damaged_vault_is_refused_and_never_made_anew(town: Town, kept: bytes) -> None:
    bot, vault = await town.person("cellule"), MemoryVault()
    vault.kept["cross-signing"] = kept
    with pytest.raises(IdentityRefusedError, match="damaged"):
        await identify(bot, vault)
    assert bot.user not in (await published(bot))["master_keys"]


async def test_a_device_whose_keys_on_the_homeserver_are_not_ours_is_not_signed(town: Town) -> None:
    bot = await town.person("cellule")
    stranger = await town.person("stranger")
    # As after a start with another state folder: the device is the old one, its keys are new.
    bot.client.machine.account = stranger.client.machine.account
    with pytest.raises(IdentityRefusedError, match="not ours"):
        await identify(bot, MemoryVault())
    assert bot.user not in (await published(bot))["master_keys"]


def test_keys_are_shown_in_groups_of_four() -> None:
    assert readable("abcdefghij") == "abcd efgh ij"
