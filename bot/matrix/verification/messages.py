"""The messages of the verification framework, whether they come in a room or to our device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.core.names import DeviceId, RoomId, UserId
from bot.matrix.http.errors import JsonObject

PREFIX = "m.key.verification."
REQUEST, READY, START, ACCEPT = "request", "ready", "start", "accept"
KEY, MAC, DONE, CANCEL = "key", "mac", "done", "cancel"
METHOD = "m.sas.v1"
LONGEST_ID = 255


class Code(StrEnum):
    """Why a verification is cancelled, for the other side."""

    USER = "m.user"
    TIMEOUT = "m.timeout"
    UNKNOWN_TRANSACTION = "m.unknown_transaction"
    UNKNOWN_METHOD = "m.unknown_method"
    UNEXPECTED_MESSAGE = "m.unexpected_message"
    INVALID_MESSAGE = "m.invalid_message"
    KEY_MISMATCH = "m.key_mismatch"
    MISMATCHED_SAS = "m.mismatched_sas"
    MISMATCHED_COMMITMENT = "m.mismatched_commitment"


REASONS: Mapping[Code, str] = {
    Code.USER: "The verification was cancelled.",
    Code.TIMEOUT: "The verification took too long.",
    Code.UNKNOWN_TRANSACTION: "There is no such verification, or no longer.",
    Code.UNKNOWN_METHOD: "Only emoji and numbers can be compared, by the current methods.",
    Code.UNEXPECTED_MESSAGE: "This message was not expected now.",
    Code.INVALID_MESSAGE: "The message has not the form it should.",
    Code.KEY_MISMATCH: "The keys do not match.",
    Code.MISMATCHED_SAS: "The emoji do not match.",
    Code.MISMATCHED_COMMITMENT: "The key is not the one that was promised.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationMessage:
    """One message of the framework."""

    kind: str
    """Its type without the prefix."""
    sender: UserId
    transaction: str
    content: JsonObject
    """As the other side meant it: what the commitment covers."""
    room: RoomId | None = None
    """None when it came to the device."""
    device: DeviceId | None = None
    """The device that encrypted it; None when it came in clear. The comparison of the emoji proves the device then."""
    sent_at_ms: int = 0

    @property
    def from_device(self) -> DeviceId | None:
        """The device that the message names as its sender; None when it names none, or another than encrypted it."""
        said = self.content.get("from_device")
        # It is printed on the operator's terminal.
        if not isinstance(said, str) or not 0 < len(said) <= LONGEST_ID or not said.isprintable():
            return None
        return DeviceId(said) if self.device in {None, said} else None

    @property
    def knows_our_method(self) -> bool:
        """Whether a request offers the one method we have."""
        methods = self.content.get("methods")
        return isinstance(methods, list) and METHOD in methods


def cancellation(code: Code) -> JsonObject:
    """Return the content of a cancellation."""
    return {"code": code.value, "reason": REASONS[code]}


def read_to_device(source: Any) -> VerificationMessage | None:
    """Return a to-device event as a message of the framework, None when it is none."""
    match source:
        case {"type": str(kind), "sender": str(sender), "content": {"transaction_id": str(transaction)}}:
            if not kind.startswith(PREFIX) or not 0 < len(transaction) <= LONGEST_ID:
                return None
            content = source["content"]
            return VerificationMessage(
                kind=kind.removeprefix(PREFIX),
                sender=UserId(sender),
                transaction=transaction,
                content=content,
                sent_at_ms=_milliseconds(content.get("timestamp")),
            )
        case _:
            return None


def read_in_room(room: RoomId, source: Any, device: DeviceId | None, own: UserId) -> VerificationMessage | None:
    """Return an event as a message of the framework, None when it is none or meant for others."""
    match source:
        case {
            "type": "m.room.message",
            "event_id": str(transaction),
            "content": {"msgtype": "m.key.verification.request", "to": to},
        } if to == own:
            kind = REQUEST
        case {
            "type": str(type_),
            "content": {"m.relates_to": {"rel_type": "m.reference", "event_id": str(transaction)}},
        } if type_.startswith(PREFIX):
            kind = type_.removeprefix(PREFIX)
        case _:
            return None
    return VerificationMessage(
        kind=kind,
        sender=UserId(source["sender"]),
        transaction=transaction,
        content=source["content"],
        room=room,
        device=device,
        sent_at_ms=_milliseconds(source.get("origin_server_ts")),
    )


def _milliseconds(value: object) -> int:
    return value if isinstance(value, int) else 0
