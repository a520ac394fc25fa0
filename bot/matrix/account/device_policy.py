"""The policies that the configuration chooses from: whose devices get keys and may command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, assert_never

from bot.core.names import DeviceId
from bot.core.people.trust import Distrust
from bot.matrix.guard.identities import Person, Standing
from bot.matrix.guard.trust import Admitted, Device, DevicePolicy, Excluded, Verdict

DeviceTrust = Literal["cross-signed", "first-use"]
"""The values of `trust.devices` in the configuration."""


class CrossSigned:
    """A device counts when its owner's pinned identity signed it."""

    def judge(self, person: Person, devices: Sequence[Device]) -> Mapping[DeviceId, Verdict]:
        """Admit what the identity vouches for."""
        match person.standing:
            case Standing.NONE:
                return dict.fromkeys((device.id for device in devices), Excluded(why=Distrust.NO_IDENTITY))
            case Standing.CHANGED:
                return dict.fromkeys((device.id for device in devices), Excluded(why=Distrust.IDENTITY_CHANGED))
            case Standing.PINNED:
                return {device.id: _by_signature(person, device) for device in devices}
            case _:
                assert_never(person.standing)


class FirstUse:
    """Who has an identity is held to it; of somebody without one, every device is admitted."""

    def judge(self, person: Person, devices: Sequence[Device]) -> Mapping[DeviceId, Verdict]:
        """Admit them all where there is no identity to go by."""
        if person.standing is Standing.NONE:
            return dict.fromkeys((device.id for device in devices), Admitted())
        return CrossSigned().judge(person, devices)


def _by_signature(person: Person, device: Device) -> Verdict:
    is_signed = person.signed.get(device.id) == device.fingerprint
    return Admitted() if is_signed else Excluded(why=Distrust.UNSIGNED_DEVICE)


def policy_for(setting: DeviceTrust) -> DevicePolicy:
    """Return the policy that stands behind `trust.devices`."""
    match setting:
        case "cross-signed":
            return CrossSigned()
        case "first-use":
            return FirstUse()
