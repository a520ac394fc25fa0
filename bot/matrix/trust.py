"""Which devices get keys: the seam where the device policy stands.

A policy is pure: it sees the devices of one person and judges each. `Trust` carries its judgement into nio, so that no
device is ever left undecided there and nio can always be told to refuse undecided devices
(`ignore_unverified_devices=False`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from nio.crypto import OlmDevice, TrustState

from bot.core.names import DeviceId, UserId
from bot.matrix.guard import GuardedClient

DeviceTrust = Literal["cross-signed", "first-use"]
"""The values of `trust.devices` in the configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device as its owner published it."""

    id: DeviceId
    fingerprint: str
    """Its Ed25519 key."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The device gets the keys of what its owner may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The device gets no key."""

    reason: str
    """For the operator's log; never names the device or its owner."""


Verdict = Admitted | Refused


class DevicePolicy(Protocol):
    """Decides about the devices of people we may send keys to."""

    def judge(self, user: UserId, devices: Sequence[Device]) -> Mapping[DeviceId, Verdict]:
        """Return a verdict for each of *devices*; one that is left out is refused."""


class AdmitEveryDevice:
    """Today's policy: whoever is on the roster is believed about their devices.

    `trust.devices` is read and accepted with both of its values, and not enforced yet: `cross-signed` and `first-use`
    need the person's cross-signing keys pinned, which a later version does.
    """

    def judge(self, user: UserId, devices: Sequence[Device]) -> Mapping[DeviceId, Verdict]:  # noqa: ARG002 - the seam
        """Admit them all."""
        return {device.id: Admitted() for device in devices}


def policy_for(setting: DeviceTrust) -> DevicePolicy:
    """Return the policy that stands behind `trust.devices`."""
    match setting:
        case "cross-signed" | "first-use":
            return AdmitEveryDevice()


class Trust:
    """Carries the verdicts of a policy into nio."""

    def __init__(self, client: GuardedClient, policy: DevicePolicy) -> None:
        self._client = client
        self._policy = policy

    def admitted(self, users: Iterable[UserId]) -> list[OlmDevice]:
        """Return the devices of *users* that may have keys, never our own; nio knows the verdict on each afterwards."""
        return [device for user in sorted(users) for device in self._admitted_of(user)]

    def _admitted_of(self, user: UserId) -> list[OlmDevice]:
        known = [
            device for device in self._client.machine.device_store.active_user_devices(user) if not self._is_own(device)
        ]
        verdicts = self._policy.judge(
            user, [Device(id=DeviceId(device.id), fingerprint=device.ed25519) for device in known]
        )
        return [device for device in known if self._settle(device, verdicts.get(DeviceId(device.id)))]

    def _settle(self, device: OlmDevice, verdict: Verdict | None) -> bool:
        match verdict:
            case Admitted():
                if device.trust_state is not TrustState.verified:
                    self._client.verify_device(device)
                return True
            case Refused() | None:
                if device.trust_state is not TrustState.blacklisted:
                    self._client.blacklist_device(device)
                return False

    def _is_own(self, device: OlmDevice) -> bool:
        return bool(device.user_id == self._client.user_id and device.id == self._client.device_id)
