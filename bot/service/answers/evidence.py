"""Evidence: a file that somebody sent is fetched, hashed and kept, or it is said why not; what is there is shown.

Nothing of a file is read but its bytes, and nothing of it is ever sent out again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot import ports, voice
from bot.core import commands, facts
from bot.core.desk import House
from bot.core.errors import RuleError
from bot.core.evidence import deciding, errors
from bot.core.evidence.items import Arrived, bytes_kept
from bot.core.incident import Incident
from bot.core.names import InputId, UserId
from bot.service.answers.sources import Sources
from bot.service.ledger import Ledger
from bot.service.organisations.cascading import MOST_ATTEMPTS, fetch_task
from bot.service.outcome import NOTHING, Outcome, Typed, answered
from bot.service.tasks import Address, incident_address, incident_tasks, result_input


def show(command: commands.ShowEvidence, asked: Typed, sources: Sources) -> Outcome:
    """Show all, or one; below a file or in reply to one, take it in. Raises RuleError."""
    if command.number is None and asked.around.under is not None:
        return take(commands.TakeEvidence(source=""), asked, sources)
    incident, number = asked.here, command.number
    if number is None:
        return answered(asked.input, asked.address, voice.evidence_list(incident))
    return answered(asked.input, asked.address, voice.evidence(deciding.find(incident, number), incident))


def take(command: commands.TakeEvidence, asked: Typed, sources: Sources) -> Outcome:
    """Have the file fetched that the command stands below, or replies to. Raises RuleError."""
    around, sent = asked.around, asked.around.file
    if sent is None or sent.event is None or sent.device is None or sent.sent_at is None:
        raise errors.NoEvidenceSent if around.under is None else errors.NotAFile
    deciding.refuse_file(asked.here, sent.name, sent.size, sources.house.evidence, asked.by)
    origin = facts.FileOrigin(
        event=sent.event,
        sender=sent.by,
        device=sent.device,
        proof=_proof(sent.by, sources),
        sent_at=sent.sent_at,
    )
    wanted = ports.TakeIn(origin=origin, source=command.source)
    return Outcome(tasks=(fetch_task(sent.file, sent.name, wanted, asked.by, asked),))


def name(command: commands.NameEvidence, asked: Typed, _: Sources) -> Outcome:
    """Give a number to what stays with its holder. Raises RuleError."""
    return _decided(asked, deciding.name(asked.here, command, asked.by, asked.now))


def source(command: commands.SourceEvidence, asked: Typed, _: Sources) -> Outcome:
    """Note whence a thing is. Raises RuleError."""
    return _decided(asked, deciding.source(asked.here, command, asked.by, asked.now))


def hand(command: commands.HandEvidence, asked: Typed, _: Sources) -> Outcome:
    """Ask whoever a thing is handed to to acknowledge it. Raises RuleError."""
    return _decided(asked, deciding.hand(asked.here, command, asked.by, asked.now))


def acknowledge(command: commands.AcknowledgeEvidence, asked: Typed, sources: Sources) -> Outcome:
    """Note that a hand-over is acknowledged, and from which device. Raises RuleError."""
    device = asked.around.asker.device, _proof(asked.by, sources)
    return _decided(asked, deciding.acknowledge(asked.here, command.number, asked.by, device, asked.now))


def _decided(asked: Typed, fact: facts.EvidenceFact) -> Outcome:
    incident = asked.here
    tasks = incident_tasks(asked.input, incident, (fact,), asked.address, asked.now)
    return Outcome(stream=incident.id, facts=(fact,), tasks=tasks)


def _proof(user: UserId, sources: Sources) -> facts.DeviceProof:
    """Return what says that the devices of *user* which are heard are theirs."""
    compared, known = sources.books.desk.confirmed.get(user), sources.chat.identity_of(user).known
    if compared is not None and compared.master == known:
        return facts.DeviceProof.COMPARED
    is_signed = sources.identity.policy != facts.DeviceProof.FIRST_USE
    return facts.DeviceProof.SIGNED if is_signed else facts.DeviceProof.FIRST_USE


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
