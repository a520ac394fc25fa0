"""Logs what looks tampered with: missing or reordered messages, and events that imitate commands or settings."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from nio import RedactionEvent, RoomMessage

from bot.core.names import RoomId, UserId
from bot.matrix.guard.decryption import Envelope, envelope_of
from bot.matrix.http.ids import fingerprint

logger = logging.getLogger(__name__)

MOST = 5_000
"""Megolm sessions whose last message is held in memory. The encryption store knows it for all others."""

_MegolmSession = tuple[str, str]
_SETTINGS = {
    "m.room.encryption": "its encryption",
    "m.room.guest_access": "who may come as a guest",
    "m.room.history_visibility": "who may read its history",
    "m.room.join_rules": "who may join",
    "m.room.name": "its name",
    "m.room.power_levels": "its power levels",
    "m.room.topic": "its topic",
}


class Order:
    """Knows the index of the last message of each Megolm session. The sender numbers the messages of a session."""

    def __init__(self) -> None:
        self._last: dict[_MegolmSession, int] = {}

    def note(self, events: Iterable[object]) -> None:
        """Log which messages are missing among *events*, and mark messages that come after later ones."""
        for session, envelopes in self._came(events).items():
            # A gap is decrypted after the events behind it, so the lowest index known before any of them counts.
            last = self._last.pop(session, min(envelope.last for envelope in envelopes))
            for envelope in envelopes:
                if envelope.index > last + 1:
                    logger.warning("%d messages before one of the same device have not come", envelope.index - last - 1)
                envelope.is_late = envelope.index < last
                if envelope.is_late:
                    logger.warning("a message came after later ones of the same device")
                envelope.is_noted = True
                last = max(last, envelope.index)
            self._last[session] = last
        while len(self._last) > MOST:
            del self._last[next(iter(self._last))]

    def _came(self, events: Iterable[Any]) -> dict[_MegolmSession, list[Envelope]]:
        """Return what is to be noted, by session, in order."""
        came: dict[_MegolmSession, list[Envelope]] = {}
        for event in events:
            envelope = envelope_of(event)
            if not getattr(event, "decrypted", False) or envelope.is_noted:
                continue
            session = (event.sender_key, event.session_id)
            if not envelope.is_again:
                came.setdefault(session, []).append(envelope)
            elif session not in self._last:
                # An earlier run decrypted it and may have stopped before it was marked.
                envelope.is_late = envelope.index < envelope.last
        return came


def note_oddities(room: RoomId, events: Iterable[object], own: UserId, *, is_held: bool) -> None:
    """Log those of *events* that an attacker may send in the hope that we act on them.

    *is_held* says whether the room is one of ours: one that was purged is left.
    """
    for event in events:
        oddity = _oddity(event, own, is_held=is_held)
        if oddity is not None:
            logger.warning("in room %s %s", fingerprint(room), oddity)


def _oddity(event: object, own: UserId, *, is_held: bool) -> str | None:
    match getattr(event, "source", None):
        case {"type": "m.room.member", "state_key": str(user), "content": {"membership": "leave" | "ban"}, **rest} if (
            user == own
        ):
            return "we are shown as gone" if is_held or rest.get("sender") != own else None
        case {"type": "m.room.message", "state_key": _}:
            return "a message was passed over that poses as a setting"
        case {"type": str(kind), "state_key": "", "sender": str(sender)} if sender != own and kind in _SETTINGS:
            return f"somebody set {_SETTINGS[kind]}"
        case {"content": {"m.relates_to": {"rel_type": "m.replace"}}} | {"content": {"m.new_content": _}}:
            # Decryption proves the sender. Our own edits are those of cards.
            is_of_others = isinstance(event, RoomMessage) and event.decrypted and event.sender != own
            return "an edit was passed over" if is_of_others else None
        case _:
            return "a deletion was passed over" if isinstance(event, RedactionEvent) else None
