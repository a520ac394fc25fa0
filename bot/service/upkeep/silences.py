"""Rooms in which nothing can be said: the control room is rung, and whom it concerns is told in a room of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot import ports, voice
from bot.core.decide.ringing import called, still
from bot.core.desk import House, as_of_duty, ask_for_direct_room
from bot.core.facts import DirectRoomReady, NotDelivered, Reminder
from bot.core.incident import Incident
from bot.core.names import InputId, RoomId, UserId
from bot.core.people.roster import Role, holders
from bot.core.ringing.reminders import Subject, subjects
from bot.core.ringing.silence import Silence, SilentRoom, silence
from bot.service.ledger import Ledger
from bot.service.outbox.lanes import Lanes
from bot.service.outcome import Outcome, worded
from bot.service.tasks import result_input, ringing, task_id

DIRECT_LANE = "direct:"
"""Prefix of the lanes of rooms with one person."""
TOLD_TOGETHER = timedelta(seconds=30)
"""After somebody was told, what comes within this is told with what comes later: very many rooms may fall silent."""
_AT_ONCE = 50
"""So many incidents are looked at in one go: some milliseconds."""
_News = frozenset[tuple[str, Silence, Subject]]


class Silences:
    """Says who hears of a silent room, and what. It is worded when it is sent, as things are then."""

    def __init__(self, *, house: House, ledger: Ledger, lanes: Lanes, chat: ports.Chat, clock: ports.Clock) -> None:
        self.house = house
        self._ledger = ledger
        self._lanes = lanes
        self._chat = chat
        self._clock = clock
        self._told_at: dict[str, datetime] = {}
        """When something was said last in each lane of ours."""

    def of_duty(self, incident: Incident) -> Incident:
        """Return *incident* with who is on duty for its roles now."""
        return as_of_duty(incident, self.house, self._ledger.books.desk, self._clock.now())

    def elsewhere(self, task: ports.Task, incident: Incident, reminders: Sequence[Reminder]) -> ports.Content:
        """Return what the control room reads of *reminders* whose room is gone: the incident, and their numbers."""
        language = self.house.language
        text = worded(task, language, lambda: voice.finding_elsewhere(reminders, incident, language))
        return ringing(text, holders(self.house.people, Role.ADMIN))

    # --- who is told ----------------------------------------------------------------------------------------------

    def fallen(self, lane: str, people: Iterable[UserId], input: InputId) -> tuple[ports.Task, ...]:
        """Return the rows that tell of a room which fell silent: the control room, those who lead there, and *people*.

        Of the control room itself the admins are told.
        """
        incident = self._ledger.books.incident(lane)
        leaders = holders(self.house.people, Role.ADMIN) if incident is None else incident.leaders()
        alarm = () if incident is None else self._alarm(input)
        return (*alarm, *self.tell(dict.fromkeys([*leaders, *people]), input))

    def undelivered(self, incident: Incident, facts: Sequence[NotDelivered], input: InputId) -> tuple[ports.Task, ...]:
        """Return the rows that tell of reminders that were not said: the control room, and whom they call.

        Who is in a room where nobody has a device that can read us has none in a room of their own either.
        """
        people = dict.fromkeys(
            user
            for fact in facts
            for user in called(incident, fact.reminder) or incident.leaders()
            if silence(fact.code) is not Silence.NOBODY
        )
        return (*self._alarm(input), *self.tell(people, input))

    def _alarm(self, input: InputId) -> tuple[ports.Task, ...]:
        control = self._ledger.books.desk.control_room
        return () if control is None else (self._row(control, task_id(input, 0), ports.TellControlRoom()),)

    def tell(self, people: Iterable[UserId], input: InputId) -> tuple[ports.Task, ...]:
        """Return the rows that tell each of *people* alone."""
        return tuple(
            self._row(f"{DIRECT_LANE}{user}", task_id(input, number), ports.TellPerson(user=user))
            for number, user in enumerate(people, 1)
        )

    def _row(self, lane: str, id: str, action: ports.Action) -> ports.Task:
        at = self._told_at.get(lane)
        not_before = None if at is None or at + TOLD_TOGETHER <= self._clock.now() else at + TOLD_TOGETHER
        return ports.Task(id=id, lane=lane, action=action, not_before=not_before)

    # --- what is said ---------------------------------------------------------------------------------------------

    async def perform(self, task: ports.Task, user: UserId | None) -> None:
        """Tell *user*, or the control room, what there is to tell now; nothing when it is over. Raises ChatError.

        A transaction names what it says: an attempt whose answer was lost may have said less than the next one does.
        """
        rooms, told = await self._rooms(user)
        spoken = None
        if rooms:
            spoken = await self._say(task, user, rooms, txn=f"{task.id}-{_digest(told)}")
            self._told_at[task.lane] = self._clock.now()
        input = result_input(task)
        _, after = await self._rooms(user)
        is_news = not after <= told
        more = (self._row(task.lane, task_id(input, 0), task.action),) if is_news else ()
        async with self._ledger.deciding:
            await self._ledger.commit(input, Outcome(tasks=more), done=task, spoken=spoken)

    async def _say(
        self, task: ports.Task, user: UserId | None, rooms: tuple[SilentRoom, ...], *, txn: str
    ) -> ports.Spoken:
        language = self.house.language
        if user is not None:
            room, readers = await self.direct_room(user), frozenset({user})
            content = ringing(worded(task, language, lambda: voice.told_alone(rooms, language)), (user,))
        else:
            room, readers = RoomId(task.lane), frozenset(self.house.people)
            text = worded(task, language, lambda: voice.silent_rooms(rooms, language))
            content = ringing(text, holders(self.house.people, Role.ADMIN))
        event = await self._chat.say(room, content, txn=txn, readers=readers)
        return ports.Spoken(room=room, event=event, about=())

    async def direct_room(self, user: UserId) -> RoomId:
        """Return the room with *user* alone, made if there is none; who left it is invited again."""
        known = self._ledger.books.desk.direct_rooms.get(user)
        if known is not None:
            await self._chat.invite(known, user)
            return known
        now = self._clock.now()
        async with self._ledger.deciding:
            if (asked := ask_for_direct_room(self._ledger.books.desk, user, now, self.house.language)) is not None:
                await self._ledger.commit(InputId(f"direct:{user}"), Outcome(facts=(asked,)))
        name = self._ledger.books.desk.direct_codenames[user]
        room = await self._chat.create_room(ports.RoomPlan(name=name, invite=(user,), admins=()))
        async with self._ledger.deciding:
            fact = DirectRoomReady(at=now, user=user, room=room)
            await self._ledger.commit(InputId(f"direct-room:{user}"), Outcome(facts=(fact,)))
        return room

    # --- which rooms ----------------------------------------------------------------------------------------------

    async def _rooms(self, user: UserId | None) -> tuple[tuple[SilentRoom, ...], _News]:
        """Return the silent rooms that *user* is told of, and what is told by them.

        None is the control room, which hears of all but itself. Rooms may be very many: others have their turn in
        between.
        """
        rooms, news = list[SilentRoom](), set[tuple[str, Silence, Subject]]()
        for number, incident in enumerate(self._ledger.books.incidents(), 1):
            if (user is None or user in incident.roster) and (silent := self._silent(incident)) is not None:
                rooms.append(silent)
                news |= _news(silent)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        control = self._lanes.silent.get(self._ledger.books.desk.control_room or "")
        if user in self.house.people and control not in (None, ports.NO_DEVICE):
            rooms.insert(0, SilentRoom(incident=None, why=silence(control or "")))
            news |= _news(rooms[0])
        return tuple(rooms), frozenset(news)

    def _silent(self, incident: Incident) -> SilentRoom | None:
        """Return the incident's room if nothing can be said in it; that nobody came yet counts once something rang."""
        undelivered = [fact.reminder for fact in incident.undelivered]
        if undelivered and (reminders := still(incident, undelivered, self._clock.now())):
            return SilentRoom(incident=incident, why=silence(incident.undelivered[-1].code), reminders=reminders)
        code = self._lanes.silent.get(incident.id, ports.NO_DEVICE)
        if incident.room_refused and incident.parent is None:
            code = Silence.NO_ROOM
        return None if code == ports.NO_DEVICE else SilentRoom(incident=incident, why=silence(code))


def _digest(told: _News) -> str:
    return sha256(repr(sorted(told)).encode()).hexdigest()[:16]


def _news(room: SilentRoom) -> _News:
    """Return what is told by *room*."""
    id = room.incident.id if room.incident else ""
    return frozenset((id, room.why, subject) for subject in ((), *subjects(room.reminders)))
