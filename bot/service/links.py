"""Links: a way in is asked of the door, and handed out once it is there, or refused, and then nothing is."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from zoneinfo import ZoneInfo

from bot import ports, voice
from bot.core import facts
from bot.core.desk import House
from bot.core.errors import IncidentClosed, RuleError
from bot.core.incident import Status
from bot.core.names import InputId, UserId
from bot.core.people import doors, errors
from bot.core.people.guests import Doors, doors_after
from bot.core.people.relocating import taken_over
from bot.core.people.roster import Role
from bot.papers.codes import MIME, code_picture
from bot.service.ledger import Ledger
from bot.service.outcome import Outcome, answered
from bot.service.tasks import Address, answer_task, file_task, result_input, room_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of a list, for whom the operator vouches."""

    name: str
    roles: tuple[Role, ...]
    was: str = ""
    """What they were called on a homeserver that is gone, where that is not their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Asks the door for ways in."""

    house: House
    ledger: Ledger
    clock: ports.Clock
    keeper: ports.DoorKeeper | None
    """None where no door was configured."""

    async def open(self, task: ports.Task, wanted: ports.OpenDoor) -> None:
        """Have a way in made, and hand out its link; where that cannot be, say so, and nothing is there."""
        try:
            link = await self._link(task.id, wanted.until)
        except RuleError as refusal:
            await self._refused(task, wanted, refusal)
            return
        picture = await asyncio.to_thread(code_picture, link)
        async with self.ledger.deciding:
            by_now = self._refusal_by_now(wanted)
            if by_now is None:
                await self.ledger.commit(result_input(task), self._opened(task, wanted, link, picture), done=task)
                return
        await self._take_back([task.id])
        await self._refused(task, wanted, by_now)

    async def let_in(self, people: Sequence[Person], until: datetime) -> Sequence[tuple[str, str]]:
        """Return a door of the house with its link for each of *people*, for whom the operator vouches.

        Raises RuleError.
        """
        links = dict[str, str]()
        try:
            for _ in people:
                id = f"house:{token_hex(8)}"
                links[id] = await self._link(id, until)
        except RuleError:
            await self._take_back(links)
            raise
        async with self.ledger.deciding:
            known, made, now = self.ledger.books.desk.doors, list[facts.OfHouseDoor](), self.clock.now()
            former = taken_over([(one.name, one.was) for one in people], self._behind())
            for id, one, was in zip(links, people, former, strict=True):
                fact = doors.opened(
                    known, door=id, roles=one.roles, name=one.name, by=None, until=until, now=now, stays=True
                )
                fact = replace(fact, instead_of=was)
                known = doors_after(known, fact)
                made.append(facts.OfHouseDoor(at=now, fact=fact))
            await self.ledger.commit(InputId(f"doors:{token_hex(8)}"), Outcome(facts=tuple(made)))
        return tuple(links.items())

    async def shut(self, ids: Collection[str]) -> None:
        """End the doors of the house that their process knows by these *ids*."""
        async with self.ledger.deciding:
            now, known = self.clock.now(), self.ledger.books.desk.doors.values()
            ended = tuple(
                facts.OfHouseDoor(at=now, fact=facts.DoorEnded(at=now, number=door.opened.number))
                for door in known
                if door.opened.door in ids and not door.is_shut
            )
            if ended:
                await self.ledger.commit(InputId(f"doors:{token_hex(8)}"), Outcome(facts=ended))

    def _behind(self) -> frozenset[UserId]:
        """Return in whose place nobody comes yet, of those whose accounts are on a homeserver that is gone."""
        doors, now = self.ledger.books.desk.doors.values(), self.clock.now()
        coming = {door.opened.instead_of for door in doors if not (door.is_shut or door.is_over(now))}
        known = filter(None, map(self.ledger.books.incident, self.ledger.books.relocated))
        return frozenset(user for incident in known for user in incident.behind) - coming

    async def _link(self, id: str, until: datetime) -> str:
        try:
            return await self._keeper.open(id, until)
        except ports.DoorSilentError:
            raise errors.DoorSilent from None
        except ports.DoorRefusesError:
            raise errors.DoorRefuses from None

    @property
    def _keeper(self) -> ports.DoorKeeper:
        if self.keeper is None:
            raise errors.NoDoors
        return self.keeper

    async def _take_back(self, ids: Iterable[str]) -> None:
        for id in ids:
            with suppress(ports.DoorSilentError):
                await self._keeper.end(id)

    def _refusal_by_now(self, wanted: ports.OpenDoor) -> RuleError | None:
        """Return why there must be no such door any more: much can happen while the door is asked."""
        incident = None if wanted.incident is None else self.ledger.books.incident(wanted.incident)
        if wanted.incident is not None and (incident is None or incident.status is Status.CLOSED):
            return IncidentClosed()
        try:
            doors.refuse_full(self._doors(wanted))
        except errors.DoorsFull as refusal:
            return refusal
        return None

    def _doors(self, wanted: ports.OpenDoor) -> Doors:
        incident = self.ledger.books.incident(wanted.incident or "")
        return self.ledger.books.desk.doors if incident is None else incident.doors

    def _opened(self, task: ports.Task, wanted: ports.OpenDoor, link: str, picture: bytes) -> Outcome:
        now, input = self.clock.now(), result_input(task)
        fact = doors.opened(
            self._doors(wanted),
            door=task.id,
            roles=(wanted.role,),
            name=wanted.name,
            by=wanted.by,
            until=wanted.until,
            now=now,
        )
        address, name = _where(wanted), f"{voice.door_picture(fact.number, wanted.language)}.png"
        text = voice.door_opened(fact, link, self._zone(wanted), wanted.language)
        picture_of = ports.Attachment(name=name, mime=MIME, data=picture)
        tasks = (answer_task(input, 0, address, text), file_task(input, 1, address, picture_of))
        if wanted.incident is None:
            return Outcome(facts=(facts.OfHouseDoor(at=now, fact=fact),), tasks=tasks)
        return Outcome(stream=wanted.incident, facts=(fact,), tasks=tasks)

    async def _refused(self, task: ports.Task, wanted: ports.OpenDoor, refusal: RuleError) -> None:
        text = voice.refusal(refusal, wanted.language, self._zone(wanted))
        outcome = answered(result_input(task), _where(wanted), text)
        async with self.ledger.deciding:
            await self.ledger.commit(result_input(task), outcome, done=task)

    def _zone(self, wanted: ports.OpenDoor) -> ZoneInfo:
        incident = self.ledger.books.incident(wanted.incident or "")
        return ZoneInfo(self.house.zone) if incident is None else incident.zone


def _where(wanted: ports.OpenDoor) -> Address:
    """Return where the answer goes: into the lane of its room, behind what is said there before."""
    address = room_address(wanted.room, wanted.readers, wanted.thread)
    return address if wanted.incident is None else replace(address, lane=wanted.incident)
