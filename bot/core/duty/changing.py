"""Changing who is on duty: a swap, or somebody who is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.commands.duty import ChangeDuty
from bot.core.duty.plan import Plan
from bot.core.errors import RuleError
from bot.core.facts.duty import DutyChanged
from bot.core.names import UserId
from bot.core.people.naming import find_person
from bot.core.people.roster import Role

MOST_CHANGES = 40
"""So many that are not over are kept for one role."""
LONGEST = timedelta(days=366)
"""No change lasts longer, nor begins later than that."""


@dataclass(eq=False)
class NoRota(RuleError):
    """The configuration has no rota for the role; *roles* are those it has one for."""

    role: Role
    roles: tuple[Role, ...]


@dataclass(eq=False)
class NotOfRole(RuleError):
    """Only who has the role in the configuration can be on duty for it."""

    user: UserId
    role: Role
    candidates: tuple[UserId, ...]


@dataclass(eq=False)
class EndsTooEarly(RuleError):
    """The time would end before it begins, or is over."""

    until: datetime


@dataclass(eq=False)
class TooFarAhead(RuleError):
    """The time is longer, or begins later, than duty is planned."""

    limit: int
    """In days."""


@dataclass(eq=False)
class TooManyChanges(RuleError):
    """So many changes of one role are to come that nobody could read them."""

    role: Role
    limit: int


def rota_of(plan: Plan, role: Role) -> Role:
    """Return *role*, which has a rota. Raises NoRota."""
    if role not in plan.rotas:
        raise NoRota(role, tuple(plan.rotas))
    return role


def change(plan: Plan, command: ChangeDuty, by: UserId, now: datetime) -> DutyChanged:
    """Return what changes. Whatever was said before of the same time counts no more.

    Raises:
        RuleError: a class above, UnknownPerson or AmbiguousPerson.
    """
    role = rota_of(plan, command.role)
    user = find_person(command.who, plan.people)
    if user not in plan.holders(role):
        raise NotOfRole(user, role, plan.holders(role))
    start = max(command.start or now, now)
    end = command.end or plan.week_end(role, start)
    if end <= start:
        raise EndsTooEarly(end)
    if end - start > LONGEST or start - now > LONGEST:
        raise TooFarAhead(LONGEST.days)
    if sum(one.role == role and one.end > now for one in plan.changes) >= MOST_CHANGES:
        raise TooManyChanges(role, MOST_CHANGES)
    return DutyChanged(at=now, by=by, role=role, user=user, start=start, end=end, away=command.away)
