"""What becomes of a row that the homeserver refuses: it waits, or is given up. In both cases somebody hears of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from bot import ports, voice
from bot.core.desk import House
from bot.core.facts import Fact, InvitationRefused, RoomRefused
from bot.core.language import Language
from bot.core.names import InputId, UserId
from bot.core.ringing.silence import Silence, silence
from bot.ports import DESK, NO_DEVICE, Task
from bot.service.ledger import Ledger
from bot.service.organisations.feeding import Feeder
from bot.service.outbox.urgency import RINGING, rings, speaks
from bot.service.outcome import Outcome
from bot.service.tasks import Address, complaint_task, incident_address, result_input
from bot.service.unread import NOBODY_CAME
from bot.service.upkeep.control import ControlRoom
from bot.service.upkeep.doors import Doors
from bot.service.upkeep.ringing import Ringing
from bot.service.upkeep.silences import Silences

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Says what waits, and whom it is told to that something waits or was given up."""

    house: House
    ledger: Ledger
    clock: ports.Clock
    doors: Doors
    control: ControlRoom
    feeder: Feeder
    ringing: Ringing
    silences: Silences

    async def refused(self, task: Task, code: str) -> bool:
        """Tell whoever has to know; say whether *task* waits. If it does not, it is settled."""
        match task.action:
            case ports.Ring() as row:
                return await self.ringing.refused(task, row, code)
            case (
                ports.TellPerson() | ports.AskContact() | ports.Greet() | ports.Trust() | ports.Erase() | ports.Verify()
            ):
                return True
            case ports.CreateRoom():
                await self._no_room(task, code)
                return True
            case _ if self._waits(task, code):
                await self._silent(task, code)
                return True
            case _:
                await self._give_up(task, code)
                return False

    async def stuck(self, task: Task) -> None:
        """Tell whoever has to know that the homeserver answers, and takes *task* not. It is tried all the same."""
        input = InputId(f"stuck:{task.id}")
        _log.error("stuck: %s; the homeserver answers, but has not taken row %s for minutes", task.name, task.id)
        match task.action:
            case ports.CreateRoom():
                await self._no_room(task, Silence.UNREACHED)
            case ports.RemovePerson(user=user):
                await self._tell(input, DESK, (), self.doors.stays(task, user))
            case ports.InvitePerson(user=user):
                address, language = self._address_of(task)
                await self._tell(input, DESK, (), _complaint(input, address, voice.not_invited_yet(user, language)))
            case ports.AskContact():
                pass  # who is not asked is silent, and is named for it
            case _ if speaks(task) and task.kind not in RINGING:
                await self._silent(task, Silence.UNREACHED)
            case _:
                pass  # reminders have a patience of their own, and nobody waits for the rest

    def _waits(self, task: Task, code: str) -> bool:
        """Say whether *task* waits for its room: what rings in any case, and whatever the room is the reason for."""
        if not speaks(task) or code == NOBODY_CAME:
            return False
        is_ours = self.ledger.books.incident(task.lane) is not None or task.lane == self.ledger.books.desk.control_room
        is_the_rooms = code == NO_DEVICE or (is_ours and silence(code) is not Silence.REFUSED)
        return is_the_rooms or rings(task) or task.kind in ports.SHOWN_ONCE

    # --- what waits -----------------------------------------------------------------------------------------------

    async def _no_room(self, task: Task, code: str) -> None:
        """Tell once that the room of an incident cannot be made; that of organisations is told in their progress."""
        incident, input = self.ledger.books.incident(task.lane), InputId(f"no-room:{task.id}")
        if incident is None or incident.room_refused:
            return
        if incident.parent is not None:
            await self.feeder.note_refused(incident, code, input)
            return
        fact = RoomRefused(at=self.clock.now(), code=code)
        await self._tell(input, incident.id, (fact,), self.silences.fallen(task.lane, incident.opener(), input))

    async def _silent(self, task: Task, code: str) -> None:
        """Tell of a room that fell silent, once a day: those who lead there, and each whom what waits is for."""
        if code == NO_DEVICE or task.kind is ports.ShowCard:
            return  # nobody came yet: so every room begins; and the card only shows again what was told, or rings
        fallen = InputId(f"silent:{task.lane}:{self.clock.now():%Y-%m-%d}")
        await self._tell(fallen, DESK, (), self.silences.fallen(task.lane, (), fallen))
        asker = _asker(task)
        for user in (*(() if asker is None else (asker,)), *(task.content.mentions if task.content else ())):
            input = InputId(f"{fallen}:{user}")
            await self._tell(input, DESK, (), self.silences.tell((user,), input))

    async def _tell(self, input: InputId, stream: str, facts: tuple[Fact, ...], tasks: tuple[Task, ...]) -> None:
        async with self.ledger.deciding:
            await self.ledger.commit(input, Outcome(stream=stream, facts=facts, tasks=tasks))

    # --- what is given up -----------------------------------------------------------------------------------------

    async def _give_up(self, task: Task, code: str) -> None:
        input = result_input(task)
        async with self.ledger.deciding:
            outcome = self._noted(task, code, Outcome(tasks=self._complaints(task, code, input)), input)
            await self.ledger.commit(input, outcome, done=task)

    def _noted(self, task: Task, code: str, outcome: Outcome, input: InputId) -> Outcome:
        """Add who could not be invited, if it is about that; whoever leads many organisations looks for it."""
        incident = self.ledger.books.incident(task.lane)
        if incident is None or not isinstance(task.action, ports.InvitePerson):
            return outcome
        fact = InvitationRefused(at=self.clock.now(), user=task.action.user, code=code)
        return self.feeder.with_progress(replace(outcome, stream=incident.id, facts=(fact,)), incident, input)

    def _complaints(self, task: Task, code: str, input: InputId) -> tuple[Task, ...]:
        """Return what is said because *task* is given up, where somebody waits for it."""
        address, language = self._address_of(task)
        match task.action:
            case _ if code == NOBODY_CAME:
                return ()
            case ports.RemovePerson(user=user):
                return self.doors.stays(task, user)
            case ports.InvitePerson(user=user):
                text = voice.not_invited(user, code, language)
            case ports.PinCard():
                text = voice.not_pinned(code, language)
            case ports.Say(complains=True):
                return ()
            case (
                ports.Say(content=ports.Content(thread=thread))
                | ports.SendRollup(thread=thread)
                | ports.SendLetters(thread=thread)
                | ports.ShowQuestions(thread=thread)
            ) if address is not None and task.lane == address.lane:
                address, text = replace(address, thread=thread), voice.not_said(code, task.id[:8], language)
            case ports.Say(asker=str(asker)) | ports.SendRollup(asker=str(asker)) | ports.SendLetters(asker=str(asker)):
                text = voice.not_said_alone(asker, code, task.id[:8], language)
            case _:
                return ()
        return _complaint(input, address, text)

    def _address_of(self, task: Task) -> tuple[Address | None, Language]:
        """Return where people are told of *task*, None while nobody can be, and in which language."""
        incident = self.ledger.books.incident(task.lane)
        if incident is None:
            return self.control.address(), self.house.language
        return incident_address(incident), incident.language


def _complaint(input: InputId, address: Address | None, text: voice.Text) -> tuple[Task, ...]:
    return () if address is None else (complaint_task(input, 0, address, text),)


def _asker(task: Task) -> UserId | None:
    """Return who waits for what *task* says."""
    return task.action.asker if isinstance(task.action, ports.Say | ports.SendRollup | ports.SendLetters) else None
