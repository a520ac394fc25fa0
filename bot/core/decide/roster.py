"""Deciding on people: invite, give a role, remove."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.core.commands import GiveRole, Invite, Remove
from bot.core.decide.asking import ask
from bot.core.errors import AlreadyOnRoster, LastLeader, NoSecondPerson
from bot.core.facts import ConfirmationAsked, PersonInvited, PersonRemoved, Removal, RoleGiven
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.people.errors import NoAdminByDoor
from bot.core.people.guests import may_be_admin, unproved
from bot.core.people.naming import find_person, full_id
from bot.core.people.roster import Right, Role, has_right
from bot.core.people.two_persons import second_persons

People = Mapping[UserId, frozenset[Role]]
"""Who may use Cellule at all, with their roles: the configuration's `people`."""


def invite(incident: Incident, command: Invite, by: UserId, now: datetime, people: People) -> PersonInvited:
    """Put a person on the roster: somebody of the configuration, or anybody by full Matrix id.

    Without a role they get those of the configuration, else observer: reading only. Who left the room comes back with
    the roles they had.
    """
    user = full_id(command.who) or find_person(command.who, {*people, *incident.roster})
    if user in incident.roster and user not in incident.left:
        raise AlreadyOnRoster(user)
    given = frozenset({command.role} if command.role else ())
    roles = incident.roster.get(user, frozenset()) | given or people.get(user, frozenset({Role.OBSERVER}))
    return PersonInvited(at=now, by=by, user=user, roles=tuple(sorted(roles)))


def give_role(incident: Incident, command: GiveRole, by: UserId, now: datetime) -> RoleGiven:
    """Give one more role to a person of the roster."""
    user = find_person(command.who, incident.roster)
    if command.role is Role.ADMIN and not may_be_admin(incident.doors, user):
        raise NoAdminByDoor
    return RoleGiven(at=now, by=by, user=user, role=command.role)


def remove(incident: Incident, command: Remove, by: UserId, now: datetime) -> PersonRemoved | ConfirmationAsked:
    """Take a person off the roster; somebody who can lead goes only with a second person, and the last one never."""
    user = find_person(command.who, incident.roster)
    others = (
        roles for other, roles in incident.roster.items() if other != user and other not in unproved(incident.doors)
    )
    if not any(has_right(roles, Right.LEAD) for roles in others):
        raise LastLeader(user)
    if has_right(incident.roster[user], Right.LEAD):
        removal = Removal(user=user)
        if not second_persons(incident, by, removal, now):
            raise NoSecondPerson(user)
        return ask(incident, removal, by, now)
    return PersonRemoved(at=now, by=by, user=user)
