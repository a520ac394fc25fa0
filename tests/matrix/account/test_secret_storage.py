"""Secrets on a real homeserver under a recovery key. That other clients read them is shown in tests/e2e."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.account.secret_storage import SecretStorage, decrypt, encrypt
from bot.matrix.http.errors import IdentityRefusedError
from bot.ports import UnreachableError
from tests.matrix.between import Between, Changed, Instead
from tests.matrix.people import Person, Town

KEY, OTHER = b"k" * 32, b"o" * 32
KEPT = {"org.example.one": "first", "org.example.two": "zweiter ✓"}


def storage_of(person: Person) -> SecretStorage:
    return SecretStorage(person.wire, person.user)


async def account_data(person: Person, kind: str) -> dict[str, Any]:
    return await person.wire.ask("GET", ("user", person.user, "account_data", kind))


# --- one secret ---------------------------------------------------------------------------------------------

# Made by matrix-js-sdk 43: encryptAESSecretStorageItem("a secret", 32 times 7, "org.example.name", 16 times 1).
BY_ANOTHER_CLIENT = {
    "iv": "AQEBAQEBAQEBAQEBAQEBAQ==",
    "ciphertext": "OOvVCmfjZ/k=",
    "mac": "XZARSk3gv29z5HqxqDabg/Waplfq3amtqW+rW1uhOcw=",
}


def test_what_matrix_js_sdk_encrypts_is_the_same_to_the_byte() -> None:
    assert encrypt(bytes([7]) * 32, "org.example.name", "a secret", iv=bytes([1]) * 16) == BY_ANOTHER_CLIENT
    assert decrypt(bytes([7]) * 32, "org.example.name", BY_ANOTHER_CLIENT) == "a secret"


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20), st.text(max_size=100))
def test_every_text_is_read_again_and_bit_63_of_the_counter_is_never_set(key: bytes, name: str, text: str) -> None:
    encrypted = encrypt(key, name, text)
    assert decrypt(key, name, encrypted) == text
    assert base64.b64decode(encrypted["iv"])[8] < 0x80


def test_another_key_another_name_or_a_changed_text_does_not_open() -> None:
    encrypted = encrypt(KEY, "name", "text")
    changed = base64.b64decode(encrypted["ciphertext"])
    changed = bytes([changed[0] ^ 1]) + changed[1:]
    for key, name, found in (
        (OTHER, "name", encrypted),
        (KEY, "other", encrypted),
        (KEY, "name", encrypted | {"ciphertext": base64.b64encode(changed).decode()}),
    ):
        with pytest.raises(InvalidSignature):
            decrypt(key, name, found)


# --- on a homeserver ----------------------------------------------------------------------------------------


async def test_what_is_stored_is_opened_and_nothing_of_it_lies_open(town: Town) -> None:
    bot = await town.person("cellule")
    storage = storage_of(bot)
    assert await storage.default_key() is None
    await storage.store(KEY, KEPT)
    assert await storage.open(KEY, KEPT) == KEPT

    name = await storage.default_key()
    description = await account_data(bot, f"m.secret_storage.key.{name}")
    assert description.keys() == {"algorithm", "iv", "mac"}
    assert description["algorithm"] == "m.secret_storage.v1.aes-hmac-sha2"
    kept = await account_data(bot, "org.example.one")
    assert kept["encrypted"].keys() == {name}
    assert "first" not in str(kept)


async def test_another_key_opens_nothing_and_says_so(town: Town) -> None:
    storage = storage_of(await town.person("cellule"))
    with pytest.raises(IdentityRefusedError, match="has no secret storage"):
        await storage.open(KEY, KEPT)
    await storage.store(KEY, KEPT)
    with pytest.raises(IdentityRefusedError, match="not the one of this account's secret storage"):
        await storage.open(OTHER, KEPT)
    with pytest.raises(IdentityRefusedError, match=r"has no org\.example\.three"):
        await storage.open(KEY, ["org.example.three"])


async def test_a_new_key_takes_the_place_of_the_former(town: Town) -> None:
    storage = storage_of(await town.person("cellule"))
    await storage.store(OTHER, KEPT)
    await storage.store(KEY, KEPT)
    assert await storage.open(KEY, KEPT) == KEPT
    with pytest.raises(IdentityRefusedError):
        await storage.open(OTHER, KEPT)


@pytest.mark.parametrize("kind", ["default_key", "secret_storage.key.", "org.example.one"])
@pytest.mark.parametrize(
    "found",
    [
        {},
        {"key": 3, "algorithm": "m.secret_storage.v1.aes-hmac-sha2", "iv": 1, "mac": None, "encrypted": 5},
        {"key": "x", "algorithm": "m.secret_storage.v1.aes-hmac-sha2", "iv": "", "mac": "", "encrypted": {"x": {}}},
        {"key": "", "algorithm": "rot13", "encrypted": []},
    ],
)
async def test_whatever_the_homeserver_says_instead_is_a_refusal(
    town: Town, between: Between, kind: str, found: object
) -> None:
    bot = await town.person("cellule", url=between.url)
    await storage_of(bot).store(KEY, KEPT)
    between.always("GET", kind, Instead(body=found))
    try:
        opened = await storage_of(bot).open(KEY, KEPT)
    except IdentityRefusedError:
        return
    assert opened == KEPT, "a description that tells nothing of the key is allowed"


async def test_a_homeserver_that_loses_what_it_took_is_found_out(town: Town, between: Between) -> None:
    bot = await town.person("cellule", url=between.url)

    def lose(answer: dict[str, Any]) -> object:
        return {"encrypted": {name: encrypt(KEY, "org.example.two", "else") for name in answer["encrypted"]}}

    between.always("GET", "org.example.two", Changed(by=lose))
    with pytest.raises(IdentityRefusedError, match="give back"):
        await storage_of(bot).store(KEY, KEPT)


async def test_a_homeserver_that_does_not_answer_is_no_refusal(town: Town, between: Between) -> None:
    bot = await town.person("cellule", url=between.url)
    between.always("GET", "account_data", Instead(status=502, body="no"))
    with pytest.raises(UnreachableError):
        await storage_of(bot).open(KEY, KEPT)
