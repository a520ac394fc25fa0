"""A parent and very many organisations, made of facts before the service starts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import replace

from bot.core.facts import CascadeRow, Fact
from bot.core.incident import Incident
from bot.core.names import InputId, RoomId, UserId
from bot.ports import Batch, Content, Message, RoomPlan
from tests.core.build import ALICE, DAVE, OPENED, ROOM
from tests.core.cascades import PARENT, extended, opening, person_of, ready, row
from tests.fakes.chat import FakeRoom
from tests.patience import PATIENCE_S
from tests.service.shell import Shell


def room_of(name: str) -> RoomId:
    return RoomId(f"!{name.casefold()}:example.org")


class Organisations(Shell):
    """A shell in whose store a cascade lies. Everybody of an organisation is in its room, and so is who leads."""

    async def lay(self, rows: Iterable[CascadeRow]) -> None:
        rows = tuple(rows)
        at = self.clock.now()
        await self.put(
            PARENT, replace(OPENED, at=at), replace(ready(row("parent"), at), room=ROOM), extended(*rows, at=at)
        )
        self._make(ROOM, OPENED.codename, (ALICE, DAVE))
        for one in rows:
            await self.add(one)

    async def add(self, one: CascadeRow) -> None:
        at = self.clock.now()
        await self.put(opening(one).incident, opening(one, at=at), ready(one, at))
        self._make(room_of(one.organisation), f"Calm {one.organisation}", (DAVE, person_of(one.organisation)))

    async def put(self, stream: str, *facts: Fact) -> None:
        """Keep facts as an earlier life would have left them."""
        async with self.store.transaction() as tx:
            await tx.append(stream, facts, input=InputId(f"laid:{stream}:{len(facts)}"), device=None)

    def _make(self, room: RoomId, name: str, people: Iterable[UserId]) -> None:
        plan = RoomPlan(name=name, invite=(), admins=())
        self.chat.rooms[room] = FakeRoom(plan=plan, members=dict.fromkeys(people, "join"))

    async def settle(self) -> None:
        """Let everything happen that can happen now, threads too."""
        async with asyncio.timeout(PATIENCE_S):
            while not self._is_quiet():
                await asyncio.sleep(0.001)
                await self.alarm_clock.ring_due(self.clock.now())

    async def lead(self, body: str) -> str:
        """Type *body* in the parent's room, as who leads, have it confirmed if need be, and return the last answer."""
        answer = await self.type(body, room=ROOM)
        asked = re.search(r"!confirm \d+", answer)
        return await self.type(asked[0], room=ROOM, sender=DAVE) if asked else answer

    async def confirmed(self, body: str) -> Message:
        """Type *body* in the parent's room, and return the message by which a second person will confirm it."""
        await self.receive_without_rest(self.message(body, room=ROOM))
        while not (asked := self._parent().asked):
            await self.turn()
        return self.message(f"!confirm {asked[-1].number}", room=ROOM, sender=DAVE)

    def _parent(self) -> Incident:
        parent = self.service.books.incident(PARENT)
        assert parent is not None
        return parent

    async def receive_without_rest(self, *events: Message) -> None:
        """Let messages come in, and nothing be done about them yet."""
        await self.service.receive(Batch(events=events, token=f"s{next(self._numbers)}"))

    async def turn(self, times: int = 1) -> None:
        """Let the loop turn."""
        for _ in range(times):
            await asyncio.sleep(0)

    def heard(self, name: str) -> tuple[Content, ...]:
        """Return the bulletins in the room of an organisation."""
        return tuple(one for one in self.said(room_of(name)) if one.body.startswith("Bulletin"))

    def child(self, name: str) -> Incident:
        found = self.service.books.incident_in(room_of(name))
        assert found is not None
        return found
