"""Whose turn it is: the steps of one person, and the one to go on with."""

from __future__ import annotations

from bot.core.incident import Incident
from bot.core.names import StepId, UserId
from bot.core.people.roster import Role
from bot.core.playbook import Step


def steps_of(incident: Incident, user: UserId) -> tuple[Step, ...]:
    """Return the open steps assigned to *user*, then those of their roles that nobody else took on."""
    roles = incident.roster.get(user, frozenset())

    def theirs(step: Step) -> bool:
        assigned = incident.step_state(step.id).assigned or step.role
        return assigned in roles if isinstance(assigned, Role) else assigned == user

    steps = [step for step in incident.open_steps() if theirs(step)]
    return tuple(sorted(steps, key=lambda step: incident.step_state(step.id).assigned != user))


def following(after: Incident, user: UserId, done: StepId) -> Step | None:
    """Return the step to go on with: the person's own first, and of those the ones after *done* first."""
    order = [step.id for step in after.playbook.steps()]
    position = order.index(done) if done in order else 0
    steps = steps_of(after, user) or after.open_steps()
    if not steps:
        return None
    return next((step for step in steps if order.index(step.id) > position), steps[0])
