"""Which places of each Megolm ratchet were heard, and in which event: the same place in another one is a replay."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from bot.ports import CryptoKind, CryptoRow, CryptoRows, named


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a ratchet that is spent."""

    room: str
    """Where it was heard."""
    event: str
    """The event it was first heard in."""
    last: int | None
    """The furthest place that was heard before it, if that was written down."""


class Heard:
    """By device key and session, its places that were heard."""

    def __init__(self, rows: CryptoRows, kept: Iterable[CryptoRow]) -> None:
        self._rows = rows
        self._places: dict[tuple[str, str], dict[int, Place]] = {}
        self._last: dict[tuple[str, str], int] = {}
        self._sessions: dict[str, set[tuple[str, str]]] = {}
        """By room, the sessions that were heard there."""
        # There may be very many, each with the id of one of few rooms.
        for row in kept:
            sender_key, session_id, index = json.loads(row.name)
            self._note((sender_key, session_id), index, Place(sys.intern(row.scope), *json.loads(row.body)))

    def place(self, sender_key: str, session_id: str, index: int) -> Place | None:
        """Return what is known of this place, None if it was never heard."""
        return self._places.get((sender_key, session_id), {}).get(index)

    def last(self, sender_key: str, session_id: str) -> int | None:
        """Return the furthest place of the ratchet that was heard, or None."""
        return self._last.get((sender_key, session_id))

    def keep(self, sender_key: str, session_id: str, index: int, place: Place) -> None:
        """Remember that this place of the ratchet is spent; one that was is left as it is."""
        first = self.place(sender_key, session_id, index) or place
        self._note((sender_key, session_id), index, first)
        # What is known may not be written: whatever kept its first row may have failed.
        name, body = named(sender_key, session_id, index), json.dumps([first.event, first.last])
        self._rows.put(CryptoRow(CryptoKind.HEARD, first.room, name, body))

    def forget_room(self, room: str) -> None:
        """Forget what was heard in *room*."""
        for session in self._sessions.pop(room, ()):
            left = {index: place for index, place in self._places.pop(session).items() if place.room != room}
            del self._last[session]
            for index, place in left.items():
                self._note(session, index, place)
        self._rows.drop_scope(CryptoKind.HEARD, room)

    def _note(self, session: tuple[str, str], index: int, place: Place) -> None:
        self._places.setdefault(session, {})[index] = place
        self._last[session] = max(index, self._last.get(session, index))
        self._sessions.setdefault(place.room, set()).add(session)
