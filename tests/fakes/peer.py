"""A device made of vodozemac alone, which can send what no honest client sends."""

from __future__ import annotations

import json
from typing import Any

import vodozemac
from nio import Api
from unpaddedbase64 import encode_base64

from tests.fakes.homeserver import FakeHomeserver, Json

MEGOLM = "m.megolm.v1.aes-sha2"
OLM = "m.olm.v1.curve25519-aes-sha2"


class Peer:
    def __init__(self, server: FakeHomeserver, user: str, device: str) -> None:
        self.server = server
        self.user = user
        self.device = device
        self.account = vodozemac.Account()
        self.group = vodozemac.GroupSession()
        self.claimed_ed25519 = self.ed25519
        """What it says in Olm messages that its signing key is."""
        self.sessions: dict[tuple[str, str], vodozemac.Session] = {}
        server.add_device(user, device)
        server.devices[user, device].keys = self.device_keys()

    @property
    def curve25519(self) -> str:
        return self.account.curve25519_key.to_base64()

    @property
    def ed25519(self) -> str:
        return self.account.ed25519_key.to_base64()

    def device_keys(self) -> Json:
        keys: Json = {
            "user_id": self.user,
            "device_id": self.device,
            "algorithms": [OLM, MEGOLM],
            "keys": {f"curve25519:{self.device}": self.curve25519, f"ed25519:{self.device}": self.ed25519},
        }
        return keys | {"signatures": {self.user: {f"ed25519:{self.device}": self.sign(keys)}}}

    def sign(self, content: Json) -> str:
        return self.account.sign(Api.to_canonical_json(content).encode()).to_base64()

    # --- Olm ---------------------------------------------------------------------------------------------

    def open_session(self, user: str, device: str) -> vodozemac.Session:
        """Start an Olm session with a one-time key of that device."""
        key = next(iter(self.server.claim(user, device).values()))["key"]
        identity = self.identity_of(user, device)["curve25519"]
        session = self.account.create_outbound_session(
            vodozemac.Curve25519PublicKey.from_base64(identity), vodozemac.Curve25519PublicKey.from_base64(key)
        )
        self.sessions[user, device] = session
        return session

    def identity_of(self, user: str, device: str) -> dict[str, str]:
        keys = self.server.devices[user, device].keys
        assert keys is not None
        return {kind: keys["keys"][f"{kind}:{device}"] for kind in ("curve25519", "ed25519")}

    def send_olm(self, user: str, device: str, type_: str, content: Any) -> Json:
        """Encrypt a payload for one device, put it into its inbox, and return it."""
        session = self.sessions.get((user, device)) or self.open_session(user, device)
        identity = self.identity_of(user, device)
        payload = {
            "sender": self.user,
            "sender_device": self.device,
            "keys": {"ed25519": self.claimed_ed25519},
            "recipient": user,
            "recipient_keys": {"ed25519": identity["ed25519"]},
            "type": type_,
            "content": content,
        }
        kind, ciphertext = session.encrypt(json.dumps(payload).encode()).to_parts()
        event = self.olm_event(identity["curve25519"], {"type": kind, "body": encode_base64(ciphertext)})
        self.server.to_device(user, device, event)
        return event

    def olm_event(self, recipient: str, ciphertext: Any) -> Json:
        content = {"algorithm": OLM, "sender_key": self.curve25519, "ciphertext": {recipient: ciphertext}}
        return {"type": "m.room.encrypted", "sender": self.user, "content": content}

    # --- Megolm ------------------------------------------------------------------------------------------

    def room_key(self, room: str) -> Json:
        return {
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": self.group.session_id,
            "session_key": self.group.session_key.to_base64(),
        }

    def room_key_again(self, room: str) -> Json:
        """Return the same key, from here on, as it is given to whoever asks for it."""
        exported = vodozemac.InboundGroupSession(self.group.session_key).export_at(self.group.message_index)
        assert exported is not None
        return self.room_key(room) | {
            "session_key": exported.to_base64(),
            "sender_key": self.curve25519,
            "sender_claimed_ed25519_key": self.ed25519,
            "forwarding_curve25519_key_chain": [],
        }

    def share(self, room: str, user: str, device: str) -> Json:
        """Give the key of the current session to one device."""
        return self.send_olm(user, device, "m.room_key", self.room_key(room))

    def megolm(self, plaintext: bytes) -> Json:
        return {
            "algorithm": MEGOLM,
            "sender_key": self.curve25519,
            "device_id": self.device,
            "session_id": self.group.session_id,
            "ciphertext": self.group.encrypt(plaintext).to_base64(),
        }

    def payload(self, room: str, type_: str, content: Json, **more: Any) -> Json:
        """Return the content of an encrypted event."""
        return self.megolm(json.dumps({"room_id": room, "type": type_, "content": content} | more).encode())

    def say(self, room: str, body: str, **content: Any) -> Json:
        """Put an encrypted text into the room."""
        text = {"msgtype": "m.text", "body": body} | content
        return self.server.say(room, self.user, self.payload(room, "m.room.message", text))
