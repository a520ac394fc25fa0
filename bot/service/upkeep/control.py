"""The control room: made at the first start, and every admin invited once."""

from __future__ import annotations

from collections.abc import Sequence

from bot import ports, voice
from bot.core.desk import House
from bot.core.effects import INVITED_AT_ONCE
from bot.core.facts import ControlRoomReady
from bot.core.language import Language
from bot.core.names import InputId, RoomId, UserId
from bot.core.people.roster import Role, holders
from bot.service.ledger import Ledger
from bot.service.outcome import Outcome
from bot.service.tasks import Address, answer_task, result_input, room_address, task_id

CONTROL_ROOM_NAMES = {Language("fr"): "Accueil"}
CONTROL_ROOM_NAME = "Lobby"
"""In all other languages. The homeserver reads it: it says nothing."""
_CONTROL_ROOM = InputId("control-room")


def control_room_name(language: Language) -> str:
    """Return what the control room of a house of *language* is called when it is made."""
    return CONTROL_ROOM_NAMES.get(language, CONTROL_ROOM_NAME)


class ControlRoom:
    """Sees that there is one."""

    def __init__(self, *, house: House, ledger: Ledger, clock: ports.Clock) -> None:
        self._house = house
        self._ledger = ledger
        self._clock = clock

    async def see_to(self) -> None:
        """Have it made when there is none, else invite who became admin since."""
        admins = holders(self._house.people, Role.ADMIN)
        if self._ledger.books.desk.control_room is None:
            plan = ports.RoomPlan(name=control_room_name(self._house.language), invite=admins, admins=admins)
            task = ports.Task(id=task_id(_CONTROL_ROOM, 0), lane=ports.DESK, action=ports.CreateRoom(plan=plan))
            async with self._ledger.deciding:
                await self._ledger.commit(_CONTROL_ROOM, Outcome(tasks=(task,)))
        else:
            await self._invite(admins)

    async def made(self, task: ports.Task, room: RoomId) -> None:
        """Greet whoever is in the room that *task* made."""
        input = result_input(task)
        greeting = answer_task(input, 0, room_address(room, self._house.people), voice.welcome(self._house.language))
        fact = ControlRoomReady(at=self._clock.now(), room=room)
        async with self._ledger.deciding:
            await self._ledger.commit(input, Outcome(facts=(fact,), tasks=(greeting,)), done=task)
        await self._invite(holders(self._house.people, Role.ADMIN)[INVITED_AT_ONCE:])

    def address(self) -> Address | None:
        """Return where to speak there; None while there is none."""
        room = self._ledger.books.desk.control_room
        return room_address(room, self._house.people) if room else None

    def readers(self, room: RoomId, others: frozenset[UserId]) -> frozenset[UserId]:
        """Return whose devices get the keys to what is said in *room*: who is of the house by now, or *others*."""
        is_here = room == self._ledger.books.desk.control_room
        return frozenset(self._house.people) if is_here else others

    def invitation(self, user: UserId) -> ports.Task:
        """Return the row that invites somebody who became admin; the same however often it is asked for."""
        action = ports.InvitePerson(user=user)
        return ports.Task(id=task_id(_invited(user), 0), lane=ports.DESK, action=action)

    async def _invite(self, admins: Sequence[UserId]) -> None:
        """Invite who became admin since the control room was made; each once, ever."""
        room = self._ledger.books.desk.control_room
        for user in admins if room else ():
            async with self._ledger.deciding:
                await self._ledger.commit(_invited(user), Outcome(tasks=(self.invitation(user),)))


def _invited(user: UserId) -> InputId:
    return InputId(f"control-invite:{user}")
