"""What proves that a call is ours, as Standard Webhooks 1.0.0 has it."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime


def signed(secret: bytes, id: str, now: datetime, body: bytes) -> Mapping[str, str]:
    """Return the headers that prove a call of *now* to whoever has the *secret*."""
    sent = str(int(now.timestamp()))
    proof = hmac.digest(secret, f"{id}.{sent}.".encode() + body, "sha256")
    return {"webhook-id": id, "webhook-timestamp": sent, "webhook-signature": f"v1,{b64encode(proof).decode()}"}
