from __future__ import annotations

import pytest

from bot.core.names import DeviceId, UserId
from bot.matrix.trust import AdmitEveryDevice, Admitted, Device, DeviceTrust, policy_for

ALICE = UserId("@alice:example.org")


def test_today_every_device_of_a_person_is_admitted() -> None:
    devices = [Device(id=DeviceId(name), fingerprint="key") for name in ("A", "B")]
    assert AdmitEveryDevice().judge(ALICE, devices) == {"A": Admitted(), "B": Admitted()}


@pytest.mark.parametrize("setting", ["cross-signed", "first-use"])
def test_both_settings_are_accepted(setting: DeviceTrust) -> None:
    assert isinstance(policy_for(setting), AdmitEveryDevice)
