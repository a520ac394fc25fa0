"""Open one encrypted event: what was said, by which device; or why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import vodozemac
from nio import Event, MegolmEvent, ReactionEvent, RoomMessage, UnknownEvent
from nio.crypto import InboundGroupSession
from nio.crypto.device import OlmDevice

from bot.core.names import DeviceId, UserId
from bot.matrix.guard.heard import Heard, Place
from bot.matrix.guard.olm import GuardedOlm
from bot.matrix.http import ids
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.untrusted import Surviving, is_too_deep

_ENVELOPE = "cellule_envelope"
"""The attribute of nio's events that holds the Envelope."""
VOTES = ("org.matrix.msc3381.poll.response", "m.poll.response")
"""What a vote in a poll is called: by the apps of today, and by the specification."""
ALLOWED = (RoomMessage, ReactionEvent, UnknownEvent)
"""What may be said under encryption; UnknownEvent is everything nio has no class for, polls among it."""


Trusts = Callable[[UserId, DeviceId], bool]
"""Says whether a device is trusted, as things are known now."""


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


OUTSIDE = "org.cellule.outside"
"""Marks a relation that stood outside the ciphertext."""


@dataclass(slots=True, kw_only=True)
class Envelope:
    """What is known of a decrypted event's Megolm message."""

    origin: str = ""
    """See `ports.FromEvents`."""
    index: int = 0
    """Its number in its Megolm session."""
    last: int = -1
    """The number of the last message of the session that was opened before; that before the first one we have."""
    is_again: bool = False
    """It was opened before, under the same id."""
    is_late: bool = False
    """It came after later messages of its session: see `tampering`."""
    is_noted: bool = False
    """`is_late` is settled. An event may pass twice, when its batch could not be stored."""


def envelope_of(said: object) -> Envelope:
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


def open_event(olm: GuardedOlm, event: MegolmEvent, room: str, trusts: Trusts) -> Outcome:
    """Decrypt *event* and hold it against its sender and its room. The same event opens again; nothing raises.

    Where several devices of its sender gave us a key of its session, it is from one that *trusts* names, if there is
    one: a homeserver can list a device as theirs, and somebody of the room give it the key.
    """
    keys = _keys(olm, room, event.session_id or "")
    if not keys:
        if _is_said_elsewhere(olm, event):
            return Refused(Fault.MISPLACED)
        _learn_device(olm, event)
        return Locked(Missing.KEY)
    bound = [(key, device) for key in keys if (device := olm.bound_device(event.sender, key)) is not None]
    if not bound:
        if any(olm.owner_is_known(key) for key in keys):
            # A member who was given this key may have sent it to us as their own. The author's key may still come.
            _learn_device(olm, event)
            return Locked(Missing.OWN_KEY)
        olm.ask_about(event.sender)
        return Locked(Missing.DEVICE)
    sender = UserId(event.sender)
    key, device = bound[0] if len(bound) == 1 else min(bound, key=lambda one: not trusts(sender, DeviceId(one[1].id)))
    # A key from somebody else's device counts only for that person's messages.
    theirs = [one for one in keys if one is key or olm.bound_device(sender, one) or not olm.owner_is_known(one)]
    with Surviving("encrypted event"):
        return _decrypt(olm, event, room, theirs, (key, device))
    return Refused(Fault.MALFORMED)


def _decrypt(
    olm: GuardedOlm,
    event: MegolmEvent,
    room: str,
    keys: Iterable[InboundGroupSession],
    bound: tuple[InboundGroupSession, OlmDevice],
) -> Outcome:
    """Open *event* by the key that is *bound*; whatever was heard by any of *keys* was heard before."""
    key, device = bound
    try:
        message = vodozemac.MegolmMessage.from_base64(event.ciphertext)
        if message.message_index() < key.first_known_index:
            return Locked(Missing.KEY)
        decrypted = key._session.decrypt(message)  # noqa: SLF001 - nio decodes before it can be checked
    except (vodozemac.MegolmDecryptionException, vodozemac.DecodeException):
        return Refused(Fault.DAMAGED)
    index = decrypted.message_index
    heard = olm.store.heard
    places = (heard.place(one.sender_key, one.id, index) for one in keys)
    known_as = next((place.event for place in places if place is not None), None)
    if known_as not in (None, event.event_id):
        return Refused(Fault.REPLAYED)
    last = _last_before(heard, key, index, is_again=known_as is not None)
    heard.keep(key.sender_key, key.id, index, Place(room, event.event_id, last))
    said = _read(bytes(decrypted.plaintext), event, room)
    if isinstance(said, Fault):
        return Refused(said)
    said.decrypted = True
    said.sender_key, said.session_id = key.sender_key, key.id
    vars(said)[_ENVELOPE] = Envelope(
        origin=ids.origin(room, event.source),
        index=index,
        last=last,
        is_again=known_as is not None,
    )
    return Opened(said, DeviceId(device.id))


def _last_before(heard: Heard, key: InboundGroupSession, index: int, *, is_again: bool) -> int:
    """Return the furthest message of the session that was opened before this one was, for the first time."""
    if is_again:
        before = heard.place(key.sender_key, key.id, index)
        return index - 1 if before is None or before.last is None else before.last
    last = heard.last(key.sender_key, key.id)
    return key.first_known_index - 1 if last is None else last


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
    said = Event.parse_decrypted_event(_envelope(event) | {"type": kind, "content": _related(kind, content, event)})
    return said if isinstance(said, ALLOWED) else Fault.CLASS


def _envelope(event: MegolmEvent) -> JsonObject:
    return {"event_id": event.event_id, "sender": event.sender, "origin_server_ts": event.server_timestamp}


def _related(kind: str, content: JsonObject, event: MegolmEvent) -> JsonObject:
    """Add from outside the ciphertext, where some clients put it, which thread it stands in, or which poll it is for.

    Nothing else: what stands outside is the homeserver's to write, and it could make a quote of what was typed, or an
    edit. A vote it could at best move to another poll, which has not its answer.
    """
    if "m.relates_to" in content:
        return content
    match event.source["content"].get("m.relates_to"):
        case {"rel_type": "m.thread", "event_id": root}:
            return {**content, "m.relates_to": {"rel_type": "m.thread", "event_id": root, OUTSIDE: True}}
        case {"rel_type": "m.reference", "event_id": poll} if kind in VOTES:
            return {**content, "m.relates_to": {"rel_type": "m.reference", "event_id": poll}}
        case _:
            return content


def _keys(olm: GuardedOlm, room: str, session_id: str) -> list[InboundGroupSession]:
    # The sender key that the event names is not trusted, and newer clients leave it out.
    by_sender = olm.inbound_group_store[room].values()
    return [sessions[session_id] for sessions in by_sender if session_id in sessions]


def _is_said_elsewhere(olm: GuardedOlm, event: MegolmEvent) -> bool:
    """Say whether the sender's own session of that name is one of another room: such an event will never open here."""
    session_id = event.session_id or ""
    keys = [key for room in olm.rooms_of(session_id) for key in _keys(olm, room, session_id)]
    return any(olm.bound_device(event.sender, key) is not None for key in keys)


def _learn_device(olm: GuardedOlm, event: MegolmEvent) -> None:
    # `knows` is asked first: nio's store remembers everybody it was ever asked about.
    if (
        event.sender != olm.user_id
        and olm.knows(event.sender)
        and event.device_id not in olm.device_store[event.sender]
    ):
        olm.ask_about(event.sender)
