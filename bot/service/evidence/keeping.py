"""A file is fetched, hashed and kept as evidence, or it is said why not. Nothing of it is read but its bytes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot import ports, voice
from bot.core import facts
from bot.core.desk import House
from bot.core.errors import RuleError
from bot.core.evidence import deciding, errors
from bot.core.evidence.items import Arrived, bytes_kept
from bot.core.incident import Incident
from bot.core.names import InputId
from bot.service.ledger import Ledger
from bot.service.organisations.cascading import MOST_ATTEMPTS
from bot.service.outcome import NOTHING, Outcome, answered
from bot.service.tasks import Address, incident_address, incident_tasks, result_input


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKeeper:
    """Fetches files that are to be evidence, and keeps them."""

    house: House
    ledger: Ledger
    chat: ports.Chat
    clock: ports.Clock
    vault: ports.Vault

    async def fetch(self, task: ports.Task, wanted: ports.Fetch, command: ports.TakeIn) -> None:
        """Get a file, and keep it with its number, or say why not. Raises BusyError and UnreachableError."""
        incident = self.ledger.books.incident_in(wanted.room)
        if incident is None:  # it was purged meanwhile
            await self.ledger.settle(task)
            return
        address = replace(incident_address(incident), thread=wanted.thread, asker=wanted.by)
        input = result_input(task)
        try:
            data = await self._fetched(wanted, task.attempts)
            arrived = await asyncio.to_thread(_arrived, data, wanted.name, command)
            deciding.take(incident, arrived, facts.Keeping.WITH_HOLDER, wanted.by, self.clock.now())
        except RuleError as refusal:
            async with self.ledger.deciding:
                await self.ledger.commit(input, self._refused(input, wanted, address, refusal), done=task)
            return
        keeping = await self._lay_down(incident, arrived, data)
        async with self.ledger.deciding:
            outcome = self._taken(input, wanted, arrived, keeping, address)
            await self.ledger.commit(input, outcome, done=task)
        await self._clear(incident, arrived.digest)

    async def _fetched(self, wanted: ports.Fetch, attempts: int) -> bytes:
        largest = self.house.evidence.largest
        try:
            return await self.chat.fetch(wanted.file, most=largest)
        except ports.UnreachableError:
            if attempts < MOST_ATTEMPTS:
                raise
            raise errors.EvidenceGone(wanted.name) from None
        except ports.RefusedError as refusal:
            if refusal.code == "TOO_LARGE":
                raise errors.EvidenceTooLarge(wanted.name, largest) from None
            refused = errors.EvidenceDamaged if refusal.code == "DAMAGED" else errors.EvidenceGone
            raise refused(wanted.name) from None

    async def _lay_down(self, incident: Incident, arrived: Arrived, data: bytes) -> facts.Keeping:
        """Keep the bytes, if there is room, in parts: nothing else waits long for the disk."""
        if not self._has_room(arrived.size):
            return facts.Keeping.WITH_HOLDER
        for number, start in enumerate(range(0, len(data), ports.EVIDENCE_PART)):
            part = ports.evidence_part(incident.id, arrived.digest, number)
            await self.vault.put(part, data[start : start + ports.EVIDENCE_PART])
        return facts.Keeping.KEPT

    def _has_room(self, size: int) -> bool:
        keep = self.house.evidence.keep
        kept = (bytes_kept(incident.evidence) for incident in self.ledger.books.incidents())
        return keep is not None and size + sum(kept) <= keep

    def _taken(
        self, input: InputId, wanted: ports.Fetch, arrived: Arrived, keeping: facts.Keeping, address: Address
    ) -> Outcome:
        """Return the file with its number, as the incident stands now: others may have filled its place meanwhile."""
        incident, now = self.ledger.books.incident_in(wanted.room), self.clock.now()
        if incident is None:
            return NOTHING
        if not self._has_room(arrived.size):
            keeping = facts.Keeping.WITH_HOLDER
        try:
            fact = deciding.take(incident, arrived, keeping, wanted.by, now)
        except RuleError as refusal:
            return self._refused(input, wanted, address, refusal)
        tasks = incident_tasks(input, incident, (fact,), address, now)
        return Outcome(stream=incident.id, facts=(fact,), tasks=tasks)

    async def _clear(self, incident: Incident, digest: str) -> None:
        """Leave no byte behind of what was not kept after all."""
        now = self.ledger.books.incident(incident.id)
        kept = () if now is None else (item.taken for item in now.evidence.values())
        if any(taken.digest == digest and taken.keeping is facts.Keeping.KEPT for taken in kept):
            return
        for part in await self.vault.named(ports.evidence_part(incident.id, digest)):
            await self.vault.drop(part)

    def _refused(self, input: InputId, wanted: ports.Fetch, address: Address, why: RuleError) -> Outcome:
        return answered(input, address, voice.refusal(why, wanted.language, ZoneInfo(self.house.zone)))


def _arrived(data: bytes, name: str, wanted: ports.TakeIn) -> Arrived:
    digest = sha256(data).hexdigest()
    return Arrived(name=name, size=len(data), digest=digest, origin=wanted.origin, source=wanted.source)
