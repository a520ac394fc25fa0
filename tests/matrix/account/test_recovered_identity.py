"""An empty state, an identity on the homeserver, a recovery key: the identity comes back, or nothing is touched."""

from __future__ import annotations

from typing import Any

import pytest

from bot.host.secret import Secret
from bot.matrix.account.cross_signing import Identity, ensure_identity, readable
from bot.matrix.account.secret_storage import SecretStorage, encrypt
from bot.matrix.account.seeds import kept_seeds, make_seeds, store_seeds
from bot.matrix.http.errors import IdentityRefusedError
from tests.fakes.vault import MemoryVault
from tests.matrix.account.test_cross_signing import identify, is_signed, only_key, published
from tests.matrix.between import Between, Changed
from tests.matrix.people import Person, Town

KEY = b"k" * 32


async def recover(person: Person, vault: MemoryVault, key: bytes = KEY) -> Identity:
    return await ensure_identity(person.client, vault, recovery_key=Secret(key), is_recoverable=False)


async def saved(town: Town) -> tuple[Person, MemoryVault, Identity]:
    """Somebody with an identity whose seeds are in secret storage."""
    bot, vault = await town.person("cellule"), MemoryVault()
    identity = await identify(bot, vault)
    seeds = await kept_seeds(vault)
    assert seeds is not None
    await store_seeds(SecretStorage(bot.wire, bot.user), KEY, seeds)
    return bot, vault, identity


async def test_a_new_device_without_a_state_is_signed_by_the_identity_it_had(town: Town) -> None:
    bot, first, identity = await saved(town)
    again, empty = await town.device_of(bot.account), MemoryVault()
    recovered = await recover(again, empty)

    assert recovered.master_key == identity.master_key
    assert recovered.device != identity.device
    assert empty.kept == first.kept
    keys = await published(again)
    signer = only_key(keys["self_signing_keys"][bot.user])
    assert is_signed(keys["device_keys"][bot.user][recovered.device], bot.user, signer, signer)
    assert await ensure_identity(again.client, empty, is_recoverable=False) == recovered, (
        "the key is not needed a second time"
    )


async def test_without_the_key_it_is_refused_as_before_and_the_key_is_named(town: Town) -> None:
    bot, _, _ = await saved(town)
    again, empty = await town.device_of(bot.account), MemoryVault()
    with pytest.raises(IdentityRefusedError, match=r"matrix\.recovery_key_file"):
        await identify(again, empty)
    assert empty.kept == {}


async def untouched(bot: Person, key: bytes, said: str) -> None:
    before, empty = await published(bot), MemoryVault()
    with pytest.raises(IdentityRefusedError, match=said):
        await recover(bot, empty, key)
    assert await published(bot) == before
    assert empty.kept == {}


async def test_another_key_is_refused_and_nothing_is_touched(town: Town) -> None:
    bot, _, _ = await saved(town)
    await untouched(await town.device_of(bot.account), b"o" * 32, "not the one of this account")


async def test_an_identity_that_was_replaced_since_is_refused(town: Town) -> None:
    bot, _, _ = await saved(town)
    await store_seeds(SecretStorage(bot.wire, bot.user), KEY, make_seeds())
    await untouched(await town.device_of(bot.account), KEY, "not the one the homeserver shows")


async def test_one_seed_of_three_that_differs_is_refused(town: Town) -> None:
    bot, vault, _ = await saved(town)
    seeds = await kept_seeds(vault)
    assert seeds is not None
    await store_seeds(SecretStorage(bot.wire, bot.user), KEY, [*seeds[:2], make_seeds()[0]])
    await untouched(await town.device_of(bot.account), KEY, "not the one the homeserver shows")


@pytest.mark.parametrize("text", ["", "not base64!", "AAAA", "é"])
async def test_what_is_no_seed_is_refused(town: Town, text: str) -> None:
    bot, _, _ = await saved(town)
    storage = SecretStorage(bot.wire, bot.user)
    name = await storage.default_key()
    content: dict[str, Any] = {"encrypted": {name: encrypt(KEY, "m.cross_signing.master", text)}}
    await bot.wire.ask("PUT", ("user", bot.user, "account_data", "m.cross_signing.master"), content)
    await untouched(await town.device_of(bot.account), KEY, "is no cross-signing identity")


async def test_where_a_recovery_key_is_named_no_first_identity_is_made(town: Town) -> None:
    """Who has a key has an identity: a homeserver that shows none must not have another put in its place."""
    bot, vault = await town.person("cellule"), MemoryVault()
    with pytest.raises(IdentityRefusedError, match=r"shows none.*matrix\.recovery_key_file"):
        await recover(bot, vault)
    with pytest.raises(IdentityRefusedError, match="shows none"):
        await ensure_identity(bot.client, vault, is_recoverable=True)
    assert vault.kept == {}
    assert bot.user not in (await published(bot))["master_keys"]


async def test_an_identity_that_one_answer_hides_is_not_replaced(town: Town, between: Between) -> None:
    bot, _, identity = await saved(town)
    again, empty = await town.device_of(bot.account, url=between.url), MemoryVault()
    between.always("POST", "keys/query", Changed(by=lambda answer: answer | {"master_keys": {}}))
    with pytest.raises(IdentityRefusedError, match="it has had one"):
        await ensure_identity(again.client, empty, password=bot.account.password, is_recoverable=False)
    assert readable(only_key((await published(bot))["master_keys"][bot.user])) == identity.master_key
    assert empty.kept == {}


async def test_an_identity_that_every_answer_hides_is_not_replaced_either(town: Town, between: Between) -> None:
    """The homeserver wants the password, as for replacing an identity: then there is one."""
    bot, first = await town.person("cellule"), MemoryVault()
    identity = await identify(bot, first)
    again, empty = await town.device_of(bot.account, url=between.url), MemoryVault()
    between.always("POST", "keys/query", Changed(by=lambda answer: answer | {"master_keys": {}}))
    with pytest.raises(IdentityRefusedError, match="Nothing was replaced"):
        await identify(again, empty)
    assert readable(only_key((await published(bot))["master_keys"][bot.user])) == identity.master_key
    assert empty.kept == {}, "an identity that was never shown is forgotten"
