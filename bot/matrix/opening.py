"""Open one encrypted event: what was said, by which device; or why not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import vodozemac
from nio import Event, MegolmEvent, ReactionEvent, RoomMessage, UnknownEvent
from nio.crypto import InboundGroupSession
from nio.crypto.device import OlmDevice

from bot.core.names import DeviceId
from bot.matrix import ids
from bot.matrix.hostile import Surviving, is_too_deep
from bot.matrix.olm import GuardedOlm

_ENVELOPE = "cellule_envelope"
"""nio's events are passed on as they are; in this attribute what was learnt of them goes along."""
ALLOWED = (RoomMessage, ReactionEvent, UnknownEvent)
"""What may be said under encryption; UnknownEvent is everything nio has no class for, polls among it."""


class Missing(StrEnum):
    """What an event that may open later waits for."""

    KEY = "room key"
    OWN_KEY = "room key of the sender's, beside another's of the same session"
    DEVICE = "device of the sender"
    WORD = "fresh word on the device"
    """The device is known and not trusted; whether that is still so is being asked."""


class Fault(StrEnum):
    """Why an event will never be opened."""

    DAMAGED = "damaged ciphertext"
    REPLAYED = "heard before as another event"
    MALFORMED = "malformed content"
    MISPLACED = "meant for another room"
    STATE = "state inside encryption"
    CLASS = "not a kind that may be said"


@dataclass(frozen=True, slots=True)
class Opened:
    """It was said by *device*, whose keys the session has, in this room, now for the first time."""

    event: Event
    device: DeviceId


@dataclass(slots=True, kw_only=True)
class Envelope:
    """What is known of how something that opened came."""

    origin: str = ""
    """See `ports.FromEvents`."""
    index: int = 0
    """Its number in its Megolm session."""
    last: int = -1
    """The number of the last message of the session that was opened before; that before the first one we have."""
    is_again: bool = False
    """It was opened before, under the same id."""
    is_late: bool = False
    """It came after later messages of its session: see `order`."""


def envelope_of(said: Any) -> Envelope:
    """Return the envelope of what `open_event` opened; one that says nothing for anything else."""
    envelope: Envelope = vars(said).get(_ENVELOPE) or Envelope()
    return envelope


@dataclass(frozen=True, slots=True)
class Locked:
    """It cannot be opened yet."""

    missing: Missing


@dataclass(frozen=True, slots=True)
class Refused:
    """It must be dropped."""

    fault: Fault


Outcome = Opened | Locked | Refused


def open_event(olm: GuardedOlm, event: MegolmEvent, room: str) -> Outcome:
    """Decrypt *event* and hold it against its sender and its room. The same event opens again; nothing raises."""
    keys = _keys(olm, room, event.session_id or "")
    if not keys:
        if _is_said_elsewhere(olm, event):
            return Refused(Fault.MISPLACED)
        _learn_device(olm, event)
        return Locked(Missing.KEY)
    bound = [(key, device) for key in keys if (device := olm.bound_device(event.sender, key)) is not None]
    if not bound:
        if any(olm.owner_is_known(key) for key in keys):
            # Whoever was given the key of a session may have sent it to us as their own: that drops nothing of others.
            _learn_device(olm, event)
            return Locked(Missing.OWN_KEY)
        olm.ask_about(event.sender)
        return Locked(Missing.DEVICE)
    key, device = bound[0]
    with Surviving("encrypted event"):
        return _decrypt(olm, event, room, key, device)
    return Refused(Fault.MALFORMED)


def _decrypt(olm: GuardedOlm, event: MegolmEvent, room: str, key: InboundGroupSession, device: OlmDevice) -> Outcome:
    try:
        message = vodozemac.MegolmMessage.from_base64(event.ciphertext)
        if message.message_index() < key.first_known_index:
            return Locked(Missing.KEY)
        decrypted = key._session.decrypt(message)  # noqa: SLF001 - nio decodes before it can be checked
    except (vodozemac.MegolmDecryptionException, vodozemac.DecodeException):
        return Refused(Fault.DAMAGED)
    index = decrypted.message_index
    known_as = olm.store.heard_as(key.sender_key, key.id, index)
    if known_as not in (None, event.event_id):
        return Refused(Fault.REPLAYED)
    last = olm.store.last_heard(key.sender_key, key.id)
    olm.store.keep_heard(key.sender_key, key.id, index, event.event_id)
    said = _read(bytes(decrypted.plaintext), event, room)
    if isinstance(said, Fault):
        return Refused(said)
    said.decrypted = True
    said.sender_key, said.session_id = key.sender_key, key.id
    vars(said)[_ENVELOPE] = Envelope(
        origin=ids.origin(room, event.source),
        index=index,
        last=key.first_known_index - 1 if last is None else last,
        is_again=known_as is not None,
    )
    return Opened(said, DeviceId(device.id))


def _read(plaintext: bytes, event: MegolmEvent, room: str) -> Event | Fault:
    payload = json.loads(plaintext.decode())
    # Half a surrogate pair is valid JSON and can be stored nowhere.
    json.dumps(payload, ensure_ascii=False).encode()
    if is_too_deep(payload):
        return Fault.MALFORMED
    if "state_key" in payload:
        return Fault.STATE
    if payload["room_id"] != room:
        return Fault.MISPLACED
    kind, content = payload["type"], payload["content"]
    if not isinstance(kind, str) or not isinstance(content, dict):
        return Fault.MALFORMED
    said = Event.parse_decrypted_event(_envelope(event) | {"type": kind, "content": _related(content, event)})
    return said if isinstance(said, ALLOWED) else Fault.CLASS


def _envelope(event: MegolmEvent) -> dict[str, Any]:
    return {"event_id": event.event_id, "sender": event.sender, "origin_server_ts": event.server_timestamp}


def _related(content: dict[str, Any], event: MegolmEvent) -> dict[str, Any]:
    """Add from outside the ciphertext, where older clients put it, in which thread it stands, and nothing else.

    What stands outside is the homeserver's to write: it could make a quote of what was typed, or an edit.
    """
    if "m.relates_to" in content:
        return content
    match event.source["content"].get("m.relates_to"):
        case {"rel_type": "m.thread", "event_id": root}:
            return {**content, "m.relates_to": {"rel_type": "m.thread", "event_id": root}}
        case _:
            return content


def _keys(olm: GuardedOlm, room: str, session_id: str) -> list[InboundGroupSession]:
    # The event's own word about its sender's key is not to be trusted, and newer clients leave it out.
    by_sender = olm.inbound_group_store[room].values()
    return [sessions[session_id] for sessions in by_sender if session_id in sessions]


def _is_said_elsewhere(olm: GuardedOlm, event: MegolmEvent) -> bool:
    """Say whether the sender's own session of that name is one of another room: such an event will never open here."""
    session_id = event.session_id or ""
    keys = [key for room in olm.rooms_of(session_id) for key in _keys(olm, room, session_id)]
    return any(olm.bound_device(event.sender, key) is not None for key in keys)


def _learn_device(olm: GuardedOlm, event: MegolmEvent) -> None:
    # In this order: nio's store remembers everybody it was ever asked about.
    if (
        event.sender != olm.user_id
        and olm.knows(event.sender)
        and event.device_id not in olm.device_store[event.sender]
    ):
        olm.ask_about(event.sender)
