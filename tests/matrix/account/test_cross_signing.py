"""Our identity against a real homeserver."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nio import Api

from bot.matrix.account.cross_signing import Identity, ensure_identity, readable
from bot.matrix.http.errors import IdentityRefusedError
from bot.ports import RefusedError, UnreachableError
from tests.fakes.vault import MemoryVault
from tests.matrix.between import Between, Broken, Changed, Instead
from tests.matrix.people import Person, Town
from tests.servers import register


async def published(person: Person) -> dict[str, Any]:
    return await person.wire.ask("POST", ("keys", "query"), {"device_keys": {person.user: []}})


async def identify(person: Person, vault: MemoryVault) -> Identity:
    return await ensure_identity(person.client, vault, password=person.account.password, is_recoverable=False)


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


async def test_the_keys_of_the_device_are_published_before_they_are_signed(town: Town, between: Between) -> None:
    account = await register(town.homeserver, "cellule")
    bot = await town.device_of(account, url=between.url)
    bot.client.machine.account.shared = False
    between.once("POST", "keys/upload", Instead(status=502, body="<html>"))
    with pytest.raises(UnreachableError):
        await identify(bot, vault := MemoryVault())
    assert vault.kept == {}
    assert (await identify(bot, vault)).device == bot.client.device_id


async def test_a_second_start_changes_nothing(town: Town) -> None:
    bot, vault = await town.person("cellule"), MemoryVault()
    first = await identify(bot, vault)
    before = await published(bot)
    assert await ensure_identity(bot.client, vault, is_recoverable=False) == first
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


async def half_ours(town: Town) -> tuple[Person, MemoryVault]:
    """Somebody whose master key is published as they keep it and whose other keys are not: Synapse asks to be sure."""
    bot, vault = await town.person("cellule"), MemoryVault()
    await identify(bot, vault)
    master, *_ = json.loads(vault.kept["cross-signing"])
    others = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2)]
    vault.kept["cross-signing"] = json.dumps([master, *others]).encode()
    return bot, vault


async def test_the_password_is_given_when_the_homeserver_asks_for_it(town: Town) -> None:
    bot, vault = await half_ours(town)
    await identify(bot, vault)
    keys = await published(bot)
    signer = only_key(keys["self_signing_keys"][bot.user])
    assert is_signed(keys["device_keys"][bot.user][str(bot.client.device_id)], bot.user, signer, signer)


@pytest.mark.parametrize(("password", "said"), [(None, "by file"), ("wrong", "did not accept")])
async def test_without_the_right_password_the_identity_is_refused(town: Town, password: str | None, said: str) -> None:
    bot, vault = await half_ours(town)
    with pytest.raises(IdentityRefusedError, match=said):
        await ensure_identity(bot.client, vault, password=password, is_recoverable=False)


async def test_a_homeserver_that_wants_a_person_is_told_apart(town: Town, between: Between) -> None:
    bot = await town.person("cellule", url=between.url)
    asked = {"flows": [{"stages": ["m.oauth"]}], "session": "s", "params": {}}
    between.always("POST", "device_signing/upload", Instead(status=401, body=asked))
    with pytest.raises(IdentityRefusedError, match="approve"):
        await identify(bot, MemoryVault())


async def test_failures_in_a_successful_answer_are_raised(town: Town, between: Between) -> None:
    bot = await town.person("cellule", url=between.url)
    failures = {"failures": {bot.user: {"DEVICE": {"errcode": "M_INVALID_SIGNATURE", "error": "no"}}}}
    between.once("POST", "signatures/upload", Instead(body=failures))
    vault = MemoryVault()
    with pytest.raises(RefusedError, match="M_INVALID_SIGNATURE"):
        await identify(bot, vault)
    await identify(bot, vault)


async def test_a_homeserver_that_cannot_be_reached_is_no_refusal(town: Town, between: Between) -> None:
    bot = await town.person("cellule", url=between.url)
    vault = MemoryVault()
    for path in ("keys/query", "device_signing/upload", "signatures/upload"):
        between.once("POST", path, Broken())
        with pytest.raises(UnreachableError):
            await identify(bot, vault)
    assert await identify(bot, vault) == await identify(bot, vault)


async def test_a_lying_homeserver_is_found_out(town: Town, between: Between) -> None:
    bot = await town.person("cellule", url=between.url)
    other = await town.person("other")
    await identify(other, MemoryVault())
    theirs = (await published(other))["master_keys"][other.user]

    def lie(answer: dict[str, Any]) -> object:
        answer["master_keys"] = {bot.user: theirs}
        return answer

    vault = MemoryVault()
    await identify(bot, vault)
    between.once("POST", "keys/query", Changed(by=lie))
    with pytest.raises(IdentityRefusedError, match="replaced"):
        await identify(bot, vault)


async def test_a_device_without_keys_on_the_homeserver_is_refused(town: Town, between: Between) -> None:
    bot = await town.person("cellule", url=between.url)
    between.once("POST", "keys/query", Changed(by=lambda answer: answer | {"device_keys": {bot.user: {}}}))
    with pytest.raises(IdentityRefusedError, match="no keys"):
        await identify(bot, MemoryVault())


async def test_an_upload_that_comes_to_nothing_is_found_out(town: Town, between: Between) -> None:
    bot = await town.person("cellule", url=between.url)
    between.always("POST", "device_signing/upload", Instead(body={}))
    with pytest.raises(IdentityRefusedError, match="another one"):
        await identify(bot, MemoryVault())


@pytest.mark.parametrize("failures", [{"@x:y": {"D": {"errcode": "text of any kind"}}}, "all"])
async def test_failures_without_a_code_have_one_of_ours(town: Town, between: Between, failures: object) -> None:
    bot = await town.person("cellule", url=between.url)
    between.once("POST", "signatures/upload", Instead(body={"failures": failures}))
    with pytest.raises(RefusedError, match="SIGNATURE_REFUSED"):
        await identify(bot, MemoryVault())


@pytest.mark.parametrize("section", ["device_keys", "master_keys", "self_signing_keys", "user_signing_keys"])
async def test_nothing_of_the_homeservers_making_is_signed(town: Town, between: Between, section: str) -> None:
    """It adds a field to an object of ours and takes our signature off: a signature on that could mean anything."""
    bot, vault = await town.person("cellule", url=between.url), MemoryVault()
    await identify(bot, vault)

    def add(answer: dict[str, Any]) -> object:
        shown = answer[section][bot.user]
        shown = shown[str(bot.client.device_id)] if section == "device_keys" else shown
        shown |= {"public_key": "theirs", "signatures": {}}
        return answer

    between.always("POST", "keys/query", Changed(by=add))
    before = between.count("POST", "signatures/upload")
    with pytest.raises(IdentityRefusedError, match="Nothing was signed"):
        await identify(bot, vault)
    assert between.count("POST", "signatures/upload") == before


async def test_what_is_added_outside_of_what_is_signed_is_no_matter(town: Town, between: Between) -> None:
    bot, vault = await town.person("cellule", url=between.url), MemoryVault()
    identity = await identify(bot, vault)

    def add(answer: dict[str, Any]) -> object:
        answer["device_keys"][bot.user][str(bot.client.device_id)]["unsigned"] = {"device_display_name": "x"}
        return answer

    between.always("POST", "keys/query", Changed(by=add))
    assert await identify(bot, vault) == identity


def test_keys_are_shown_in_groups_of_four() -> None:
    assert readable("abcdefghij") == "abcd efgh ij"
