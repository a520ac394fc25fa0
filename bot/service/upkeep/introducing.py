"""By which identity somebody is known, for the operator at the machine: shown, and confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from bot import ports
from bot.core.desk import House
from bot.core.facts import IdentityConfirmed
from bot.core.names import InputId, UserId
from bot.core.people.naming import find_person
from bot.core.people.trust import TheirIdentity
from bot.service.ledger import Ledger
from bot.service.outcome import Outcome
from bot.service.tasks import trust_task


@dataclass(frozen=True, slots=True, kw_only=True)
class Introducing:
    """Takes the operator's word for whose an identity is: it is for who has nobody else to confirm it."""

    house: House
    ledger: Ledger
    chat: ports.Chat
    clock: ports.Clock

    def identity_of(self, who: str) -> tuple[UserId, TheirIdentity]:
        """Return who that is, and by which identity they are known. Raises UnknownPerson or AmbiguousPerson."""
        user = find_person(who, self.ledger.books.people().union(self.house.people))
        return user, self.chat.identity_of(user)

    async def confirm(self, user: UserId, master: str) -> bool:
        """Know *user* by *master* from now on, once that is durable; False when they publish another one."""
        async with self.ledger.deciding:
            if self.chat.identity_of(user).published != master:
                return False
            fact = IdentityConfirmed(at=self.clock.now(), by=None, user=user, master=master)
            input = InputId(f"trust:{user}:{fact.at.isoformat()}")
            await self.ledger.commit(input, Outcome(facts=(fact,), tasks=(trust_task(input, 0, user, master),)))
        return True
