"""The arithmetic of one exchange, whoever began it: short authentication strings and MACs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import vodozemac
from nio import Api

from bot.core.names import DeviceId, UserId
from bot.matrix.http import unpadded
from bot.matrix.http.errors import JsonObject

AGREEMENT, HASH, MAC = "curve25519-hkdf-sha256", "sha256", "hkdf-hmac-sha256.v2"
_ALL_IDS = "KEY_IDS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One of the two devices."""

    user: UserId
    device: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What both sides show, if nobody stands between them."""

    emoji: tuple[int, ...]
    """Seven places in the specification's table."""
    numbers: tuple[int, ...]
    """Three of four digits."""


class Sas:
    """One exchange. What the other side sent wrong raises ValueError, here or in vodozemac."""

    def __init__(self, *, theirs: Party, ours: Party, transaction: str) -> None:
        self._theirs = theirs
        self._ours = ours
        self._transaction = transaction
        self._secret = vodozemac.Sas()
        self._shared: vodozemac.EstablishedSas | None = None
        self.key = self._secret.public_key.to_base64()
        """Our half of the key agreement; whoever accepts tells it only after the other's."""

    def commitment(self, start: JsonObject) -> str:
        """Return what binds us to our key, and to the very message that began the exchange, before we see theirs."""
        return _commitment(self.key, start)

    def meet(self, their_key: str, *, we_began: bool = False) -> Shown:
        """Agree on a secret with the other side's key, once."""
        key = vodozemac.Curve25519PublicKey.from_base64(their_key)
        self._shared = self._secret.diffie_hellman(key)
        theirs, ours = self._theirs, self._ours
        sides = ((theirs.user, theirs.device, key.to_base64()), (ours.user, ours.device, self.key))
        starter, accepter = reversed(sides) if we_began else sides
        info = "|".join(("MATRIX_KEY_VERIFICATION_SAS", *starter, *accepter, self._transaction))
        shown = self._shared.bytes(info)
        return Shown(emoji=tuple(shown.emoji_indices), numbers=tuple(shown.decimals))

    def macs(self, keys: Mapping[str, str]) -> JsonObject:
        """Return the content by which the other side recognises our *keys*, given by their ids."""
        info = self._info(self._ours, self._theirs)
        return {
            "mac": {id_: self._met.calculate_mac(key, info + id_) for id_, key in keys.items()},
            "keys": self._met.calculate_mac(_listed(keys), info + _ALL_IDS),
        }

    def vouched(self, content: JsonObject, known: Mapping[str, str]) -> frozenset[str]:
        """Return the ids of those *known* keys that the other side's *content* has the right MACs of."""
        macs, info = content["mac"], self._info(self._theirs, self._ours)
        if not isinstance(macs, dict):
            raise TypeError("mac")
        self._met.verify_mac(_listed(macs), info + _ALL_IDS, content["keys"])
        vouched = macs.keys() & known.keys()
        for id_ in vouched:
            self._met.verify_mac(known[id_], info + id_, macs[id_])
        return frozenset(vouched)

    @property
    def _met(self) -> vodozemac.EstablishedSas:
        if self._shared is None:
            raise ValueError("no key yet")
        return self._shared

    def _info(self, sender: Party, receiver: Party) -> str:
        parts = (sender.user, sender.device, receiver.user, receiver.device, self._transaction)
        return "".join(("MATRIX_KEY_VERIFICATION_MAC", *parts))


def is_bound(commitment: object, their_key: str, start: JsonObject) -> bool:
    """Say whether *commitment* bound the other side to *their_key* when they accepted our *start*."""
    return commitment == _commitment(their_key, start)


def _commitment(key: str, start: JsonObject) -> str:
    return unpadded.encode(sha256((key + Api.to_canonical_json(start)).encode()).digest())


def _listed(ids: Mapping[str, object]) -> str:
    return ",".join(sorted(ids))
