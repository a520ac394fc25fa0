"""Deciding on the rhythm: points, their cadence, handovers. The right to it is asked for here."""

from __future__ import annotations

from datetime import datetime

from bot.core.commands import GiveHandover, SetCadence, TakeHandover, WritePoint
from bot.core.decide.asking import need
from bot.core.errors import IncidentClosed
from bot.core.facts import CadenceSet, DeviceProof, HandoverGiven, HandoverTaken, PointWritten
from bot.core.incident import Incident, Status
from bot.core.names import DeviceId, StepId, UserId
from bot.core.people.guests import may_be_admin, unproved
from bot.core.people.naming import find_person
from bot.core.people.roster import Right, Role, has_right
from bot.core.rhythm import errors
from bot.core.rhythm.points import LONGEST, SHORTEST
from bot.core.rhythm.state import Handover


def write(incident: Incident, command: WritePoint, by: UserId, now: datetime) -> PointWritten:
    """Note where things stand. Raises RuleError."""
    _refuse(incident, by, Right.ACT)
    return PointWritten(at=now, by=by, text=command.text)


def set_cadence(incident: Incident, command: SetCadence, by: UserId, now: datetime) -> CadenceSet:
    """Choose a cadence: whoever works here may, for it wakes whoever leads. Raises RuleError."""
    _refuse(incident, by, Right.ACT)
    if command.every is not None and not SHORTEST <= command.every <= LONGEST:
        raise errors.CadenceOutOfBounds(SHORTEST, LONGEST)
    return CadenceSet(at=now, by=by, every=command.every)


def give(incident: Incident, command: GiveHandover, by: UserId, now: datetime) -> HandoverGiven:
    """Hand over to somebody of the roster, who is to acknowledge it. Raises RuleError.

    Roles pass as `!role` gives them: only from somebody who may.
    """
    _refuse(incident, by, Right.LEAD if command.with_roles else Right.ACT)
    to = find_person(command.who, incident.roster)
    if to == by:
        raise errors.HandoverToOneself
    if to in unproved(incident.doors):
        raise errors.ReceiverUnproved(to)
    if to not in incident.joined:
        raise errors.NotInTheRoom(to)
    roles = _passing(incident, by, to) if command.with_roles else ()
    if not has_right(incident.roster[to] | set(roles), Right.ACT):
        raise errors.ReceiverOnlyReads(to)
    handovers = incident.rhythm.handovers
    waits = next((other.given for other in handovers.values() if other.is_open and other.given.by == by), None)
    if waits is not None and (waits.to, waits.roles, waits.text) == (to, roles, command.text):
        raise errors.HandoverWaits(to, waits.at)
    return HandoverGiven(at=now, by=by, number=len(handovers) + 1, to=to, roles=roles, text=command.text)


def take(
    incident: Incident, command: TakeHandover, by: UserId, device: tuple[DeviceId, DeviceProof], now: datetime
) -> HandoverTaken:
    """Acknowledge a handover: whoever it is for, and nobody in their place. Raises RuleError.

    What passes is what whoever gave it has at that moment.
    """
    _refuse(incident, by, Right.READ)
    given = _waiting(incident, command.number, by).given
    may_give = has_right(incident.roster.get(given.by, frozenset()), Right.LEAD)
    held = incident.roster[by]
    roles = tuple(role for role in given.roles if role not in held) if may_give else ()
    id, proof = device
    steps = steps_of(incident, given.by)
    return HandoverTaken(at=now, by=by, number=given.number, steps=steps, roles=roles, device=id, proof=proof)


def steps_of(incident: Incident, user: UserId) -> tuple[StepId, ...]:
    """Return the open steps that *user* took on, or was given."""
    return tuple(step.id for step in incident.open_steps() if incident.step_state(step.id).assigned == user)


def _waiting(incident: Incident, number: int | None, by: UserId) -> Handover:
    handovers = incident.rhythm.handovers
    if number is None:
        first = next((one for one in handovers.values() if one.is_open and one.given.to == by), None)
        if first is None:
            raise errors.NoHandover
        return first
    found = handovers.get(number)
    if found is None:
        raise errors.NoHandover
    if found.given.to != by:
        raise errors.HandoverToAnother(found.given.to)
    if not found.is_open:
        raise errors.HandoverOver
    return found


def _passing(incident: Incident, by: UserId, to: UserId) -> tuple[Role, ...]:
    """Return the roles of *by* that *to* does not hold and may. Reading passes to nobody."""
    never = {Role.OBSERVER} if may_be_admin(incident.doors, to) else {Role.OBSERVER, Role.ADMIN}
    passing = incident.roster[by] - incident.roster[to] - never
    return tuple(role for role in Role if role in passing)


def _refuse(incident: Incident, by: UserId, right: Right) -> None:
    if incident.status is Status.CLOSED:
        raise IncidentClosed
    need(incident, by, right)
