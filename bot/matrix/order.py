"""In which order the messages of a Megolm session came: what a homeserver withholds or reorders leaves a gap behind."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from bot.matrix.opening import Envelope, envelope_of

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
        came: dict[_Session, list[Envelope]] = {}
        for event in events:
            envelope = envelope_of(event)
            if getattr(event, "decrypted", False) and not envelope.is_again:
                came.setdefault((event.sender_key, event.session_id), []).append(envelope)
        for session, envelopes in came.items():
            # What an answer left out is opened after what stood behind it: what was known before both is the least.
            last = self._last.pop(session, min(envelope.last for envelope in envelopes))
            for envelope in envelopes:
                if envelope.index > last + 1:
                    logger.warning("%d messages before one of the same device have not come", envelope.index - last - 1)
                envelope.is_late = envelope.index < last
                if envelope.is_late:
                    logger.warning("a message came after later ones of the same device")
                last = max(last, envelope.index)
            self._last[session] = last
        while len(self._last) > MOST:
            del self._last[next(iter(self._last))]
