"""Deciding on steps: finish, skip, reopen, assign."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches

from bot.core.commands import AssignStep, FinishStep, ReopenStep, SkipStep
from bot.core.errors import StepAlreadySettled, StepNotNeeded, StepNotSettled, UnknownStep
from bot.core.evidence.items import cited
from bot.core.facts import StepAssigned, StepDone, StepReopened, StepSkipped
from bot.core.incident import Incident
from bot.core.names import StepId, UserId
from bot.core.people.naming import find_person
from bot.core.people.roster import Role
from bot.core.playbook import Step


def finish(incident: Incident, command: FinishStep, by: UserId, now: datetime) -> StepDone:
    """Mark a needed step done that is not settled, or is to be done again."""
    step = _to_settle(incident, command.step)
    evidence = cited(command.result, incident.evidence)
    return StepDone(at=now, by=by, step=step.id, result=command.result, evidence=evidence)


def skip(incident: Incident, command: SkipStep, by: UserId, now: datetime) -> StepSkipped:
    """Leave a needed step out that is not settled, or is to be done again."""
    step = _to_settle(incident, command.step)
    return StepSkipped(at=now, by=by, step=step.id, reason=command.reason)


def reopen(incident: Incident, command: ReopenStep, by: UserId, now: datetime) -> StepReopened:
    """Open a settled step again."""
    step = find_step(incident, command.step)
    if not incident.step_state(step.id).settled:
        raise StepNotSettled(step.id)
    return StepReopened(at=now, by=by, step=step.id)


def assign(incident: Incident, command: AssignStep, by: UserId, now: datetime) -> StepAssigned:
    """Give a needed, unsettled step to a role or a person of the roster."""
    step = _workable(incident, command.step)
    return StepAssigned(at=now, by=by, step=step.id, to=_whom(incident, command.to, by))


def _whom(incident: Incident, to: str | Role | None, by: UserId) -> UserId | Role:
    if to is None:
        return by
    return to if isinstance(to, Role) else find_person(to, incident.roster)


def find_step(incident: Incident, id: StepId) -> Step:
    """Return the step of the playbook named *id*, or raise UnknownStep with the nearest one."""
    step = incident.playbook.step(id)
    if step is None:
        near = get_close_matches(id, [known.id for known in incident.playbook.steps()], n=1)
        raise UnknownStep(id, StepId(near[0]) if near else None)
    return step


def _to_settle(incident: Incident, id: StepId) -> Step:
    step = find_step(incident, id)
    is_again = incident.needs(step) and incident.again_of(step) is not None
    return step if is_again else _workable(incident, id)


def _workable(incident: Incident, id: StepId) -> Step:
    step = find_step(incident, id)
    if not incident.needs(step):
        raise StepNotNeeded(step.id)
    if incident.step_state(step.id).settled:
        raise StepAlreadySettled(step.id)
    return step
