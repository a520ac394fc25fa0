"""Somebody with very many devices, all of them signed by their own identity: they exist in the homeserver's answers."""

from __future__ import annotations

import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.matrix.http.unpadded import encode
from tests.fakes.identity import FakeIdentity, public, signed_by
from tests.fakes.peer import MEGOLM, OLM
from tests.hostile.evil import Evil
from tests.hostile.scene import forged
from tests.matrix.between import Changed
from tests.peers.views import Json


class Phones:
    """The devices of *user*, who is joined wherever the bot looks."""

    def __init__(self, user: str, count: int) -> None:
        self.user = user
        self._identity = FakeIdentity(user)
        self._keys = {f"PHONE{number}": Ed25519PrivateKey.generate() for number in range(count)}
        self._devices = {id: self._device(id, key) for id, key in self._keys.items()}

    def _device(self, id: str, key: Ed25519PrivateKey) -> Json:
        keys = {f"curve25519:{id}": encode(secrets.token_bytes(32)), f"ed25519:{id}": public(key)}
        device: Json = {"user_id": self.user, "device_id": id, "algorithms": [OLM, MEGOLM], "keys": keys}
        return self._identity.sign(signed_by(key, self.user, device, key_id=id))

    def shown_by(self, evil: Evil, room: str) -> None:
        """Let the homeserver show them, and hand out a key of each that is asked for."""
        joined = forged(self.user, "m.room.member", {"membership": "join"}, state_key=self.user)
        evil.lie("GET", f"rooms/{room}/state", Changed(by=lambda state: _with(state, joined)))
        evil.lie("POST", "keys/query", Changed(by=self._listed))
        evil.lie("POST", "keys/claim", Changed(by=self._claimed))

    def _listed(self, answer: Json) -> Json:
        if self.user in answer.get("device_keys", {}):
            answer["device_keys"][self.user] = self._devices
            for section, key in self._identity.published().items():
                answer.setdefault(section, {})[self.user] = key
        return answer

    def _claimed(self, answer: Json) -> Json:
        given = answer.setdefault("one_time_keys", {})
        given[self.user] = {id: {f"signed_curve25519:{id}": self._one_time(id)} for id in self._keys}
        return answer

    def _one_time(self, id: str) -> Json:
        return signed_by(self._keys[id], self.user, {"key": encode(secrets.token_bytes(32))}, key_id=id)


def _with(state: Any, joined: Json) -> Any:
    """Return a whole state with them in it; anything else as it is."""
    if not isinstance(state, list):
        return state
    return [*(event for event in state if event.get("state_key") != joined["state_key"]), joined]
