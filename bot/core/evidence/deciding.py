"""Deciding on evidence: take in, name, say whence, hand over, acknowledge. The right to work is asked for here."""

from __future__ import annotations

from datetime import datetime

from bot.core.commands import HandEvidence, NameEvidence, SourceEvidence
from bot.core.decide.asking import need
from bot.core.errors import IncidentClosed
from bot.core.evidence import errors
from bot.core.evidence.items import Arrived, Item, Limits
from bot.core.facts import DeviceProof, EvidenceHanded, EvidenceReceived, EvidenceSourced, EvidenceTaken, Keeping
from bot.core.incident import Incident, Status
from bot.core.names import DeviceId, UserId
from bot.core.people.guests import find_proved
from bot.core.people.roster import Right


def refuse_file(incident: Incident, name: str, size: int, limits: Limits, by: UserId) -> None:
    """Refuse a file before it is fetched, by what its sender says of it: *size* is 0 when they say nothing."""
    _refuse(incident, by)
    if size > limits.largest:
        raise errors.EvidenceTooLarge(name, limits.largest)


def take(incident: Incident, arrived: Arrived, keeping: Keeping, by: UserId, now: datetime) -> EvidenceTaken:
    """Take in a file that was fetched. Raises RuleError."""
    _refuse(incident, by)
    if arrived.size == 0:
        raise errors.EvidenceEmpty(arrived.name)
    _refuse_twice(incident, arrived.digest)
    return EvidenceTaken(
        at=now,
        by=by,
        number=_next(incident),
        name=arrived.name,
        digest=arrived.digest,
        keeping=keeping,
        size=arrived.size,
        origin=arrived.origin,
        source=arrived.source,
    )


def name(incident: Incident, command: NameEvidence, by: UserId, now: datetime) -> EvidenceTaken:
    """Give a number to a thing that stays with its holder. Raises RuleError."""
    _refuse(incident, by)
    _refuse_twice(incident, command.digest)
    keeping = Keeping.WITH_HOLDER
    number, digest = _next(incident), command.digest
    return EvidenceTaken(at=now, by=by, number=number, name=command.name, digest=digest, keeping=keeping)


def source(incident: Incident, command: SourceEvidence, by: UserId, now: datetime) -> EvidenceSourced:
    """Say whence a thing is. Raises RuleError."""
    _refuse(incident, by)
    item = find(incident, command.number)
    return EvidenceSourced(at=now, by=by, number=item.number, source=command.source)


def hand(incident: Incident, command: HandEvidence, by: UserId, now: datetime) -> EvidenceHanded:
    """Hand a thing to somebody of the roster who is proved, and is to acknowledge it. Raises RuleError."""
    _refuse(incident, by)
    item = find(incident, command.number)
    to = find_proved(command.who, incident.roster, incident.doors)
    if to == item.holder:
        raise errors.HolderHasIt(item.number, to)
    return EvidenceHanded(at=now, by=by, number=item.number, to=to)


def acknowledge(
    incident: Incident, number: int, by: UserId, device: tuple[DeviceId, DeviceProof], now: datetime
) -> EvidenceReceived:
    """Acknowledge a hand-over: whoever it is for, of any role, and nobody in their place. Raises RuleError."""
    if incident.status is Status.CLOSED:
        raise IncidentClosed
    item = find(incident, number)
    if item.handed is None:
        raise errors.NothingHanded(item.number)
    if item.handed.to != by:
        raise errors.HandedToAnother(item.number, item.handed.to)
    id, proof = device
    return EvidenceReceived(at=now, by=by, number=item.number, device=id, proof=proof)


def find(incident: Incident, number: int) -> Item:
    """Return the evidence of that number; raises UnknownEvidence."""
    item = incident.evidence.get(number)
    if item is None:
        raise errors.UnknownEvidence(number, max(incident.evidence, default=0))
    return item


def _refuse(incident: Incident, by: UserId) -> None:
    if incident.status is Status.CLOSED:
        raise IncidentClosed
    need(incident, by, Right.ACT)


def _refuse_twice(incident: Incident, digest: str) -> None:
    for item in incident.evidence.values():
        if item.taken.digest == digest:
            raise errors.EvidenceThere(item.number, item.holder, item.taken.at)


def _next(incident: Incident) -> int:
    return max(incident.evidence, default=0) + 1
