"""Whose devices get keys and may command.

A policy is pure: it sees the devices of one person and judges each. `Trust` carries its judgement into nio, so that no
device is ever left undecided there and nio can always be told to refuse undecided devices
(`ignore_unverified_devices=False`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, assert_never

from nio.crypto import OlmDevice, TrustState

from bot.core.names import DeviceId, EventId, UserId
from bot.core.trust import Distrust
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.identities import Person, Standing

_MOST_DOUBTED = 2000

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
    """The device gets the keys of what its owner may read, and its owner may command with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The device gets no key and commands nothing."""

    why: Distrust


Verdict = Admitted | Refused


class DevicePolicy(Protocol):
    """Decides about the devices of people."""

    def judge(self, person: Person, devices: Sequence[Device]) -> Mapping[DeviceId, Verdict]:
        """Return a verdict for each of *devices* of *person*; one that is left out is refused."""


class CrossSigned:
    """A device counts when its owner's pinned identity signed it."""

    def judge(self, person: Person, devices: Sequence[Device]) -> Mapping[DeviceId, Verdict]:
        """Admit what the identity vouches for."""
        match person.standing:
            case Standing.NONE:
                return dict.fromkeys((device.id for device in devices), Refused(why=Distrust.NO_IDENTITY))
            case Standing.CHANGED:
                return dict.fromkeys((device.id for device in devices), Refused(why=Distrust.IDENTITY_CHANGED))
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
    return Admitted() if is_signed else Refused(why=Distrust.UNSIGNED_DEVICE)


def policy_for(setting: DeviceTrust) -> DevicePolicy:
    """Return the policy that stands behind `trust.devices`."""
    match setting:
        case "cross-signed":
            return CrossSigned()
        case "first-use":
            return FirstUse()


class Trust:
    """Carries the verdicts of a policy into nio."""

    def __init__(self, client: GuardedClient, policy: DevicePolicy) -> None:
        self._client = client
        self._policy = policy
        self._doubted: dict[EventId, int] = {}
        """Events that wait, each with the number of the last request for device lists before it was seen."""

    def admitted(self, users: Iterable[UserId]) -> list[OlmDevice]:
        """Return the devices of *users* that may have keys, never our own; nio knows the verdict on each afterwards."""
        return [
            device for user in sorted(users) for device, verdict in self._judged(user) if self._settle(device, verdict)
        ]

    def refused(self, users: Iterable[UserId]) -> list[OlmDevice]:
        """Return the devices of *users* that get no key."""
        return [
            device for user in sorted(users) for device, verdict in self._judged(user) if isinstance(verdict, Refused)
        ]

    def unreached(self, users: Iterable[UserId]) -> dict[UserId, Distrust]:
        """Return who of *users* has devices and not one that is trusted, and why."""
        found: dict[UserId, Distrust] = {}
        for user in users:
            verdicts = [verdict for _, verdict in self._judged(user)]
            refused = [verdict.why for verdict in verdicts if isinstance(verdict, Refused)]
            if refused and len(refused) == len(verdicts):
                found[user] = refused[0]
        return found

    def distrusts(self, user: UserId, device: DeviceId) -> Distrust | None:
        """Say why nothing that *user* types on *device* is a command, as things are known now; None when it is one."""
        verdicts = {DeviceId(known.id): verdict for known, verdict in self._judged(user)}
        match verdicts.get(device, Refused(why=Distrust.UNSIGNED_DEVICE)):
            case Admitted():
                return None
            case Refused(why=why):
                return why

    def doubts(self, event: EventId, user: UserId, device: DeviceId) -> bool:
        """Say whether *event* must wait: its device is not trusted, and we have not asked again since it came.

        Somebody who has just verified a device types at once, and their homeserver's word on it may be on its way.
        Of our own device nobody is asked: we hear each word of ours once more.
        """
        if (user, device) == (self._client.user_id, self._client.device_id):
            return False
        machine, is_new = self._client.machine, event not in self._doubted
        if self.distrusts(user, device) is None or (is_new and len(self._doubted) >= _MOST_DOUBTED):
            self._doubted.pop(event, None)
            return False
        before = self._doubted.setdefault(event, machine.queries)
        if machine.last_answered(user) > before:
            del self._doubted[event]
            return False
        if is_new:
            machine.users_for_key_query.add(user)
        return True

    def newcomers(self) -> list[OlmDevice]:
        """Return the devices that came to somebody who had others, and are trusted though nothing vouches for them."""
        return self._admitted_among(lambda person: person.newcomers)

    def returned(self) -> list[OlmDevice]:
        """Return the devices that were gone and came back, and are trusted."""
        return self._admitted_among(lambda person: person.returned)

    def _admitted_among(self, told_of: Callable[[Person], frozenset[DeviceId]]) -> list[OlmDevice]:
        people = self._client.machine.identities.with_newcomers()
        return [
            device
            for user, person in sorted(people.items())
            for device, verdict in self._judged(user)
            if device.id in told_of(person) and isinstance(verdict, Admitted)
        ]

    def _judged(self, user: UserId) -> list[tuple[OlmDevice, Verdict]]:
        machine = self._client.machine
        known = [device for device in machine.device_store.active_user_devices(user) if not self._is_own(device)]
        seen = [Device(id=DeviceId(device.id), fingerprint=device.ed25519) for device in known]
        verdicts = self._policy.judge(machine.identities.person(user), seen)
        refused = Refused(why=Distrust.UNSIGNED_DEVICE)
        return [(device, verdicts.get(DeviceId(device.id), refused)) for device in known]

    def _settle(self, device: OlmDevice, verdict: Verdict) -> bool:
        match verdict:
            case Admitted():
                if device.trust_state is not TrustState.verified:
                    self._client.verify_device(device)
                return True
            case Refused():
                if device.trust_state is not TrustState.blacklisted:
                    self._client.blacklist_device(device)
                return False

    def _is_own(self, device: OlmDevice) -> bool:
        return bool(device.user_id == self._client.user_id and device.id == self._client.device_id)
