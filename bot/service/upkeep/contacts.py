"""Each quarter people are asked, each in a room of their own, whether the addresses they are reached at still hold."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex

from bot import ports, voice
from bot.core.desk import House, contact_round
from bot.core.duty.contacts import quarter_of
from bot.core.facts import ContactAnswered, ContactAsked, ContactFact, ContactSilenceTold, ControlRoomReady
from bot.core.names import InputId, UserId
from bot.core.people.roster import Role, holders
from bot.core.replies.subjects import OwnContact
from bot.service.ledger import Committed, Ledger
from bot.service.outcome import Outcome, worded
from bot.service.tasks import ring_task, ringing, room_address, task_id
from bot.service.upkeep.silences import DIRECT_LANE, Silences

CONTACTS_KEY = "contacts:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWatch:
    """Keeps the alarm clock at what is to be done next. That somebody was asked, or named, is a fact."""

    house: House
    ledger: Ledger
    chat: ports.Chat
    clock: ports.Clock
    alarm_clock: ports.AlarmClock
    silences: Silences

    def took_in(self, committed: Committed) -> None:
        """Look again when somebody was asked or answered, or where silence is told of came to be."""
        news = ContactAsked | ContactAnswered | ContactSilenceTold | ControlRoomReady
        if any(isinstance(fact, news) for fact in committed.outcome.facts):
            self.set_alarm()

    def set_alarm(self) -> None:
        """Let the alarm clock ring for what is next."""
        at = contact_round(self.house, self.ledger.books.desk).next(self.clock.now())
        if at is not None and self.ledger.books.desk.control_room is not None:
            self.alarm_clock.set(CONTACTS_KEY, at)

    async def rang(self) -> None:
        """Ask whom there is to ask, and tell the control room who has not answered."""
        async with self.ledger.deciding:
            now, desk = self.clock.now(), self.ledger.books.desk
            found = contact_round(self.house, desk)
            to_ask, quarter = found.to_ask(now), quarter_of(now, found.zone)
            # Each is one of its own: that somebody was asked, or named, is a fact.
            input = InputId(f"contacts:{token_hex(8)}")
            facts: list[ContactFact] = [ContactAsked(at=now, user=user, quarter=quarter) for user in to_ask]
            tasks = [self._row(input, number, user) for number, user in enumerate(to_ask, 1)]
            if (silent := found.silent(now)) and desk.control_room is not None:
                facts.append(ContactSilenceTold(at=now, users=silent, quarter=desk.checks.asked[silent[0]].quarter))
                address = room_address(desk.control_room, self.house.people)
                text = voice.contact_silence(silent, self.house.language)
                tasks.append(ring_task(input, 0, address, text, holders(self.house.people, Role.ADMIN)))
            if facts:
                await self.ledger.commit(input, Outcome(facts=tuple(facts), tasks=tuple(tasks)))
            else:
                self.set_alarm()

    def _row(self, input: InputId, number: int, user: UserId) -> ports.Task:
        action = ports.AskContact(user=user)
        return ports.Task(id=task_id(input, number), lane=f"{DIRECT_LANE}{user}", action=action)

    async def ask(self, task: ports.Task, user: UserId) -> None:
        """Ask *user*, unless they have answered meanwhile, or have no address any more. Raises ChatError."""
        found, language = contact_round(self.house, self.ledger.books.desk), self.house.language
        spoken = None
        if found.waits_for(user):
            room = await self.silences.direct_room(user)
            text = worded(task, language, lambda: voice.contact_asked(found.contacts[user], language))
            event = await self.chat.say(room, ringing(text, (user,)), txn=task.id, readers=frozenset({user}))
            spoken = ports.Spoken(room=room, event=event, about=(OwnContact(),))
        await self.ledger.settle(task, spoken)
