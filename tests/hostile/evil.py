"""A homeserver that lies: a proxy before the real one, through which the bot alone talks. The others hear the truth."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.matrix.between import Between, Changed, Meddling, Passed
from tests.patience import PATIENCE_S
from tests.peers.views import Json

WITHIN_S = PATIENCE_S
_LONG_POLL = re.compile(r"timeout=30000\b")
_SHORT_POLL = "timeout=200"
"""A lie waits for the next answer: it must not be long in coming."""
ALWAYS = 10**9


@dataclass(slots=True, kw_only=True, eq=False)
class Lie:
    """One lie, and how often it is still to be told."""

    method: str
    part: str
    meddling: Meddling
    left: int
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def fits(self, request: Passed) -> bool:
        return self.left > 0 and request.method == self.method and self.part in request.path


class Evil(Between):
    """Tells the truth unless told to lie."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._lies: list[Lie] = []
        self.meddle = self._meddling

    def lie(self, method: str, part: str, meddling: Meddling, *, times: int = ALWAYS) -> Lie:
        """Lie to *method* requests whose path has *part*."""
        lie = Lie(method=method, part=part, meddling=meddling, left=times)
        if isinstance(meddling, Changed):
            lie.meddling = Changed(by=lambda answer: self._tell(lie, meddling.by(answer)))
        self._lies.append(lie)
        return lie

    async def told(self, lie: Lie) -> None:
        """Wait until *lie* was told as often as it was to be."""
        async with asyncio.timeout(WITHIN_S):
            await lie.told.wait()

    async def sync(self, by: Callable[[Json], Json], *, times: int = 1) -> None:
        """Change the next sync answers, and return when they have left."""
        await self.told(self.lie("GET", "sync", Changed(by=by), times=times))

    def be_honest(self) -> None:
        self._lies.clear()

    def given(self) -> set[tuple[str, str]]:
        """Return every device that the bot ever sent anything encrypted to: a room key, or what could be one."""
        sent = "sendToDevice/m.room.encrypted/"
        bodies = [passed.body for passed in self.passed if passed.method == "PUT" and sent in passed.path]
        return {(user, device) for body in bodies for user, devices in body["messages"].items() for device in devices}

    def _asked(self, request: web.Request) -> str:
        return _LONG_POLL.sub(_SHORT_POLL, super()._asked(request))

    def _meddling(self, request: Passed) -> Meddling:
        lie = next((lie for lie in self._lies if lie.fits(request)), None)
        if lie is not None and not isinstance(lie.meddling, Changed):
            lie.left -= 1
            self._tell(lie, None)
            return lie.meddling
        # Looked up again once there is an answer: a sync may have been asked for long before somebody lies about it.
        return Changed(by=lambda answer: self._changed(request, answer)) if lie or request.path == "sync" else None

    def _changed(self, request: Passed, answer: Any) -> Any:
        for lie in self._lies:
            if lie.fits(request) and isinstance(lie.meddling, Changed):
                lie.left -= 1
                return lie.meddling.by(answer)
        return answer

    def _tell(self, lie: Lie, answer: Any) -> Any:
        if lie.left <= 0 or lie.left > ALWAYS // 2:
            lie.told.set()
        return answer


# --- what a sync answer may be made to say ------------------------------------------------------------------


def injected(room: str, *events: Json, limited: bool = False, prev_batch: str | None = None) -> Callable[[Json], Json]:
    """Return a change that adds *events* to the timeline of *room*."""

    def change(answer: Json) -> Json:
        timeline = timeline_of(answer, room)
        timeline["events"] = [*timeline.get("events", ()), *events]
        if limited:
            timeline |= {"limited": True, "prev_batch": prev_batch}
        return answer

    return change


def timeline_of(answer: Json, room: str) -> Json:
    joined = answer.setdefault("rooms", {}).setdefault("join", {}).setdefault(room, {})
    timeline: Json = joined.setdefault("timeline", {"events": [], "limited": False, "prev_batch": answer["next_batch"]})
    return timeline


def delivered(*messages: Json, changed: Iterable[str] = ()) -> Callable[[Json], Json]:
    """Return a change that adds to-device *messages*, and says whose device lists are *changed*."""

    def change(answer: Json) -> Json:
        inbox = answer.setdefault("to_device", {})
        inbox["events"] = [*inbox.get("events", ()), *messages]
        lists = answer.setdefault("device_lists", {})
        lists["changed"] = [*lists.get("changed", ()), *changed]
        return answer

    return change


def each_event(answer: Json, by: Callable[[str, Json], Iterable[Json]]) -> Json:
    """Put what *by* returns in the place of every event of every timeline."""
    for room, part in answer.get("rooms", {}).get("join", {}).items():
        timeline = part.get("timeline", {})
        timeline["events"] = [changed for event in timeline.get("events", ()) for changed in by(room, event)]
    return answer
