"""Deciding that an act waits for a second person."""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import AlreadyAsked, NobodyToConfirm, NotAllowed
from bot.core.facts import Answering, Closing, ConfirmationAsked, Irreversible, RiskDeciding, Waiving
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.people.roster import Right, Role, has_right, roles_giving
from bot.core.people.two_persons import controllers, is_the_controllers, lapses_at, right_to, second_persons, waiting


def ask(incident: Incident, act: Irreversible, by: UserId, now: datetime) -> ConfirmationAsked:
    """Ask for a second person, unless the same act waits for one: then it is that one to confirm.

    Raises RuleError, among others when there is nobody to confirm it.
    """
    right = right_to(act)
    need(incident, by, right)
    same = next((asked for asked in waiting(incident, now) if _is_same(asked.act, act)), None)
    if same is not None:
        raise AlreadyAsked(same.number, same.by, lapses_at(same))
    if not second_persons(incident, by, act, now):
        raise NobodyToConfirm(_roles_to_confirm(incident, by, act))
    return ConfirmationAsked(at=now, by=by, number=incident.asked_so_far + 1, act=act)


def need(incident: Incident, by: UserId, right: Right) -> None:
    """Refuse what takes a *right* that *by* does not have. Raises NotAllowed."""
    if not has_right(incident.roster.get(by, frozenset()), right):
        raise NotAllowed(roles_giving(right))


def _roles_to_confirm(incident: Incident, by: UserId, act: Irreversible) -> tuple[Role, ...]:
    if not is_the_controllers(act) or by in controllers(incident):
        return roles_giving(right_to(act))
    return (Role.MANAGEMENT,) if incident.present(Role.MANAGEMENT) else (Role.MANAGEMENT, Role.COORDINATOR)


def _is_same(one: Irreversible, other: Irreversible) -> bool:
    match one, other:
        case Closing(), Closing():
            return True
        case Waiving(rule=rule), Waiving(rule=same):
            return rule == same
        case RiskDeciding(), RiskDeciding():
            return True
        case Answering(question=question), Answering(question=other_question):
            return question == other_question
        case _:
            return one == other
