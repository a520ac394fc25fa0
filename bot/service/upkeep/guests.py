"""Guests: who comes by a door is let in, proved, and taken out again. The door is another process, and may lie."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from bot import ports, voice
from bot.core import facts
from bot.core.desk import House
from bot.core.incident import Incident, Status
from bot.core.names import IncidentId, InputId, UserId
from bot.core.people import doors
from bot.core.people.guests import Door, Doors, WayIn, doors_after, guest
from bot.core.people.relocating import take_place
from bot.core.people.roster import Role, holders
from bot.service.ledger import Committed, Ledger
from bot.service.outcome import Outcome
from bot.service.tasks import answer_task, incident_tasks, ring_task, ringing, room_address, task_id
from bot.service.upkeep.control import ControlRoom
from bot.service.upkeep.silences import DIRECT_LANE, Silences

_SOON, _LATER = timedelta(seconds=2), timedelta(seconds=30)
"""How often we look: while somebody may come, and while the door could only say that a link was tried again."""
_PATIENCE_S = 20.0
"""How long the door is listened to in one round: a slow one keeps nobody inside after their end."""
_NEWS = (*get_args(facts.DoorFact), facts.OfHouseDoor, facts.IdentityConfirmed, facts.Joined, facts.Closed)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a door leads: into an incident, or into the house."""

    incident: Incident | None
    doors: Doors

    @property
    def stream(self) -> str:
        """Return where its facts stand."""
        return ports.DESK if self.incident is None else self.incident.id


@dataclass(slots=True, kw_only=True)
class Guests:
    """Looks again and again what the door says and what time it is, and does what follows: no kill loses anything."""

    house: House
    ledger: Ledger
    chat: ports.Chat
    clock: ports.Clock
    verifications: ports.Verifications
    control: ControlRoom
    silences: Silences
    own: UserId
    keeper: ports.DoorKeeper | None
    """None where no door was configured: what was opened before ends all the same."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _asked: set[str] = field(default_factory=set)
    """By which doors somebody came whose app was asked to compare emoji since we began."""
    _is_silent: bool = False

    def took_in(self, committed: Committed) -> None:
        """Look again when something happened that a door may be about."""
        if any(isinstance(fact, _NEWS) for fact in committed.outcome.facts):
            self._news.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._news.clear()
            rest = await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if rest is None else rest.total_seconds()):
                    await self._news.wait()

    async def look(self) -> timedelta | None:
        """Do what is to be done now; return when to look again, None when nothing is left to look at."""
        live = [
            (place.stream, door) for place in self._places() for door in place.doors.values() if not door.is_settled
        ]
        ways = await self._ways([door.opened.door for _, door in live])
        for stream, door in live:
            await self._see(stream, door.opened.number, ways.get(door.opened.door))
        await self._settle([(place, door) for place in self._places() for door in place.doors.values()])
        await self._take_places()
        if not live:
            return None
        return _SOON if any(door.is_waiting or self._is_awaited(door) for _, door in live) else _LATER

    async def greet(self, task: ports.Task, greeting: ports.Greet) -> None:
        """Say the first words to who came into the house, in a room of their own; none once they are out again.

        Raises ChatError.
        """
        user, language = greeting.user, self.house.language
        if (door := guest(self.ledger.books.desk.doors, user)) is None:
            await self.ledger.settle(task)
            return
        room = await self.silences.direct_room(user)
        content = ringing(voice.guest_greeting(door, language), (user,))
        event = await self.chat.say(room, content, txn=task.id, readers=frozenset({user}))
        await self.ledger.settle(task, ports.Spoken(room=room, event=event, about=()))

    # --- what the door says ---------------------------------------------------------------------------------------

    def _places(self) -> Iterator[_Place]:
        yield _Place(incident=None, doors=self.ledger.books.desk.doors)
        for id in sorted(self.ledger.books.with_doors):
            if (incident := self.ledger.books.incident(id)) is not None:
                yield _Place(incident=incident, doors=incident.doors)

    def _place(self, stream: str) -> _Place | None:
        if stream == ports.DESK:
            return _Place(incident=None, doors=self.ledger.books.desk.doors)
        incident = self.ledger.books.incident(stream)
        return None if incident is None else _Place(incident=incident, doors=incident.doors)

    async def _ways(self, ids: Collection[str]) -> Mapping[str, WayIn]:
        """Return what the door says of each of *ids*; of none while it does not answer."""
        if self.keeper is None or not ids:
            return {}
        try:
            async with asyncio.timeout(_PATIENCE_S):
                ways = await self.keeper.look(ids)
        except (ports.DoorSilentError, TimeoutError):
            if not self._is_silent:
                _log.warning("the door does not answer: who comes by it is let in once it does")
            self._is_silent = True
            return {}
        if self._is_silent:
            _log.info("the door answers again")
        self._is_silent = False
        return {way.id: way for way in ways}

    async def _see(self, stream: str, number: int, way: WayIn | None) -> None:
        async with self.ledger.deciding:
            place, now = self._place(stream), self.clock.now()
            if place is None or number not in place.doors:
                return
            door = place.doors[number]
            found = doors.seen(
                door,
                way,
                now,
                is_known=way is not None and way.user is not None and self._is_known(way.user),
                server=self.own.partition(":")[2],
                is_barred=self._is_barred(place, door),
            )
            confirmed = self.ledger.books.desk.confirmed.get(door.user) if door.user else None
            await self._commit(place, door, (*found, *doors.proved(door, confirmed, now)))
        if door.user is not None and self._is_awaited(door):
            self._ask_to_prove(place, door.user, door)

    def _is_known(self, user: UserId) -> bool:
        """Say whether *user* has no business at a door: naming one of them is a lie, or a mistake."""
        books = self.ledger.books
        is_ours = user == self.own or user in self.house.people or books.is_on_a_roster(user)
        return is_ours or guest(books.desk.doors, user) is not None

    def _is_barred(self, place: _Place, door: Door) -> bool:
        """Say whether nobody new comes in: who was taken out must not come back by a link of their own."""
        by = door.opened.by
        if place.incident is None:
            return by is not None and by not in self.house.people
        return place.incident.status is Status.CLOSED or by not in place.incident.roster

    async def _commit(self, place: _Place, door: Door, found: tuple[facts.DoorFact, ...]) -> None:
        """Make *found* true, once. Called while decisions are held."""
        if not found:
            return
        input = InputId(f"door:{door.opened.door}:{'+'.join(type(fact).__name__ for fact in found)}")
        if place.incident is not None:
            tasks = incident_tasks(input, place.incident, found, None, found[0].at)
            await self.ledger.commit(input, Outcome(stream=place.stream, facts=found, tasks=tasks))
            return
        of_house = tuple(facts.OfHouseDoor(at=fact.at, fact=fact) for fact in found)
        await self.ledger.commit(input, Outcome(facts=of_house, tasks=self._told(input, door, found)))

    def _told(self, input: InputId, door: Door, found: tuple[facts.DoorFact, ...]) -> tuple[ports.Task, ...]:
        """Return the rows that tell the control room of a door of the house, and greet who came by it."""
        tasks = list[ports.Task]()
        after: Doors = {door.opened.number: door}
        for fact in found:
            after = doors_after(after, fact)
            if not isinstance(fact, facts.DoorSettled):
                tasks += self._to_control(input, len(tasks), fact, after[door.opened.number])
            if isinstance(fact, facts.GuestCame | facts.GuestProved):
                tasks += self._welcomed(input, len(tasks), fact.user, door.opened)
        return tuple(tasks)

    def _to_control(self, input: InputId, number: int, fact: facts.DoorFact, door: Door) -> Iterator[ports.Task]:
        control, language = self.ledger.books.desk.control_room, self.house.language
        if control is None:
            return
        address = room_address(control, self.house.people)
        text = voice.guest_news(fact, door, ZoneInfo(self.house.zone), language, is_house=True)
        if isinstance(fact, facts.DoorTried | facts.DoorAstray):
            yield ring_task(input, number, address, text, holders(self.house.people, Role.ADMIN))
        else:
            yield answer_task(input, number, address, text)

    def _welcomed(self, input: InputId, number: int, user: UserId, door: facts.DoorOpened) -> Iterator[ports.Task]:
        """Yield what brings a newcomer of the house inside: admins into the control room, each into one of theirs."""
        if Role.ADMIN in door.roles and self.ledger.books.desk.control_room is not None:
            yield self.control.invitation(user)
        action = ports.Greet(user=user)
        yield ports.Task(id=task_id(input, number + 1), lane=f"{DIRECT_LANE}{user}", action=action)

    # --- in the place of somebody ---------------------------------------------------------------------------------

    async def _take_places(self) -> None:
        """Put who came into the house into the incidents of a homeserver that is gone, as whom they were there."""
        for id in sorted(self.ledger.books.relocated):
            for door in self.ledger.books.desk.doors.values():
                if self._places_in(id, door):
                    await self._take_place(id, door)

    async def _take_place(self, id: IncidentId, door: Door) -> None:
        async with self.ledger.deciding:
            incident, found = self.ledger.books.incident(id), self._places_in(id, door)
            input = InputId(f"door:{door.opened.door}:here:{id}")
            tasks = incident_tasks(input, incident, found, None, self.clock.now())
            await self.ledger.commit(input, Outcome(stream=id, facts=found, tasks=tasks))

    def _places_in(self, id: IncidentId, door: Door) -> tuple[facts.PersonReplaced | facts.PersonInvited, ...]:
        incident = self.ledger.books.incident(id)
        return () if incident is None else take_place(incident, door, self.own, self.clock.now())

    # --- what follows ---------------------------------------------------------------------------------------------

    def _is_awaited(self, door: Door) -> bool:
        """Say whether the app of a guest is still to be asked to compare emoji."""
        return door.is_inside and not door.is_proved and door.opened.door not in self._asked

    def _ask_to_prove(self, place: _Place, user: UserId, door: Door) -> None:
        """Ask the app of a guest to compare emoji, once it is there."""
        is_there = user in place.incident.joined if place.incident is not None else self.chat.reads(user)
        if is_there:
            self._asked.add(door.opened.door)
            self.verifications.begin(user)

    async def _settle(self, known: Sequence[tuple[_Place, Door]]) -> None:
        """Have an end put to links and to the accounts that were made by them, as far as the door answers in time."""
        shut = [(place.stream, door) for place, door in known if door.is_shut and not door.is_settled]
        for stream, door in shut:
            if stream == ports.DESK and door.user is not None:
                await self._put_out(door.user, door)
        for stream, door in await self._over(shut):
            async with self.ledger.deciding:
                current = self._place(stream)
                if current is not None and door.opened.number in current.doors:
                    fact = facts.DoorSettled(at=self.clock.now(), number=door.opened.number)
                    await self._commit(current, current.doors[door.opened.number], (fact,))

    async def _over(self, shut: Sequence[tuple[str, Door]]) -> Sequence[tuple[str, Door]]:
        """Return those of *shut* of which nothing is left at the door."""
        over = list[tuple[str, Door]]()
        with suppress(ports.DoorSilentError, TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                for stream, door in shut:
                    if self.keeper is not None and await self.keeper.end(door.opened.door):
                        over.append((stream, door))
        return over

    async def _put_out(self, user: UserId, door: Door) -> None:
        """Take who was of the house by *door* out of the control room, and of the incidents they came into as such."""
        came, ended = door.came, door.ended
        if came is None or ended is None:
            return
        by, input = ended.by or door.opened.by or self.own, InputId(f"door:{door.opened.door}:out")
        if Role.ADMIN in door.opened.roles and self.ledger.books.desk.control_room is not None:
            remove = ports.Task(id=task_id(input, 0), lane=ports.DESK, action=ports.RemovePerson(user=user))
            async with self.ledger.deciding:
                await self.ledger.commit(input, Outcome(tasks=(remove,)))
        for known in self.ledger.books.incidents_of(user):
            async with self.ledger.deciding:
                incident, now = self.ledger.books.incident(known.id), self.clock.now()
                if incident is None or user not in incident.roster:
                    continue
                if not came.at <= incident.grants[user][0].at <= ended.at:
                    continue  # they were there before, or somebody invited them again since
                fact = facts.PersonRemoved(at=now, by=by, user=user)
                there = InputId(f"{input}:{incident.id}")
                tasks = incident_tasks(there, incident, (fact,), None, now)
                await self.ledger.commit(there, Outcome(stream=incident.id, facts=(fact,), tasks=tasks))
