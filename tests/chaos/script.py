"""What is typed on purpose in the three rooms of an episode: clocks are started, answered or not, filed, and closed.

In the first nobody answers a reminder until the clocks are overdue. In the second people do, and let clocks rest. The
third is no drill: its clocks run at the pace of real life, near to a reminder; to set one aside and to close the
incident takes two persons.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.chaos import repertoire
from tests.chaos.crowd import Crowd
from tests.chaos.repertoire import ANSWERING, choose
from tests.talks import Talk

FIRST, SECOND = "GDPR-33-1", "FR-LOPMI"
"""The attack is known before the breach, as it is in life."""
KNOWN_FOR_H = {FIRST: 20, SECOND: 22}
LADDER_H = 72 - KNOWN_FOR_H[FIRST]
"""From the start of a clock to its due time."""
OVERDUE_S = 23.0
"""Two reminders after it."""
REAL_S = 35.0
"""Until all that is near has rung at the pace of real life."""
ANSWERS_EVERY_S = (1.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The room of an incident, as those who lead have it."""

    kind: str
    """`silent`, `answered` or `real`."""
    alice: Talk
    bob: Talk


@dataclass(slots=True, kw_only=True)
class Script:
    """Types what an episode is about."""

    crowd: Crowd
    chance: random.Random
    hour_s: float
    """How long an hour of the law lasts in a drill."""

    async def play(self, room: Room) -> None:
        await {"silent": self._silent, "answered": self._answered, "real": self._real}[room.kind](room)

    async def end(self, room: Room) -> None:
        """Close the incident, so that nothing rings any more."""
        await self.crowd.ask(room.alice, repertoire.close)
        if room.kind == "real":
            await self.crowd.ask(room.bob, repertoire.confirm, 3)

    async def _silent(self, room: Room) -> None:
        ask = self.crowd.ask
        await self._start(room, ahead_h=0)
        await ask(room.bob, repertoire.aware, "GDPR-33-2", _hours_ago(20))
        await ask(room.alice, repertoire.promise, _hours_ago(0) + timedelta(seconds=15))
        await self._hours(LADDER_H)
        await asyncio.sleep(OVERDUE_S)
        # Whoever heard something said later knows that the bot has noticed what it said before.
        await ask(room.bob, repertoire.note)
        await ask(room.alice, repertoire.ack)
        await asyncio.sleep(OVERDUE_S / 2)

    async def _answered(self, room: Room) -> None:
        await self._start(room, ahead_h=2)
        over = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._answer(room, over))
            await self._hours(20)
            over.set()
        ask = self.crowd.ask
        await ask(room.alice, repertoire.without_reason, FIRST, _hours_ago(40))
        await ask(room.bob, repertoire.aware, FIRST, _hours_ago(40))
        await ask(room.alice, repertoire.filed, SECOND)
        await self._hours(9)  # 24 hours before its end it has rung
        await ask(room.alice, repertoire.note)
        await ask(room.bob, repertoire.ack)
        await self._hours(12)  # and 12 hours before
        await ask(room.bob, repertoire.rest, FIRST, 6)
        await self._hours(20)
        await ask(room.bob, repertoire.filed, FIRST)
        await self._hours(30)

    async def _answer(self, room: Room, over: asyncio.Event) -> None:
        """Answer reminders at any moment, whether there are any or not."""
        while not over.is_set():
            await asyncio.sleep(self.chance.uniform(*ANSWERS_EVERY_S))
            talk = self.chance.choice((room.alice, room.bob))
            await self.crowd.ask(talk, lambda turn: choose(ANSWERING, turn))

    async def _hours(self, hours: float) -> None:
        await asyncio.sleep(hours * self.hour_s)

    async def _real(self, room: Room) -> None:
        ask, soon = self.crowd.ask, timedelta(seconds=15)
        await ask(room.alice, repertoire.aware, SECOND, _hours_ago(48) + soon)
        await ask(room.bob, repertoire.aware, FIRST, _hours_ago(60) + 2 * soon)
        await ask(room.alice, repertoire.add_clock, _hours_ago(-12) + 2 * soon)
        await asyncio.sleep(REAL_S)
        await ask(room.bob, repertoire.set_aside, FIRST)
        await ask(room.alice, repertoire.confirm, 1)
        await ask(room.alice, repertoire.close)
        await ask(room.alice, repertoire.confirm, 2)
        await ask(room.bob, repertoire.confirm, 2)
        await ask(room.bob, repertoire.resume)

    async def _start(self, room: Room, *, ahead_h: int) -> None:
        await self.crowd.ask(room.alice, repertoire.personal_data)
        for rule in (SECOND, FIRST):
            await self.crowd.ask(room.alice, repertoire.aware, rule, _hours_ago(KNOWN_FOR_H[rule] + ahead_h))


def _hours_ago(hours: int) -> datetime:
    return (datetime.now(UTC) - timedelta(hours=hours)).replace(microsecond=0)
