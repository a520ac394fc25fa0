"""In which order the messages of a Megolm session came: what a homeserver withholds or reorders leaves a gap behind."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from bot.matrix.guard.opening import Envelope, envelope_of

logger = logging.getLogger(__name__)

MOST = 5_000
"""Sessions that are remembered; of the others the encryption store knows what was opened last."""

_Session = tuple[str, str]


class Order:
    """Knows of each session the last message that was passed on. Messages of a session are numbered by their sender."""

    def __init__(self) -> None:
        self._last: dict[_Session, int] = {}

    def note(self, events: Iterable[Any]) -> None:
        """Name what is missing among *events*, in the order they are passed on, and mark what comes too late."""
        for session, envelopes in self._came(events).items():
            # What an answer left out is opened after what stood behind it: what was known before both is the least.
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

    def _came(self, events: Iterable[Any]) -> dict[_Session, list[Envelope]]:
        """Return what is to be noted, by session, in order."""
        came: dict[_Session, list[Envelope]] = {}
        for event in events:
            envelope = envelope_of(event)
            if not getattr(event, "decrypted", False) or envelope.is_noted:
                continue
            session = (event.sender_key, event.session_id)
            if not envelope.is_again:
                came.setdefault(session, []).append(envelope)
            elif session not in self._last:
                # An earlier run opened it, and may not have come to this.
                envelope.is_late = envelope.index < envelope.last
        return came
