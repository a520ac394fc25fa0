"""What is heard in a room and never acted on, named for the operator: one line each, and not a word of what it says."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from nio import RedactionEvent, RoomMessage

from bot.core.names import RoomId, UserId
from bot.matrix.http.ids import fingerprint

logger = logging.getLogger(__name__)

_SETTINGS = {
    "m.room.encryption": "its encryption",
    "m.room.guest_access": "who may come as a guest",
    "m.room.history_visibility": "who may read its history",
    "m.room.join_rules": "who may join",
    "m.room.name": "its name",
    "m.room.power_levels": "its power levels",
    "m.room.topic": "its topic",
}


def note_oddities(room: RoomId, events: Iterable[Any], own: UserId) -> None:
    """Log what of *events* an attacker may hope for us to act on: we do not."""
    for event in events:
        oddity = _oddity(event, own)
        if oddity is not None:
            logger.warning("in room %s %s", fingerprint(room), oddity)


def _oddity(event: Any, own: UserId) -> str | None:
    match getattr(event, "source", None):
        case {"type": "m.room.member", "state_key": str(user), "content": {"membership": "leave" | "ban"}} if (
            user == own
        ):
            return "we are shown as gone"
        case {"type": "m.room.message", "state_key": _}:
            return "a message was passed over that poses as a setting"
        case {"type": str(kind), "state_key": "", "sender": str(sender)} if sender != own and kind in _SETTINGS:
            return f"somebody set {_SETTINGS[kind]}"
        case {"content": {"m.relates_to": {"rel_type": "m.replace"}}} | {"content": {"m.new_content": _}}:
            # What was opened is known to be its sender's: ours edits its cards.
            is_of_others = isinstance(event, RoomMessage) and event.decrypted and event.sender != own
            return "an edit was passed over" if is_of_others else None
        case _:
            return "a deletion was passed over" if isinstance(event, RedactionEvent) else None
