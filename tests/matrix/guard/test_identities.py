"""Other people's identities: nothing counts that is not signed link by link, and what was seen first is held to."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.names import DeviceId, UserId
from bot.matrix.guard.identities import Identities, Person, Standing
from tests.fakes.identity import FakeIdentity, FakePhone, Json, answer, key_object, public, signed_by
from tests.kept_keys import keys_in
from tests.matrix.listeners import ALICE, BOT, DEVICE, MALLORY

WHO = UserId(ALICE)
PHONE = DeviceId("PHONE")


@pytest.fixture
def identities(tmp_path: Path) -> Identities:
    return Identities(keys_in(tmp_path, DEVICE), UserId(BOT))


def learn(identities: Identities, told: Json, **newcomers: set[str]) -> Person:
    identities.learn(told, {ALICE: newcomers.get("new", set())})
    return identities.person(WHO)


# --- what counts ----------------------------------------------------------------------------------------------------


def test_a_device_its_owner_signed_is_vouched_for_and_the_others_are_not(identities: Identities) -> None:
    alice, phone, laptop = FakeIdentity(ALICE), FakePhone(ALICE, "PHONE"), FakePhone(ALICE, "LAPTOP")
    person = learn(identities, answer(alice, alice.sign(phone.keys), laptop.keys))
    assert person.standing is Standing.PINNED
    assert person.pinned == alice.master
    assert person.signed == {PHONE: phone.fingerprint}


def test_whoever_publishes_no_identity_has_none(identities: Identities) -> None:
    assert learn(identities, answer(None, FakePhone(ALICE, "PHONE").keys)).standing is Standing.NONE


def test_our_own_identity_is_checked_elsewhere(identities: Identities) -> None:
    bot, device = FakeIdentity(BOT), FakePhone(BOT, "OTHER")
    identities.learn(answer(bot, bot.sign(device.keys)), {})
    assert identities.person(UserId(BOT)) == Person()
    assert identities.known() == frozenset()


@pytest.mark.parametrize("spelt", [lambda key: key + "=", lambda _: "x", lambda _: 7, lambda key: key[:-1] + "B"])
def test_what_is_no_key_or_a_key_spelt_otherwise_is_no_identity(
    identities: Identities, spelt: Callable[[str], Any]
) -> None:
    alice = FakeIdentity(ALICE)
    told = answer(alice, alice.sign(FakePhone(ALICE, "PHONE").keys))
    key = spelt(alice.master[:-1] + "A")
    told["master_keys"][ALICE]["keys"] = {f"ed25519:{key}": key}
    assert learn(identities, told) == Person()


Forgery = Callable[[FakeIdentity, FakePhone], Json]


def by_another_key(alice: FakeIdentity, phone: FakePhone) -> Json:
    return answer(alice, FakeIdentity(ALICE).sign(phone.keys))


def by_another_key_under_the_right_name(alice: FakeIdentity, phone: FakePhone) -> Json:
    forger = Ed25519PrivateKey.generate()
    return answer(alice, signed_by(forger, ALICE, phone.keys, key_id=public(alice.signer)))


def by_somebody_else(alice: FakeIdentity, phone: FakePhone) -> Json:
    mallory = FakeIdentity(MALLORY)
    return answer(alice, signed_by(mallory.signer, MALLORY, phone.keys))


def by_the_master_key_alone(alice: FakeIdentity, phone: FakePhone) -> Json:
    return answer(alice, signed_by(alice.master_key, ALICE, phone.keys))


def by_the_device_itself(alice: FakeIdentity, phone: FakePhone) -> Json:
    return answer(alice, signed_by(phone.key, ALICE, phone.keys, key_id=public(alice.signer)))


def with_a_signing_key_nobody_vouched_for(alice: FakeIdentity, phone: FakePhone) -> Json:
    told = answer(alice, alice.sign(phone.keys))
    told["self_signing_keys"][ALICE] = key_object(ALICE, "self_signing", alice.signer)
    return told


def with_a_signing_key_of_another_identity(alice: FakeIdentity, phone: FakePhone) -> Json:
    other = FakeIdentity(ALICE)
    told = answer(other, other.sign(phone.keys))
    told["master_keys"] = answer(alice, phone.keys)["master_keys"]
    return told


def with_another_key_in_the_device(alice: FakeIdentity, phone: FakePhone) -> Json:
    signed = alice.sign(phone.keys)
    signed["keys"]["ed25519:PHONE"] = FakePhone(ALICE, "PHONE").fingerprint
    return answer(alice, signed)


def with_another_curve_key_in_the_device(alice: FakeIdentity, phone: FakePhone) -> Json:
    signed = alice.sign(phone.keys)
    signed["keys"]["curve25519:PHONE"] = FakePhone(ALICE, "PHONE").fingerprint
    return answer(alice, signed)


def under_another_device_id(alice: FakeIdentity, phone: FakePhone) -> Json:
    told = answer(alice, alice.sign(FakePhone(ALICE, "LAPTOP").keys))
    told["device_keys"][ALICE]["PHONE"] = told["device_keys"][ALICE].pop("LAPTOP")
    return told


def of_another_user(alice: FakeIdentity, phone: FakePhone) -> Json:
    return answer(alice, alice.sign(FakePhone(MALLORY, "PHONE").keys), user=ALICE)


def with_two_master_keys(alice: FakeIdentity, phone: FakePhone) -> Json:
    told = answer(alice, alice.sign(phone.keys))
    other = FakeIdentity(ALICE).master
    told["master_keys"][ALICE]["keys"][f"ed25519:{other}"] = other
    return told


def with_two_signing_keys(alice: FakeIdentity, phone: FakePhone) -> Json:
    told = answer(alice, alice.sign(phone.keys))
    signer = key_object(ALICE, "self_signing", alice.signer)
    signer["keys"]["ed25519:X"] = FakeIdentity(ALICE).master
    told["self_signing_keys"][ALICE] = signed_by(alice.master_key, ALICE, signer)
    return told


def with_a_signing_key_for_another_use(alice: FakeIdentity, phone: FakePhone) -> Json:
    told = answer(alice, alice.sign(phone.keys))
    signer = key_object(ALICE, "user_signing", alice.signer)
    told["self_signing_keys"][ALICE] = signed_by(alice.master_key, ALICE, signer)
    return told


def with_a_master_key_for_another_use(alice: FakeIdentity, phone: FakePhone) -> Json:
    told = answer(alice, alice.sign(phone.keys))
    told["master_keys"][ALICE]["usage"] = ["self_signing"]
    return told


def with_a_master_key_of_somebody_else(alice: FakeIdentity, phone: FakePhone) -> Json:
    told = answer(alice, alice.sign(phone.keys))
    told["master_keys"][ALICE]["user_id"] = MALLORY
    return told


def with_a_key_that_is_not_the_one_it_is_called(alice: FakeIdentity, phone: FakePhone) -> Json:
    told = answer(alice, alice.sign(phone.keys))
    told["master_keys"][ALICE]["keys"] = {"ed25519:PHONE": alice.master}
    return told


FORGERIES: list[Forgery] = [
    by_another_key,
    by_another_key_under_the_right_name,
    by_somebody_else,
    by_the_master_key_alone,
    by_the_device_itself,
    with_a_signing_key_nobody_vouched_for,
    with_a_signing_key_of_another_identity,
    with_another_key_in_the_device,
    with_another_curve_key_in_the_device,
    under_another_device_id,
    of_another_user,
    with_two_master_keys,
    with_two_signing_keys,
    with_a_signing_key_for_another_use,
    with_a_master_key_for_another_use,
    with_a_master_key_of_somebody_else,
    with_a_key_that_is_not_the_one_it_is_called,
]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: str(forge.__name__))
def test_a_forged_signature_vouches_for_nothing(identities: Identities, forge: Forgery) -> None:
    alice, phone = FakeIdentity(ALICE), FakePhone(ALICE, "PHONE")
    assert not learn(identities, forge(alice, phone)).signed
    known = learn(identities, answer(alice, alice.sign(phone.keys)))
    assert known.signed == {PHONE: phone.fingerprint}
    assert not learn(identities, forge(alice, phone)).signed


# --- whatever shape -------------------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _places(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for name, part in told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ():
        yield from _places(part, (*path, name))


def _put(told: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.copy(told)
    changed[path[0]] = _put(told[path[0]], path[1:], value)
    return changed


_ALICE, _PHONE = FakeIdentity(ALICE), FakePhone(ALICE, "PHONE")
_SOUND = answer(_ALICE, _ALICE.sign(_PHONE.keys))


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(place=st.sampled_from(list(_places(_SOUND))), value=_JSON)
def test_an_answer_broken_anywhere_raises_nothing_and_vouches_for_nothing_new(
    identities: Identities, place: tuple[Any, ...], value: Any
) -> None:
    broken = _put(_SOUND, place, value)
    if isinstance(broken, dict):
        assert not learn(identities, answer(None, _PHONE.keys)).signed
        person = learn(identities, broken)
        assert person.pinned in (None, _ALICE.master)
        if person.signed:
            assert dict(person.signed) == {PHONE: _PHONE.fingerprint}
            assert broken["device_keys"][ALICE]["PHONE"]["keys"] == _PHONE.keys["keys"]


def test_a_name_that_is_no_text_is_left_out(identities: Identities) -> None:
    name = "@\ud800:example.org"
    key = key_object(name, "master", Ed25519PrivateKey.generate())
    identities.learn({"device_keys": {name: {}}, "master_keys": {name: key}}, {})
    assert identities.known() == frozenset()


def test_an_answer_nested_beyond_all_reason_vouches_for_nothing(identities: Identities) -> None:
    alice, phone = FakeIdentity(ALICE), FakePhone(ALICE, "PHONE")
    signed = alice.sign(phone.keys)
    signed["deep"] = json.loads("[" * 900 + "]" * 900)
    assert not learn(identities, answer(alice, signed)).signed


# --- what is held to ------------------------------------------------------------------------------------------------


def test_what_was_seen_first_is_held_to_when_another_identity_takes_its_place(identities: Identities) -> None:
    alice, phone, fake = FakeIdentity(ALICE), FakePhone(ALICE, "PHONE"), FakeIdentity(ALICE)
    learn(identities, answer(alice, alice.sign(phone.keys)))
    person = learn(identities, answer(fake, fake.sign(FakePhone(ALICE, "GHOST").keys)))
    assert person.standing is Standing.CHANGED
    assert (person.pinned, person.published) == (alice.master, fake.master)
    assert dict(identities.changed()) == {WHO: person}


def test_a_change_has_one_line_in_the_log_however_often_it_is_told(
    identities: Identities, caplog: pytest.LogCaptureFixture
) -> None:
    alice, phone, fake = FakeIdentity(ALICE), FakePhone(ALICE, "PHONE"), FakeIdentity(ALICE)
    for one, lines in ((alice, 0), (alice, 0), (fake, 1), (fake, 1)):
        learn(identities, answer(one, one.sign(phone.keys)))
        assert len([line for line in caplog.messages if "identity changed" in line]) == lines


def test_an_identity_that_is_gone_is_a_changed_one(identities: Identities) -> None:
    alice, phone = FakeIdentity(ALICE), FakePhone(ALICE, "PHONE")
    learn(identities, answer(alice, alice.sign(phone.keys)))
    person = learn(identities, answer(None, phone.keys))
    assert (person.standing, person.published) == (Standing.CHANGED, None)


def test_the_identity_of_before_coming_back_is_no_change(identities: Identities) -> None:
    alice, phone = FakeIdentity(ALICE), FakePhone(ALICE, "PHONE")
    sound = answer(alice, alice.sign(phone.keys))
    learn(identities, sound)
    learn(identities, answer(None, phone.keys))
    assert learn(identities, sound).standing is Standing.PINNED
    assert not identities.changed()


def test_whom_an_answer_leaves_out_stays_as_they_were(identities: Identities) -> None:
    alice = FakeIdentity(ALICE)
    before = learn(identities, answer(alice, alice.sign(FakePhone(ALICE, "PHONE").keys)))
    assert learn(identities, {"device_keys": {}, "master_keys": {ALICE: {}}}) == before


def test_what_was_compared_is_what_somebody_is_known_by_and_it_is_counted(identities: Identities) -> None:
    alice, fake = FakeIdentity(ALICE), FakeIdentity(ALICE)
    learn(identities, answer(alice, FakePhone(ALICE, "PHONE").keys))
    learn(identities, answer(fake, FakePhone(ALICE, "PHONE").keys))
    assert identities.person(WHO).pinned == alice.master
    identities.confirm(WHO, fake.master)
    identities.confirm(WHO, fake.master)
    person = identities.person(WHO)
    assert (person.standing, person.confirmations) == (Standing.PINNED, 1)
    assert not identities.changed()
    identities.confirm(WHO, FakeIdentity(ALICE).master)
    assert identities.changed().keys() == {WHO}, "it is not the one that is published"


def test_what_was_compared_before_anything_was_seen_is_held_to(identities: Identities) -> None:
    alice, fake, phone = FakeIdentity(ALICE), FakeIdentity(ALICE), FakePhone(ALICE, "PHONE")
    identities.confirm(WHO, alice.master)
    assert learn(identities, answer(fake, fake.sign(phone.keys))).standing is Standing.CHANGED
    assert learn(identities, answer(alice, alice.sign(phone.keys))).standing is Standing.PINNED


def test_what_is_known_survives_a_restart(tmp_path: Path, identities: Identities) -> None:
    alice, phone, fake = FakeIdentity(ALICE), FakePhone(ALICE, "PHONE"), FakeIdentity(ALICE)
    learn(identities, answer(alice, alice.sign(phone.keys)))
    learn(identities, answer(fake, phone.keys))
    identities.confirm(WHO, fake.master)
    learn(identities, answer(alice, phone.keys))
    kept = Identities(keys_in(tmp_path, DEVICE), UserId(BOT))
    assert kept.person(WHO) == identities.person(WHO)
    assert kept.changed() == identities.changed() != {}
    assert kept.known() == {WHO}


# --- devices to be told of ------------------------------------------------------------------------------------------


def test_a_newcomer_waits_to_be_told_of_over_a_restart(tmp_path: Path, identities: Identities) -> None:
    learn(identities, answer(None, FakePhone(ALICE, "PHONE").keys))
    assert not identities.with_newcomers()
    learn(identities, answer(None, FakePhone(ALICE, "PHONE").keys, FakePhone(ALICE, "LAPTOP").keys), new={"LAPTOP"})
    kept = Identities(keys_in(tmp_path, DEVICE), UserId(BOT))
    assert [person.newcomers for person in kept.with_newcomers().values()] == [{"LAPTOP"}]
    kept.announced(WHO, [DeviceId("LAPTOP"), DeviceId("LAPTOP")])
    kept.announced(WHO, [DeviceId("LAPTOP")])
    assert not Identities(keys_in(tmp_path, DEVICE), UserId(BOT)).with_newcomers()


def test_a_newcomer_of_somebody_with_an_identity_is_judged_by_it(identities: Identities) -> None:
    alice = FakeIdentity(ALICE)
    learn(identities, answer(None, FakePhone(ALICE, "PHONE").keys), new={"PHONE"})
    learn(identities, answer(alice, FakePhone(ALICE, "PHONE").keys), new={"PHONE"})
    assert not identities.with_newcomers()
