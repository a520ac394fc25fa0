"""Which devices of other people are trusted: a policy judges them, and nothing is opened or shared without it.

A policy is pure: it sees the devices of one person and judges each. `Trust` carries its judgement into nio, so that no
device is ever left undecided there and nio can always be told to refuse undecided devices
(`ignore_unverified_devices=False`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nio.crypto import OlmDevice

from bot.core.names import DeviceId, EventId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.guard.identities import Person, is_own_device
from bot.matrix.guard.olm import GuardedOlm
from bot.matrix.guard.signatures import is_signed
from bot.matrix.http.errors import JsonObject

_MOST_DOUBTED = 2000


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
class Excluded:
    """The device gets no key and commands nothing."""

    why: Distrust


Verdict = Admitted | Excluded


class DevicePolicy(Protocol):
    """Decides about the devices of people."""

    def judge(self, person: Person, devices: Sequence[Device]) -> Mapping[DeviceId, Verdict]:
        """Return a verdict for each of *devices* of *person*; one that is left out is refused."""


class Trust:
    """Carries the verdicts of a policy into nio."""

    def __init__(self, machine: GuardedOlm, policy: DevicePolicy) -> None:
        self._machine = machine
        self._policy = policy
        self._readers: dict[UserId, frozenset[str]] = {}
        """The devices that were trusted when their owner was looked at last, by their Ed25519 keys."""
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
            device for user in sorted(users) for device, verdict in self._judged(user) if isinstance(verdict, Excluded)
        ]

    def unreached(self, users: Iterable[UserId]) -> dict[UserId, Distrust]:
        """Return who of *users* has devices and not one that is trusted, and why."""
        found: dict[UserId, Distrust] = {}
        for user in users:
            verdicts = [verdict for _, verdict in self._judged(user)]
            refused = [verdict.why for verdict in verdicts if isinstance(verdict, Excluded)]
            if refused and len(refused) == len(verdicts):
                found[user] = refused[0]
        return found

    def is_trusted(self, user: UserId, device: DeviceId) -> bool:
        """Say whether *device* of *user* is trusted, as things are known now."""
        return self.distrusts(user, device) is None

    def distrusts(self, user: UserId, device: DeviceId) -> Distrust | None:
        """Say why nothing that *user* types on *device* is a command, as things are known now; None when it is one."""
        verdicts = {DeviceId(known.id): verdict for known, verdict in self._judged(user)}
        match verdicts.get(device, Excluded(why=Distrust.UNSIGNED_DEVICE)):
            case Admitted():
                return None
            case Excluded(why=why):
                return why

    def would_admit(self, answer: JsonObject, user: UserId) -> bool | None:
        """Say whether *answer*, to `/keys/query`, has a device of *user* that may have keys; None when it has none.

        Nothing of it is kept: it may be about strangers.
        """
        lists = answer.get("device_keys")
        listed = lists.get(user) if isinstance(lists, dict) else None
        devices = [
            Device(id=DeviceId(id), fingerprint=device["keys"][f"ed25519:{id}"])
            for id, device in (listed.items() if isinstance(listed, dict) else ())
            if is_own_device(device, user, id) and is_signed(device, user, id, device["keys"][f"ed25519:{id}"])
        ]
        verdicts = self._policy.judge(self._machine.identities.seen(answer, user), devices)
        return any(isinstance(verdicts.get(device.id), Admitted) for device in devices) if devices else None

    def doubts(self, event: EventId, user: UserId, device: DeviceId) -> bool:
        """Say whether *event* must wait: its device is not trusted, and we have not asked again since it came.

        Somebody who has just verified a device types at once, and their homeserver's word on it may be on its way.
        Of our own device nobody is asked: we hear each word of ours once more.
        """
        if (user, device) == (self._machine.user_id, self._machine.device_id):
            return False
        machine, is_new = self._machine, event not in self._doubted
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

    def look(self) -> list[OlmDevice]:
        """Return the devices that are trusted since now, of people known before: what was said they may never read.

        Asked first, it takes everybody as they are.
        """
        told_of = self._machine.identities.told_of()
        users = told_of if self._readers else self._machine.identities.known() | told_of
        return [device for user in sorted(users) for device in self._came_to(user)]

    def _came_to(self, user: UserId) -> list[OlmDevice]:
        before = self._readers.get(user)
        admitted = [device for device, verdict in self._judged(user) if isinstance(verdict, Admitted)]
        self._readers[user] = frozenset(device.ed25519 for device in admitted)
        return [] if before is None else [device for device in admitted if device.ed25519 not in before]

    def newcomers(self) -> list[OlmDevice]:
        """Return the devices that came to somebody who had others, and are trusted though nothing vouches for them."""
        return self._admitted_among(lambda person: person.newcomers)

    def returned(self) -> list[OlmDevice]:
        """Return the devices that were gone and came back, and are trusted."""
        return self._admitted_among(lambda person: person.returned)

    def _admitted_among(self, told_of: Callable[[Person], frozenset[DeviceId]]) -> list[OlmDevice]:
        people = self._machine.identities.with_newcomers()
        return [
            device
            for user, person in sorted(people.items())
            for device, verdict in self._judged(user)
            if device.id in told_of(person) and isinstance(verdict, Admitted)
        ]

    def _judged(self, user: UserId) -> list[tuple[OlmDevice, Verdict]]:
        machine = self._machine
        known = [device for device in machine.device_store.active_user_devices(user) if not self._is_own(device)]
        seen = [Device(id=DeviceId(device.id), fingerprint=device.ed25519) for device in known]
        verdicts = self._policy.judge(machine.identities.person(user), seen)
        refused = Excluded(why=Distrust.UNSIGNED_DEVICE)
        return [(device, verdicts.get(DeviceId(device.id), refused)) for device in known]

    def _settle(self, device: OlmDevice, verdict: Verdict) -> bool:
        match verdict:
            case Admitted():
                if self._machine.verify_device(device):
                    self._forget_sessions()
                return True
            case Excluded():
                if self._machine.blacklist_device(device):
                    self._forget_sessions()
                return False

    def _forget_sessions(self) -> None:
        """Have nio make new room keys of its own: those it has were shared as things were decided before."""
        self._machine.outbound_group_sessions.clear()

    def _is_own(self, device: OlmDevice) -> bool:
        return bool(device.user_id == self._machine.user_id and device.id == self._machine.device_id)
