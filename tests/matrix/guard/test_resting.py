"""The keys that come out of a backup: all of them are there, and its Olm sessions are for hearing only."""

from __future__ import annotations

from pathlib import Path

import vodozemac

from bot.matrix.guard.crypto_store import rest_sessions
from bot.matrix.guard.heard import Place
from bot.matrix.guard.olm import GuardedOlm
from bot.matrix.http.unpadded import encode
from tests.kept_keys import keys_in, rows_in
from tests.matrix.guard.test_crypto_store import device, known
from tests.matrix.listeners import ALICE, BOT, DEVICE, ROOM, everybody


def machine(folder: Path) -> GuardedOlm:
    return GuardedOlm(BOT, DEVICE, keys_in(folder, DEVICE), everybody)


async def restored(folder: Path) -> GuardedOlm:
    await rest_sessions(rows_in(folder))
    return machine(folder)


class Phone:
    """A device of somebody else, which has written to us once."""

    def __init__(self, olm: GuardedOlm) -> None:
        self.account = vodozemac.Account()
        self.curve = self.account.curve25519_key.to_base64()
        olm.account.generate_one_time_keys(1)
        (key,) = olm.account._account.one_time_keys.values()
        ours = vodozemac.Curve25519PublicKey.from_base64(olm.account.identity_keys["curve25519"])
        self.session = self.account.create_outbound_session(ours, key)
        first = self.session.encrypt(b"hello").to_pre_key()
        assert first is not None
        session = olm._create_inbound_session(ALICE, self.curve, first)
        assert session.decrypt(first) == "hello"
        olm.session_store.add(self.curve, session)
        olm.save_session(self.curve, session)


async def test_account_devices_and_room_keys_are_there(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    identity = olm.account.identity_keys
    phone, group = device(ALICE, "PHONE"), vodozemac.GroupSession()
    known(olm, phone)
    olm.verify_device(phone)
    olm.create_group_session("sender", encode(bytes(32)), ROOM, group.session_id, group.session_key.to_base64())
    olm.store.heard.keep("sender", group.session_id, 0, Place(ROOM, "$said", None))

    again = await restored(tmp_path)
    assert again.account.identity_keys == identity
    assert again.is_device_verified(again.device_store[ALICE]["PHONE"])
    key = again.inbound_group_store.get(ROOM, "sender", group.session_id)
    assert key is not None
    assert key.decrypt(group.encrypt(b"text").to_base64()) == ("text", 0)
    assert again.store.heard.place("sender", group.session_id, 0) == Place(ROOM, "$said", None)


async def test_a_session_of_the_backup_opens_what_comes_and_is_not_spoken_through(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    phone = Phone(olm)
    assert olm.session_store.get(phone.curve) is not None

    again = await restored(tmp_path)
    assert again.session_store.get(phone.curve) is None
    later = phone.session.encrypt(b"while you were away").to_pre_key()
    assert later is not None
    assert again._try_decrypt(ALICE, phone.curve, later) == "while you were away"
    assert again.session_store.get(phone.curve) is None, "heard through, and still not spoken through"

    third = machine(tmp_path)
    assert third.session_store.get(phone.curve) is None, "nor after another start"


async def test_a_session_made_since_is_spoken_through(tmp_path: Path) -> None:
    olm = machine(tmp_path)
    phone = Phone(olm)

    again = await restored(tmp_path)
    phone.account.generate_one_time_keys(1)
    (key,) = phone.account.one_time_keys.values()
    fresh = again.create_session(key.to_base64(), phone.curve)
    assert again.session_store.get(phone.curve) is fresh
    assert fresh is not None

    third = machine(tmp_path)
    kept = third.session_store.get(phone.curve)
    assert kept is not None
    assert kept.id == fresh.id
