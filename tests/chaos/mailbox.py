"""Room keys that come late: to-device messages taken out of sync answers, and given back as a homeserver would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.peers.views import Json

_MARK = re.compile(r"~(\d+)(?=&|$)")


@dataclass(slots=True, kw_only=True)
class _Held:
    event: Json
    marks: set[str] = field(default_factory=set)
    """Of the answers it was given back with."""


class Mailbox:
    """Withholds what some senders send to our devices, until it is told to let go.

    The place to go on from after an answer that gives something back is marked: a place alone may also have come with
    another answer, to a request of a process that was killed.
    """

    def __init__(self) -> None:
        self._senders: set[str] = set()
        self._held: dict[str, _Held] = {}
        self._marks = count(1)
        self.withheld = 0
        """How many messages were ever held back."""

    @property
    def has_work(self) -> bool:
        return bool(self._senders or self._held)

    def withhold(self, sender: str) -> None:
        self._senders.add(sender)

    def let_go(self) -> None:
        self._senders.clear()

    def asked(self, address: str) -> str:
        """Return what the homeserver is asked for: it knows nothing of marks."""
        return _MARK.sub("", address)

    def sorted(self, answer: Any, since: str) -> Any:
        """Return a sync answer without what is withheld and with what no longer is."""
        # Like a homeserver, it forgets a message only when the client goes on from beyond it.
        if kept := _MARK.search(since):
            self._held = {name: held for name, held in self._held.items() if kept[1] not in held.marks}
        part = answer.setdefault("to_device", {})
        passed: list[Json] = []
        for event in part.get("events", ()):
            if event["sender"] in self._senders and event["type"] == "m.room.encrypted":
                self._hold(event)
            else:
                passed.append(event)
        free = [held for held in self._held.values() if held.event["sender"] not in self._senders]
        if free:
            mark = str(next(self._marks))
            for held in free:
                held.marks.add(mark)
            answer["next_batch"] += f"~{mark}"
        part["events"] = [*(held.event for held in free), *passed]
        return answer

    def _hold(self, event: Json) -> None:
        name = str(event["content"]["ciphertext"])
        if name not in self._held:
            self._held[name] = _Held(event=event)
            self.withheld += 1
