"""People, roles and rights: who is on an incident and what they may do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto

from bot.core.names import UserId


class Role(StrEnum):
    """What a person is in the incident. A person may hold several."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    MANAGEMENT = "management"
    """Decides for the organisation, which answers for the data: no adviser can in its place (GDPR art. 38(6), 39)."""
    DPO = "dpo"
    LEGAL = "legal"
    IT = "it"
    COMMS = "comms"
    HR = "hr"
    INSURANCE = "insurance"
    OBSERVER = "observer"


class Right(Enum):
    """What a command needs. Nobody has a right that no role of theirs gives (default deny)."""

    READ = auto()
    """See the incident: status, steps, clocks, timeline, help."""
    ACT = auto()
    """Work in it: steps, facts, notes, acknowledgements."""
    OPEN = auto()
    """Open a new incident."""
    CLOCK = auto()
    """Start, stop, set aside or snooze a legal clock."""
    REVIEW = auto()
    """Say that a draft is right, and freeze it."""
    REGISTER = auto()
    """Read the register of all breaches."""
    RECORD = auto()
    """Have the whole record handed out."""
    TRUST = auto()
    """Say whose identity somebody's is."""
    LEAD = auto()
    """Roles, invitations, removals, severity, closing and resuming."""


ALWAYS_INVITED = frozenset({Role.ADMIN, Role.MANAGEMENT})
"""Roles whose holders are in every incident, whatever its playbook."""

_WORKER = frozenset({Right.READ, Right.ACT, Right.OPEN})
_CLOCK_KEEPER = _WORKER | {Right.CLOCK}
_REVIEWER = _CLOCK_KEEPER | {Right.REVIEW, Right.RECORD}
_LEADER = _CLOCK_KEEPER | {Right.LEAD, Right.RECORD}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.ADMIN: _LEADER | {Right.REGISTER, Right.TRUST},
    Role.COORDINATOR: _LEADER,
    Role.MANAGEMENT: _CLOCK_KEEPER | {Right.REGISTER, Right.RECORD},
    Role.DPO: _REVIEWER | {Right.REGISTER},
    Role.LEGAL: _REVIEWER,
    Role.INSURANCE: _CLOCK_KEEPER,
    Role.IT: _WORKER,
    Role.COMMS: _WORKER,
    Role.HR: _WORKER,
    Role.OBSERVER: frozenset({Right.READ}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Roles that somebody got at once."""

    at: datetime
    by: UserId | None
    """None for those of the opening: the configuration gave them, or a list."""
    roles: frozenset[Role]


STAND_IN: Mapping[Role, Role] = {
    Role.DPO: Role.LEGAL,
    Role.LEGAL: Role.DPO,
    Role.INSURANCE: Role.LEGAL,
    Role.HR: Role.LEGAL,
    Role.COMMS: Role.COORDINATOR,
    Role.IT: Role.COORDINATOR,
}
"""The deputy of a role: who is asked when its holders do not answer. The coordinators stand in for the rest."""


OF_THE_HOUSE = frozenset({Right.OPEN, Right.REGISTER, Right.TRUST})
"""Rights that only the configuration's people have: on an incident's roster stand guests of the house too."""


def roles_for(right: Right, here: frozenset[Role], of_the_house: frozenset[Role]) -> frozenset[Role]:
    """Return which roles of a person count for *right*: those they have *here*, or those the configuration gives."""
    return of_the_house if right in OF_THE_HOUSE else here


def has_right(roles: frozenset[Role], right: Right) -> bool:
    """Say whether any of *roles* gives *right*; no roles, no rights."""
    return any(right in RIGHTS[role] for role in roles)


def roles_giving(right: Right) -> tuple[Role, ...]:
    """Return the roles that give *right*, in the order they are declared: what a refusal names."""
    return tuple(role for role in Role if right in RIGHTS[role])


def holders(roster: Mapping[UserId, frozenset[Role]], role: Role) -> tuple[UserId, ...]:
    """Return who holds *role*, sorted; empty when nobody does."""
    return tuple(sorted(user for user, roles in roster.items() if role in roles))
