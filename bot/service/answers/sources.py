"""What answers are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot import ports
from bot.core.desk import House
from bot.core.facts import DeviceProof
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.papers.record.keys import RecordKey
from bot.service.books import Books
from bot.service.organisations.cascading import Cascades
from bot.service.outcome import Asked, Later, Outcome, made_later


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What people compare to know that it is us."""

    user: UserId
    """Our own Matrix id."""
    fingerprint: str
    """The Ed25519 key of our device, in groups of four."""
    master_key: str
    """Our cross-signing master key, in groups of four."""
    record_key: RecordKey
    """Signs what the records had, and when."""
    policy: str
    """The configured `trust.devices`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The configuration, what is known, and who knows more."""

    house: House
    books: Books
    store: ports.Store
    records: ports.Records
    chat: ports.Chat
    verifications: ports.Verifications
    identity: Identity
    cascades: Cascades
    has_door: bool = False
    """There is a door to ask for ways in."""

    def later(self, stream: str, asked: Asked, make: Callable[[Incident | None], Outcome]) -> Later:
        """Have *make* called in a thread."""
        return made_later(stream, asked, make, self.house.zone)

    def proof_of(self, user: UserId) -> DeviceProof:
        """Return what says that the devices of *user* which are heard are theirs."""
        compared, known = self.books.desk.confirmed.get(user), self.chat.identity_of(user).known
        if compared is not None and compared.master == known:
            return DeviceProof.COMPARED
        return DeviceProof.FIRST_USE if self.identity.policy == DeviceProof.FIRST_USE else DeviceProof.SIGNED
