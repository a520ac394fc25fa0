"""Whose devices count, under each policy."""

from __future__ import annotations

import pytest

from bot.core.names import DeviceId
from bot.core.people.trust import Distrust
from bot.matrix.account.device_policy import CrossSigned, FirstUse, policy_for
from bot.matrix.guard.identities import Person
from bot.matrix.guard.trust import Admitted, Device, DevicePolicy, Excluded, Verdict

PHONE, GHOST = (Device(id=DeviceId(name), fingerprint=f"key of {name}") for name in ("PHONE", "GHOST"))
SIGNED = {PHONE.id: PHONE.fingerprint}
WITH_IDENTITY = Person(pinned="master", published="master", signed=SIGNED)
CHANGED = Person(pinned="master", published="another", signed=SIGNED)
GONE = Person(pinned="master")
WITHOUT = Person()


def refused(why: Distrust) -> Verdict:
    return Excluded(why=why)


@pytest.mark.parametrize("policy", [CrossSigned(), FirstUse()])
def test_whoever_has_an_identity_is_held_to_it(policy: DevicePolicy) -> None:
    verdicts = {PHONE.id: Admitted(), GHOST.id: refused(Distrust.UNSIGNED_DEVICE)}
    assert policy.judge(WITH_IDENTITY, [PHONE, GHOST]) == verdicts


@pytest.mark.parametrize("policy", [CrossSigned(), FirstUse()])
@pytest.mark.parametrize("person", [CHANGED, GONE])
def test_no_device_counts_once_an_identity_changed(policy: DevicePolicy, person: Person) -> None:
    verdicts = dict.fromkeys((PHONE.id, GHOST.id), refused(Distrust.IDENTITY_CHANGED))
    assert policy.judge(person, [PHONE, GHOST]) == verdicts


def test_without_an_identity_none_counts_or_all_do() -> None:
    assert CrossSigned().judge(WITHOUT, [PHONE]) == {PHONE.id: refused(Distrust.NO_IDENTITY)}
    assert FirstUse().judge(WITHOUT, [PHONE, GHOST]) == {PHONE.id: Admitted(), GHOST.id: Admitted()}


def test_a_signed_id_with_another_key_is_not_the_signed_device() -> None:
    swapped = Device(id=PHONE.id, fingerprint="key of another")
    assert CrossSigned().judge(WITH_IDENTITY, [swapped]) == {PHONE.id: refused(Distrust.UNSIGNED_DEVICE)}


def test_each_setting_has_its_policy() -> None:
    assert isinstance(policy_for("cross-signed"), CrossSigned)
    assert isinstance(policy_for("first-use"), FirstUse)
