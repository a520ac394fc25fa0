"""What nio relies on in its store, over a close and an opening, in the parts that are ours."""

from __future__ import annotations

import stat
from contextlib import closing
from pathlib import Path

import pytest
import vodozemac
from nio.crypto import OlmDevice
from peewee import DatabaseError

from bot.matrix.guard.crypto_store import CipherStore, CryptoFile
from bot.matrix.guard.olm import GuardedOlm
from bot.matrix.http.unpadded import encode
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, ROOM, everybody


def crypto(folder: Path, secret: bytes = b"secret of the tests") -> CryptoFile:
    return CryptoFile(folder=folder / "state", secret=secret)


def machine(folder: Path) -> GuardedOlm:
    return GuardedOlm(BOT, DEVICE, crypto(folder).open(BOT, DEVICE), everybody)


def store_of(olm: GuardedOlm) -> CipherStore:
    return olm.store


def device(user: str, name: str) -> OlmDevice:
    account = vodozemac.Account()
    keys = {"curve25519": account.curve25519_key.to_base64(), "ed25519": account.ed25519_key.to_base64()}
    return OlmDevice(user, name, keys, f"the {name}")


def known(olm: GuardedOlm, *devices: OlmDevice) -> None:
    for one in devices:
        olm.device_store.add(one)
        olm.store.save_device_keys({one.user_id: {one.id: one}})


def test_what_it_keeps_outlives_a_power_cut_and_what_it_deletes_is_gone(tmp_path: Path) -> None:
    with closing(crypto(tmp_path).open(BOT, DEVICE)) as store:
        kept = {name: store.database.pragma(name) for name in ("journal_mode", "synchronous", "secure_delete")}
        full, memory = 2, 2
        assert kept == {"journal_mode": "wal", "synchronous": full, "secure_delete": 1}
        assert (store.database.pragma("temp_store"), store.database.pragma("foreign_keys")) == (memory, 1)


def test_devices_and_decisions_about_them_come_back(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    phone, tablet, laptop = device(ALICE, "PHONE"), device(ALICE, "TABLET"), device(BOB, "PHONE")
    known(olm, phone, tablet, laptop)
    assert olm.verify_device(phone)
    assert not olm.verify_device(phone)
    assert olm.blacklist_device(tablet)
    laptop.deleted = True
    olm.store.save_device_keys({BOB: {laptop.id: laptop}})
    olm.store.close()

    again = machine(tmp_path)
    assert sorted(again.device_store, key=lambda one: one.keys["ed25519"]) == sorted(
        (phone, tablet, laptop), key=lambda one: one.keys["ed25519"]
    )
    assert again.is_device_verified(again.device_store[ALICE]["PHONE"])
    assert again.is_device_blacklisted(again.device_store[ALICE]["TABLET"])
    assert not again.is_device_ignored(again.device_store[BOB]["PHONE"])
    again.store.close()


def test_the_account_and_its_sessions_come_back(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    other = vodozemac.Account()
    other.generate_one_time_keys(1)
    (key,) = other.one_time_keys.values()
    session = olm.create_session(key.to_base64(), other.curve25519_key.to_base64())
    olm.account.shared = True
    olm.save_account()
    identity = olm.account.identity_keys
    olm.store.close()

    again = machine(tmp_path)
    assert again.account.identity_keys == identity
    assert again.account.shared
    kept = again.session_store.get(other.curve25519_key.to_base64())
    assert kept is not None
    assert kept.id == session.id
    again.store.close()


SIGNING = encode(bytes(32))
"""A signing key as it is written."""


def test_a_room_key_comes_back_with_its_best_place(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    group = vodozemac.GroupSession()
    early = group.session_key.to_base64()
    group.encrypt(b"one")
    late = group.session_key.to_base64()
    for session_key in (late, early, late):
        olm.create_group_session("sender", SIGNING, ROOM, group.session_id, session_key)
    olm.store.close()

    again = machine(tmp_path)
    kept = again.inbound_group_store.get(ROOM, "sender", group.session_id)
    assert kept is not None
    assert (kept.first_known_index, kept.ed25519, kept.forwarding_chain) == (0, SIGNING, [])
    again.store.close()


def test_what_fails_inside_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    store = store_of(machine(tmp_path))

    def half() -> None:
        with store.transaction():
            store.keep_heard("sender", "session", 1, "$said")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert store.heard_as("sender", "session", 1) is None
    store.close()


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    machine(tmp_path).store.close()
    with pytest.raises(DatabaseError):
        crypto(tmp_path, b"another").open(BOT, DEVICE)


def test_it_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    files = list((tmp_path / "state").iterdir())
    assert [file.name for file in files if not file.name.startswith("crypto.db")] == []
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    olm.store.close()


def test_it_knows_whose_keys_it_holds(tmp_path: Path) -> None:
    assert not crypto(tmp_path).holds(BOT, DEVICE)
    machine(tmp_path).store.close()
    assert crypto(tmp_path).holds(BOT, DEVICE)
    assert not crypto(tmp_path).holds(BOT, "OTHER")
    assert not crypto(tmp_path, b"another").holds(BOT, DEVICE)
