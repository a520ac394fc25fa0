"""An app that verifies somebody, made of vodozemac and the specification's text alone."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

import vodozemac

Json = dict[str, Any]
PREFIX = "m.key.verification."
START: Json = {
    "method": "m.sas.v1",
    "key_agreement_protocols": ["curve25519-hkdf-sha256"],
    "hashes": ["sha256"],
    "message_authentication_codes": ["hkdf-hmac-sha256.v2", "hkdf-hmac-sha256"],
    "short_authentication_string": ["decimal", "emoji"],
}


class Verifier:
    """The side that asks and begins, or accepts. It says what a test lets it say; what it is told it checks."""

    def __init__(self, user: str, device: str, other: tuple[str, str], *, transaction: str = "t1") -> None:
        self.user = user
        self.device = device
        self.other = other
        self.transaction = transaction
        self.sas = vodozemac.Sas()
        self.key = self.sas.public_key.to_base64()
        self.begun: Json = {}
        self.has_begun = True
        self.their_key = ""
        self.shared: vodozemac.EstablishedSas | None = None

    def message(self, kind: str, content: Json) -> Json:
        return {
            "type": PREFIX + kind,
            "sender": self.user,
            "content": content | {"transaction_id": self.transaction},
        }

    def request(self, at_ms: int, methods: Any = ("m.sas.v1", "m.qr_code.scan.v1")) -> Json:
        return self.message("request", {"from_device": self.device, "methods": list(methods), "timestamp": at_ms})

    def start(self, **changed: Any) -> Json:
        started = self.message("start", START | {"from_device": self.device} | changed)
        self.begun = started["content"]
        return started

    def meet(self, accept: Json, key: Json) -> None:
        """Check the commitment, and agree on the secret."""
        self.their_key = key["key"]
        canonical = json.dumps(self.begun, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = sha256((self.their_key + canonical).encode()).digest()
        assert accept["commitment"] == b64encode(digest).decode().rstrip("=")
        assert accept["message_authentication_code"] == "hkdf-hmac-sha256.v2"
        self.shared = self.sas.diffie_hellman(vodozemac.Curve25519PublicKey.from_base64(self.their_key))

    # --- the side that accepts what the other began -------------------------------------------------------------

    def ready(self, methods: Any = ("m.sas.v1",)) -> Json:
        return self.message("ready", {"from_device": self.device, "methods": list(methods)})

    def accept(self, start: Json, **changed: Any) -> Json:
        """Accept *start* as it came, bound to a key that is told only after the other's."""
        self.has_begun = False
        canonical = json.dumps(start, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = sha256((self.key + canonical).encode()).digest()
        content = {
            "method": "m.sas.v1",
            "key_agreement_protocol": "curve25519-hkdf-sha256",
            "hash": "sha256",
            "message_authentication_code": "hkdf-hmac-sha256.v2",
            "short_authentication_string": ["decimal", "emoji"],
            "commitment": b64encode(digest).decode().rstrip("="),
        }
        return self.message("accept", content | changed)

    def told(self, key: Json) -> Json:
        """Take the key of the side that began, and tell ours."""
        self.their_key = key["key"]
        self.shared = self.sas.diffie_hellman(vodozemac.Curve25519PublicKey.from_base64(self.their_key))
        return self.message("key", {"key": self.key})

    def _bytes(self) -> vodozemac.SasBytes:
        assert self.shared is not None
        mine, theirs = f"{self.user}|{self.device}|{self.key}", f"{'|'.join(self.other)}|{self.their_key}"
        first, second = (mine, theirs) if self.has_begun else (theirs, mine)
        return self.shared.bytes(f"MATRIX_KEY_VERIFICATION_SAS|{first}|{second}|{self.transaction}")

    def emoji(self) -> tuple[int, ...]:
        return tuple(self._bytes().emoji_indices)

    def numbers(self) -> tuple[int, ...]:
        return tuple(self._bytes().decimals)

    def mac(self, keys: dict[str, str]) -> Json:
        assert self.shared is not None
        info = f"MATRIX_KEY_VERIFICATION_MAC{self.user}{self.device}{''.join(self.other)}{self.transaction}"
        macs = {id_: self.shared.calculate_mac(key, info + id_) for id_, key in keys.items()}
        listed = self.shared.calculate_mac(",".join(sorted(keys)), info + "KEY_IDS")
        return self.message("mac", {"mac": macs, "keys": listed})

    def believes(self, content: Json, keys: dict[str, str]) -> bool:
        """Say whether *content* has the right MACs of exactly these keys."""
        assert self.shared is not None
        info = f"MATRIX_KEY_VERIFICATION_MAC{''.join(self.other)}{self.user}{self.device}{self.transaction}"
        try:
            self.shared.verify_mac(",".join(sorted(keys)), info + "KEY_IDS", content["keys"])
            for id_, key in keys.items():
                self.shared.verify_mac(key, info + id_, content["mac"][id_])
        except vodozemac.SasException:
            return False
        return set(content["mac"]) == set(keys)
