"""The grammar of Matrix ids. What the homeserver sends is checked here, and what does not fit is no id."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.core.names import DeviceId, EventId, RoomId, UserId
from bot.core.people.naming import full_id

LONGEST = 255
"""Bytes of an id. Every character that these forms allow is one byte."""
_EVENT = re.compile(r"\$[!-~]+")
_ROOM = re.compile(r"![!-~]+")
_DEVICE = re.compile(r"[A-Za-z0-9._~+/=-]+")
"""Homeservers and people choose device ids: no character may pass for a command or a person in a sentence."""


def event_id(value: object) -> EventId | None:
    """Return the id of an event, or None."""
    return EventId(value) if isinstance(value, str) and _fits(_EVENT, value) else None


def room_id(value: object) -> RoomId | None:
    """Return the id of a room, or None."""
    return RoomId(value) if isinstance(value, str) and _fits(_ROOM, value) else None


def user_id(value: object) -> UserId | None:
    """Return the id of a user, or None."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    id = full_id(value)
    # A link that contains a user id is not one.
    return id if id == value else None


def device_id(value: object) -> DeviceId | None:
    """Return the id of a device, or None."""
    return DeviceId(value) if isinstance(value, str) and _fits(_DEVICE, value) else None


def is_event(event: object) -> bool:
    """Say whether *event* is an event of a room whose ids have their form; stripped state has no id of its own."""
    match event:
        case {"event_id": id, "sender": sender, **rest}:
            is_membership = rest.get("type") == "m.room.member"
            is_sound = event_id(id) is not None and user_id(sender) is not None
            return is_sound and (not is_membership or user_id(rest.get("state_key")) is not None)
        case _:
            return False


def origin(room: str, event: Mapping[str, Any]) -> str:
    """Return a digest of what makes an event of *room* what it is: see `ports.FromEvents`."""
    content = event.get("content")
    said = content.get("ciphertext") if isinstance(content, dict) and "ciphertext" in content else content
    parts = [room, event.get("sender"), event.get("type"), event.get("state_key"), said]
    return sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]


def _fits(form: re.Pattern[str], value: str) -> bool:
    return len(value) <= LONGEST and form.fullmatch(value) is not None


def fingerprint(room: str) -> str:
    """Return a short hash of a room id. An operator can tell rooms apart by it, and nobody can find them."""
    return sha256(room.encode(errors="replace")).hexdigest()[:8]
