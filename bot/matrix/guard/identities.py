"""Other people's cross-signing identities: read from device-list answers, checked by us, pinned at first sight.

A device counts as its owner's when the owner's self-signing key signed it and the owner's master key signed that one.
The master key is what a person is known by: a homeserver that puts another one in its place is found out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

from bot.core.names import DeviceId, UserId
from bot.matrix.guard.crypto_store import CryptoStore
from bot.matrix.guard.signatures import is_signed
from bot.matrix.http import ids, unpadded

_log = logging.getLogger(__name__)

KEY_BYTES = 32
MOST_RETURNS = 200
"""Devices of one person whose coming back is remembered; beyond it the one that came back first is forgotten."""


class Standing(Enum):
    """What is known of somebody's identity."""

    NONE = auto()
    """They never published one, or never a sound one."""
    PINNED = auto()
    """The one they publish is the one first seen, or the one an admin confirmed."""
    CHANGED = auto()
    """They publish another one, or none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The identity of one person."""

    pinned: str | None = None
    """The master key they are known by."""
    published: str | None = None
    """The master key of the last answer about them; None when it had no sound one."""
    signed: Mapping[DeviceId, str] = field(default_factory=dict)
    """Their devices that *published* vouches for, each with its Ed25519 key."""
    confirmations: int = 0
    """How often *pinned* was replaced by a person's word."""
    newcomers: frozenset[DeviceId] = frozenset()
    """Devices that came while there was no identity to vouch for them, to be told of: see `trust`."""
    returns: Mapping[DeviceId, int] = field(default_factory=dict)
    """The number of the last coming back of each device, counted over all of the person's, so that none comes twice."""
    returned: frozenset[DeviceId] = frozenset()
    """Those of it to be told of."""

    @property
    def standing(self) -> Standing:
        """Where they stand."""
        if self.pinned is None:
            return Standing.NONE
        return Standing.PINNED if self.published == self.pinned else Standing.CHANGED


STRANGER = Person()
"""Somebody of whom no answer ever spoke."""


class Identities:
    """What is known of each person but us, kept in the encryption store beside their devices."""

    def __init__(self, store: CryptoStore, own: UserId) -> None:
        self._store = store
        self._own = own
        self._people: dict[UserId, Person] = {}
        self._told_of: set[UserId] = set()
        """Of whose devices or identity something was learned since this was asked last."""
        self._noteworthy: set[UserId] = set()
        """Whose identity changed, and who has newcomers: asked for with every answer of the homeserver."""
        for user, record in store.load_identities().items():
            self._know(UserId(user), _read(record))

    def person(self, user: UserId) -> Person:
        """Return what is known of *user*."""
        return self._people.get(user, STRANGER)

    def known(self) -> frozenset[UserId]:
        """Return everybody of whom anything is known."""
        return frozenset(self._people)

    def told_of(self) -> frozenset[UserId]:
        """Return of whom something was learned since this was asked last."""
        told, self._told_of = frozenset(self._told_of), set()
        return told

    def changed(self) -> Mapping[UserId, Person]:
        """Return everybody whose identity is not the one they are known by."""
        return {user: person for user, person in self._noted() if person.standing is Standing.CHANGED}

    def with_newcomers(self) -> Mapping[UserId, Person]:
        """Return everybody who has devices to be told of."""
        return {user: person for user, person in self._noted() if person.newcomers or person.returned}

    def _noted(self) -> list[tuple[UserId, Person]]:
        return [(user, self._people[user]) for user in sorted(self._noteworthy)]

    def seen(self, answer: Mapping[str, Any], user: UserId) -> Person:
        """Return what an answer to `/keys/query` says of *user*, beside whom they are known as; nothing is kept."""
        lists, pinned = answer.get("device_keys"), self.person(user).pinned
        told = _published(answer, user) if isinstance(lists, dict) and user in lists else STRANGER
        return replace(told, pinned=pinned or told.published)

    def learn(
        self,
        answer: Mapping[str, Any],
        newcomers: Mapping[str, Collection[str]],
        back: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Take in what an answer to `/keys/query` says of the people whose devices it gives.

        *newcomers* are devices of the answer whose owners had others before, *back* those that were gone. To be called
        in the transaction that keeps those devices. Whom an answer leaves out stays as they were.
        """
        told = answer.get("device_keys")
        lists = told if isinstance(told, dict) else {}
        for name in lists:
            if name != self._own and ids.user_id(name) is not None:
                user, came, returned = UserId(name), newcomers.get(name, ()), (back or {}).get(name, ())
                present = frozenset(map(DeviceId, lists[name])) if isinstance(lists[name], dict) else frozenset()
                known = self.person(user)
                # A device that is gone is not reported until it is back.
                left = replace(known, newcomers=known.newcomers & present, returned=known.returned & present)
                self._learn(user, left, _published(answer, name), came, returned)

    def _learn(
        self, user: UserId, known: Person, told: Person, newcomers: Collection[str], back: Collection[str]
    ) -> None:
        person = replace(
            told,
            pinned=known.pinned or told.published,
            confirmations=known.confirmations,
            returns=_with_returns(known.returns, back),
            returned=known.returned.union(map(DeviceId, back)),
        )
        if person.standing is Standing.NONE:
            person = replace(person, newcomers=known.newcomers.union(map(DeviceId, newcomers)))
        if person.standing is Standing.CHANGED and known.published != person.published:
            _log.warning("somebody's cross-signing identity changed: no keys and no commands until it is confirmed")
        self._told_of.add(user)
        if person != self.person(user):
            self._keep(user, person)

    def confirm(self, user: UserId, master: str) -> None:
        """Know *user* by *master* from now on: somebody compared it. Whatever else is published of them is a change."""
        person = self.person(user)
        if person.pinned != master:
            self._told_of.add(user)
            self._keep(user, replace(person, pinned=master, confirmations=person.confirmations + 1))

    def announced(self, user: UserId, devices: Collection[DeviceId]) -> None:
        """Forget that *devices* of *user* are to be told of."""
        person = self.person(user)
        if not (person.newcomers | person.returned).isdisjoint(devices):
            newcomers, returned = person.newcomers.difference(devices), person.returned.difference(devices)
            self._keep(user, replace(person, newcomers=newcomers, returned=returned))

    def _keep(self, user: UserId, person: Person) -> None:
        self._store.keep_identity(user, _written(person))
        self._know(user, person)

    def _know(self, user: UserId, person: Person) -> None:
        self._people[user] = person
        if person.standing is Standing.CHANGED or person.newcomers or person.returned:
            self._noteworthy.add(user)
        else:
            self._noteworthy.discard(user)


def _with_returns(returns: Mapping[DeviceId, int], back: Collection[str]) -> Mapping[DeviceId, int]:
    counted = max(returns.values(), default=0)
    late = {DeviceId(id): number for number, id in enumerate(sorted(back), counted + 1)}
    numbered = {**{id: number for id, number in returns.items() if id not in late}, **late}
    return dict(list(numbered.items())[-MOST_RETURNS:])


def _published(answer: Mapping[str, Any], user: str) -> Person:
    """Return the identity of *user* in an answer, every link of it checked."""
    master = _key(answer, "master", user)
    signer = _key(answer, "self_signing", user)
    if master is None:
        return STRANGER
    if signer is None or not is_signed(answer["self_signing_keys"][user], user, master, master):
        return Person(published=master)
    devices = answer["device_keys"][user]
    return Person(
        published=master,
        signed={
            DeviceId(id): device["keys"][f"ed25519:{id}"]
            for id, device in (devices.items() if isinstance(devices, dict) else ())
            if is_own_device(device, user, id) and is_signed(device, user, signer, signer)
        },
    )


def _key(answer: Mapping[str, Any], role: str, user: str) -> str | None:
    """Return the public key that *answer* gives *user* in *role*; None when it gives none, or not one sound one."""
    section = answer.get(f"{role}_keys")
    found = section.get(user) if isinstance(section, dict) else None
    if not isinstance(found, dict) or found.get("user_id") != user:
        return None
    usage, keys = found.get("usage"), found.get("keys")
    if not isinstance(usage, list) or role not in usage or not isinstance(keys, dict) or len(keys) != 1:
        return None
    ((id, public),) = keys.items()
    return public if is_key(public) and id == f"ed25519:{public}" else None


def is_key(public: Any) -> bool:
    """Say whether *public* is a key in the one way it can be written: another spelling would pass for another key."""
    try:
        key = unpadded.decode(public)
    except (ValueError, TypeError, AttributeError):
        return False
    return len(key) == KEY_BYTES and unpadded.encode(key) == public


def is_own_device(device: object, user: str, id: str) -> bool:
    """Say whether *device* has the form of one that *user* published under *id*."""
    if not isinstance(device, dict) or device.get("user_id") != user or device.get("device_id") != id:
        return False
    keys = device.get("keys")
    return isinstance(keys, dict) and isinstance(keys.get(f"ed25519:{id}"), str)


def _written(person: Person) -> str:
    return json.dumps(
        {
            "pinned": person.pinned,
            "published": person.published,
            "signed": dict(person.signed),
            "confirmations": person.confirmations,
            "newcomers": sorted(person.newcomers),
            "returns": dict(person.returns),
            "returned": sorted(person.returned),
        }
    )


def _read(record: str) -> Person:
    kept = json.loads(record)
    return Person(
        pinned=kept["pinned"],
        published=kept["published"],
        signed={DeviceId(id): key for id, key in kept["signed"].items()},
        confirmations=kept["confirmations"],
        newcomers=frozenset(map(DeviceId, kept["newcomers"])),
        # Records of 0.1.0 have neither.
        returns={DeviceId(id): times for id, times in kept.get("returns", {}).items()},
        returned=frozenset(map(DeviceId, kept.get("returned", ()))),
    )
