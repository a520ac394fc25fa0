"""A clock that runs through its ladder within seconds, and what is heard of it."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.facts import ClockStarted, Rang, RoomReady
from tests.hostile.kept import Kept, kept_by
from tests.hostile.scene import Scene
from tests.hostile.stages import opened
from tests.patience import PATIENCE_S
from tests.peers.views import Message

PACE = 7200
"""An hour is half a second."""
HOURS = 28
"""So many are left when the clock starts."""
RUNGS = {"T-24": 24, "T-12": 12, "T-6": 6, "T-3": 3, "T-1": 1, "T": 0}
"""How many hours before the due time each rings."""
RULE = "GDPR-33-1"
LAST = rf"{RULE}: (now|overdue)"
_numbers = itertools.count(1)
LASTS_S = HOURS * 3600 / PACE
LAST_WITHIN_S = LASTS_S + PATIENCE_S


async def in_drill(stage: Scene) -> Scene:
    """Open a drill of its own on *stage*, and return the scene there, with nothing counted before."""
    known = [room.id for room in await stage.alice.peer.rooms()]
    alice = await opened(stage.control, f"Drill {next(_numbers)}", known, "--drill")
    await stage.bob.peer.wait_member(alice.room, stage.bob.peer.user)
    await alice.ask("!fact personal-data yes", "personal-data = yes")
    scene = replace(stage, alice=alice, bob=stage.bob.in_room(alice.room))
    await scene.begin()
    return scene


async def start_clock(scene: Scene) -> str:
    """Start the clock, which Bob owns; return once it runs, whether or not the answer can be said."""
    scene.does["ClockStarted"] += 1
    said = await scene.bob.say(f"!aware {RULE} -{72 - HOURS}h")
    async with asyncio.timeout(PATIENCE_S):
        while not _started(scene, await kept_by(scene.bot)):  # noqa: ASYNC110 - a file of another process
            await asyncio.sleep(0.2)
    return said


def _started(scene: Scene, kept: Kept) -> list[ClockStarted]:
    return [fact for fact in kept.streams[incident_of(scene, kept)] if isinstance(fact, ClockStarted)]


async def last_rung(scene: Scene, after: str) -> Message:
    """Return the reminder of the due time itself."""
    return await scene.bob.hear(LAST, after=after, within_s=LAST_WITHIN_S)


def due_times(scene: Scene, kept: Kept) -> dict[str, datetime]:
    """Return when each reminder of the clock was due."""
    (started,) = _started(scene, kept)
    return {rung: started.at + timedelta(hours=HOURS - hours) / PACE for rung, hours in RUNGS.items()}


def rang(scene: Scene, kept: Kept) -> set[str]:
    """Return the rungs that the timeline of the incident tells of."""
    return {fact.rung for fact in rung_in(scene, kept)}


def rung_in(scene: Scene, kept: Kept) -> list[Rang]:
    """Return the reminders of the clock that the timeline of the incident tells of."""
    facts = kept.streams[incident_of(scene, kept)]
    return [fact for fact in facts if isinstance(fact, Rang) and fact.rule == RULE]


async def all_rang(scene: Scene) -> None:
    """Wait until the timeline tells of every rung: of each it does once the message was taken."""
    async with asyncio.timeout(PATIENCE_S):
        while not rang(scene, await kept_by(scene.bot)) >= {*RUNGS}:  # noqa: ASYNC110 - a file of another process
            await asyncio.sleep(0.5)


def incident_of(scene: Scene, kept: Kept) -> str:
    """Return the id of the incident in Alice's room."""
    return next(stream for stream, facts in kept.streams.items() if any(_is_of(scene, fact) for fact in facts))


def _is_of(scene: Scene, fact: object) -> bool:
    return isinstance(fact, RoomReady) and fact.room == scene.alice.room
