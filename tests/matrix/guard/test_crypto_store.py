"""What nio relies on in its store, over a close and an opening, in the parts that are ours."""

from __future__ import annotations

from pathlib import Path

import pytest
import vodozemac
from nio.crypto import OlmDevice

from bot.core.names import DeviceId, RoomId
from bot.matrix.guard.crypto_store import holds, keys_of
from bot.matrix.guard.heard import Place
from bot.matrix.guard.olm import GuardedOlm
from bot.matrix.http.unpadded import encode
from tests.kept_keys import keys_in, rows_in
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, ROOM, everybody


def machine(folder: Path, device: str = DEVICE) -> GuardedOlm:
    return GuardedOlm(BOT, device, keys_in(folder, device), everybody)


def device(user: str, name: str) -> OlmDevice:
    account = vodozemac.Account()
    keys = {"curve25519": account.curve25519_key.to_base64(), "ed25519": account.ed25519_key.to_base64()}
    return OlmDevice(user, name, keys, f"the {name}")


def known(olm: GuardedOlm, *devices: OlmDevice) -> None:
    for one in devices:
        olm.device_store.add(one)
        olm.store.save_device_keys({one.user_id: {one.id: one}})


def test_devices_and_decisions_about_them_come_back(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    phone, tablet, laptop = device(ALICE, "PHONE"), device(ALICE, "TABLET"), device(BOB, "PHONE")
    known(olm, phone, tablet, laptop)
    assert olm.verify_device(phone)
    assert not olm.verify_device(phone)
    assert olm.blacklist_device(tablet)
    laptop.deleted = True
    olm.store.save_device_keys({BOB: {laptop.id: laptop}})

    again = machine(tmp_path)
    assert sorted(again.device_store, key=lambda one: one.keys["ed25519"]) == sorted(
        (phone, tablet, laptop), key=lambda one: one.keys["ed25519"]
    )
    assert again.is_device_verified(again.device_store[ALICE]["PHONE"])
    assert again.is_device_blacklisted(again.device_store[ALICE]["TABLET"])
    assert not again.is_device_ignored(again.device_store[BOB]["PHONE"])


def test_the_account_and_its_sessions_come_back(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    other = vodozemac.Account()
    other.generate_one_time_keys(1)
    (key,) = other.one_time_keys.values()
    session = olm.create_session(key.to_base64(), other.curve25519_key.to_base64())
    olm.account.shared = True
    olm.save_account()
    identity = olm.account.identity_keys

    again = machine(tmp_path)
    assert again.account.identity_keys == identity
    assert again.account.shared
    kept = again.session_store.get(other.curve25519_key.to_base64())
    assert kept is not None
    assert kept.id == session.id


SIGNING = encode(bytes(32))
"""A signing key as it is written."""
ELSEWHERE = "!elsewhere:example.org"


def test_a_room_key_comes_back_with_its_best_place(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    group = vodozemac.GroupSession()
    early = group.session_key.to_base64()
    group.encrypt(b"one")
    late = group.session_key.to_base64()
    for session_key in (late, early, late):
        olm.create_group_session("sender", SIGNING, ROOM, group.session_id, session_key)

    again = machine(tmp_path)
    kept = again.inbound_group_store.get(ROOM, "sender", group.session_id)
    assert kept is not None
    assert (kept.first_known_index, kept.ed25519, kept.forwarding_chain) == (0, SIGNING, [])


def test_our_own_keys_of_a_room_are_counted_over_a_restart(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    assert [olm.store.note_own_key(ROOM, name, most=2) for name in ("one", "two")] == [(), ()]
    assert machine(tmp_path).store.note_own_key(ROOM, "three", most=2) == ("one",)


def test_what_fails_inside_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    olm = machine(tmp_path)

    def half() -> None:
        with olm.store.transaction():
            olm.store.keep_identity(ALICE, "{}")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert keys_in(tmp_path, DEVICE).load_identities() == {}


def test_what_was_heard_is_known_by_its_place_until_its_room_is_forgotten(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    heard = olm.store.heard
    assert (heard.place("curve", "session", 0), heard.last("curve", "session")) == (None, None)
    heard.keep("curve", "session", 3, Place(ROOM, "$late", None))
    heard.keep("curve", "session", 1, Place(ROOM, "$early", 3))
    heard.keep("curve", "session", 1, Place(ROOM, "$other", 3))
    heard.keep("curve", "session", 2, Place(ELSEWHERE, "$elsewhere", 3))
    for known in (heard, machine(tmp_path).store.heard):
        assert known.place("curve", "session", 1) == Place(ROOM, "$early", 3)
        assert (known.place("curve", "other", 1), known.last("curve", "session")) == (None, 3)
    olm.forget_room(ROOM)
    for known in (heard, machine(tmp_path).store.heard):
        assert (known.place("curve", "session", 1), known.last("curve", "session")) == (None, 2)
        assert known.place("curve", "session", 2) == Place(ELSEWHERE, "$elsewhere", 3)
    olm.forget_room(ROOM)


async def test_it_knows_whose_keys_and_which_of_a_room_it_holds(tmp_path: Path) -> None:
    rows = rows_in(tmp_path)
    assert not await holds(rows, DeviceId(DEVICE))
    olm, group = machine(tmp_path), vodozemac.GroupSession()
    assert await holds(rows, DeviceId(DEVICE))
    assert not await holds(rows, DeviceId("OTHER"))
    olm.create_group_session("sender", SIGNING, ROOM, group.session_id, group.session_key.to_base64())
    assert await keys_of(rows, RoomId(ROOM)) == {group.session_id}
    assert await keys_of(rows, RoomId(ELSEWHERE)) == frozenset()


def test_another_device_of_ours_has_keys_of_its_own_and_the_room_keys_of_all(tmp_path: Path) -> None:
    olm, group = machine(tmp_path), vodozemac.GroupSession()
    known(olm, device(ALICE, "PHONE"))
    olm.create_group_session("sender", SIGNING, ROOM, group.session_id, group.session_key.to_base64())
    other = machine(tmp_path, "OTHER")
    assert other.account.identity_keys != olm.account.identity_keys
    assert (list(other.device_store), len(list(other.inbound_group_store))) == ([], 1)
    assert machine(tmp_path).account.identity_keys == olm.account.identity_keys
