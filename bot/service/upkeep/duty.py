"""Weeks that nobody has: the control room is told a day before, once for each."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex

from bot import ports, voice
from bot.core.desk import House, duty_plan
from bot.core.duty.plan import AHEAD, NOTICE, untold
from bot.core.facts import ControlRoomReady, DutyChanged, DutyHoleTold
from bot.core.names import InputId
from bot.core.people.roster import Role, holders
from bot.service.ledger import Committed, Ledger
from bot.service.outcome import Outcome
from bot.service.tasks import ring_task, room_address

DUTY_KEY = "duty:"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyWatch:
    """Keeps the alarm clock at the next hole in the rotas. That one was told is a fact, and all that is kept of it."""

    house: House
    ledger: Ledger
    clock: ports.Clock
    alarm_clock: ports.AlarmClock

    def took_in(self, committed: Committed) -> None:
        """Look again when somebody changed the rotas, or where they are told of came to be."""
        if any(isinstance(fact, DutyChanged | DutyHoleTold | ControlRoomReady) for fact in committed.outcome.facts):
            self.set_alarm()

    def set_alarm(self) -> None:
        """Let the alarm clock ring for the next hole; where none is in sight, when more of the time to come is."""
        if not self.house.rotas or self.ledger.books.desk.control_room is None:
            return
        now, desk = self.clock.now(), self.ledger.books.desk
        holes = untold(duty_plan(self.house, desk), desk.duty.told, now)
        self.alarm_clock.set(DUTY_KEY, min([now + AHEAD / 2, *(hole.start - NOTICE for _, hole in holes)]))

    async def rang(self) -> None:
        """Tell of what begins within a day, or is there already."""
        async with self.ledger.deciding:
            now, desk = self.clock.now(), self.ledger.books.desk
            plan = duty_plan(self.house, desk)
            holes = tuple(one for one in untold(plan, desk.duty.told, now) if one[1].start - NOTICE <= now)
            if not holes or desk.control_room is None:
                self.set_alarm()
                return
            # Each is one of its own: that it was told is a fact, and the same hole may open again.
            input = InputId(f"duty-hole:{token_hex(8)}")
            facts = tuple(DutyHoleTold(at=now, role=role, start=hole.start, end=hole.end) for role, hole in holes)
            address = room_address(desk.control_room, self.house.people)
            text = voice.duty_holes(plan, holes, self.house.language)
            task = ring_task(input, 0, address, text, holders(self.house.people, Role.ADMIN))
            await self.ledger.commit(input, Outcome(facts=facts, tasks=(task,)))
