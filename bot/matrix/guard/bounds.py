"""How much one sender can make us remember: beyond it the oldest goes, from memory and from the disk.

Whoever is not of our people makes us remember nothing. The others are bounded by the roster, and each of them here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, MutableMapping
from typing import Any

from nio.crypto import GroupSessionStore, SessionStore

from bot.matrix.guard.crypto_store import CryptoStore

MOST_ROOM_KEYS = 2_000
"""Room keys of one device: its last one in each of the largest number of rooms an incident may need, and more."""
MOST_OWN_KEYS = 5
"""Room keys of our own in one room. They open what we said ourselves, when it comes back with the next answers."""
MOST_SESSIONS = 20
"""Olm sessions with one device. Honest apps open a new one when they lose the old, which is rare."""
MOST_NEWCOMERS = 12
"""Device keys of one person that no device list has. It takes moments until a new device of theirs is on it."""

IsListed = Callable[[str, str], bool]
"""Says whether a device of that key is on a device list: most likely on that of this person."""


class Bounds:
    """Keeps nio's stores small. Everything is called inside the transaction that keeps what is added."""

    def __init__(
        self, own_key: str, store: CryptoStore, sessions: SessionStore, room_keys: GroupSessionStore, listed: IsListed
    ) -> None:
        self._own_key = own_key
        self._store = store
        self._sessions: dict[str, list[Any]] = sessions._entries  # noqa: SLF001 - nio never forgets a session
        self._room_keys: MutableMapping[str, Any] = room_keys._entries  # noqa: SLF001
        self._listed = listed
        self._order: dict[str, deque[tuple[str, str]]] = {}
        """By device key, its room keys: which room and which session, the oldest first."""
        self._rooms: dict[str, tuple[str, ...]] = {}
        """By session, the rooms it has a key in: one, unless somebody lies."""
        self._newcomers: dict[str, dict[str, None]] = {}
        for room, by_sender in self._room_keys.items():
            for sender_key, keys in by_sender.items():
                self._order.setdefault(sender_key, deque()).extend((room, id) for id in keys)
                for id in keys:
                    self._note_room(room, id)

    def rooms_of(self, session_id: str) -> tuple[str, ...]:
        """Return the rooms in which a key of that session is kept."""
        return self._rooms.get(session_id, ())

    def note_room_key(self, room: str, sender_key: str, session_id: str) -> None:
        """A new room key of that device is kept; our own are counted by room."""
        self._note_room(room, session_id)
        if sender_key == self._own_key:
            for older in self._store.note_own_key(room, session_id, most=MOST_OWN_KEYS):
                self._drop_room_key(sender_key, room, older)
            return
        order = self._order.setdefault(sender_key, deque())
        order.append((room, session_id))
        while len(order) > MOST_ROOM_KEYS:
            self._drop_room_key(sender_key, *order.popleft())

    def note_message(self, user: str, sender_key: str) -> None:
        """An Olm message of *user* came from that device key, and could be read or left a session behind."""
        sessions = self._sessions.get(sender_key, [])
        while len(sessions) > MOST_SESSIONS:
            self._store.forget_session(sessions.pop().id)  # nio keeps the one used last in front
        if sender_key in self._sessions or sender_key in self._order:
            self._note_newcomer(user, sender_key)

    def _note_newcomer(self, user: str, sender_key: str) -> None:
        newcomers = self._newcomers.get(user, {})
        if sender_key in newcomers or self._listed(user, sender_key):
            return
        unlisted = {key: None for key in newcomers if not self._listed(user, key)}
        self._newcomers[user] = unlisted | {sender_key: None}
        while len(self._newcomers[user]) > MOST_NEWCOMERS:
            oldest = next(iter(self._newcomers[user]))
            del self._newcomers[user][oldest]
            self._drop_all(oldest)

    def _drop_all(self, sender_key: str) -> None:
        for session in self._sessions.pop(sender_key, []):
            self._store.forget_session(session.id)
        for room, session_id in self._order.pop(sender_key, ()):
            self._drop_room_key(sender_key, room, session_id)

    def forget_room(self, room: str) -> None:
        """Drop what is in memory of a room whose keys are dropped from the disk."""
        for keys in self._room_keys.pop(room, {}).values():
            for session_id in keys:
                self._forget_room_of(session_id, room)

    def _note_room(self, room: str, session_id: str) -> None:
        self._rooms[session_id] = (*(known for known in self.rooms_of(session_id) if known != room), room)

    def _forget_room_of(self, session_id: str, room: str) -> None:
        if left := tuple(known for known in self.rooms_of(session_id) if known != room):
            self._rooms[session_id] = left
        else:
            self._rooms.pop(session_id, None)

    def _drop_room_key(self, sender_key: str, room: str, session_id: str) -> None:
        by_sender = self._room_keys.get(room, {})
        by_sender.get(sender_key, {}).pop(session_id, None)
        if not any(session_id in keys for keys in by_sender.values()):
            self._forget_room_of(session_id, room)
        if not by_sender.get(sender_key):
            by_sender.pop(sender_key, None)
        if room in self._room_keys and not by_sender:
            del self._room_keys[room]
        self._store.forget_room_key(room, sender_key, session_id)
