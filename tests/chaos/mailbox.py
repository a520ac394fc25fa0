"""Room keys that come late: to-device messages taken out of sync answers, and given back as a homeserver would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.peers.views import Json


@dataclass(slots=True, kw_only=True)
class _Held:
    event: Json
    places: set[str] = field(default_factory=set)
    """Where the client goes on from once it has kept an answer with it."""


class Mailbox:
    """Withholds what some senders send to our devices, until it is told to let go."""

    def __init__(self) -> None:
        self._senders: set[str] = set()
        self._held: dict[str, _Held] = {}
        self.withheld = 0
        """How many messages were ever held back."""

    @property
    def has_work(self) -> bool:
        return bool(self._senders or self._held)

    def withhold(self, sender: str) -> None:
        self._senders.add(sender)

    def let_go(self) -> None:
        self._senders.clear()

    def sorted(self, answer: Any, since: str) -> Any:
        """Return a sync answer without what is withheld and with what no longer is."""
        # Like a homeserver, it forgets a message only when the client goes on from beyond it.
        self._held = {name: held for name, held in self._held.items() if since not in held.places}
        part = answer.setdefault("to_device", {})
        passed: list[Json] = []
        for event in part.get("events", ()):
            if event["sender"] in self._senders and event["type"] == "m.room.encrypted":
                self._hold(event)
            else:
                passed.append(event)
        part["events"] = [*self._released(answer["next_batch"], since), *passed]
        return answer

    def _hold(self, event: Json) -> None:
        name = str(event["content"]["ciphertext"])
        if name not in self._held:
            self._held[name] = _Held(event=event)
            self.withheld += 1

    def _released(self, next_batch: str, since: str) -> list[Json]:
        # An answer that moves nowhere could not be told from one that never came.
        if next_batch == since:
            return []
        free = [held for held in self._held.values() if held.event["sender"] not in self._senders]
        for held in free:
            held.places.add(next_batch)
        return [held.event for held in free]
