"""Who comes and goes: what that makes of an incident's roster, and of who reads its room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from bot.core import facts
from bot.core.incident import Incident, StepState, StepStatus
from bot.core.names import UserId
from bot.core.people.guests import doors_after, guest
from bot.core.people.relocating import replaced
from bot.core.people.roster import Grant

BRIEF_DELAY = timedelta(seconds=30)
"""Several people who join within this time of the first get one brief."""
GUEST_DELAY = timedelta(seconds=3)
"""The same where the first came by a door: nothing else that they can read is there yet."""


def roster_after(incident: Incident, fact: facts.PeopleFact) -> Incident:  # noqa: C901, PLR0911, PLR0912 - a table
    """Return the incident after somebody came, went, or got a role."""
    match fact:
        case facts.Joined():
            return _join(incident, fact)
        case facts.Left(user=user):
            return replace(_out(incident, user), left=incident.left | ({user} & incident.roster.keys()))
        case facts.StrangerCame(user=user):
            return replace(incident, strangers=incident.strangers | {user})
        case facts.Briefed():
            return replace(incident, unbriefed=(), brief_due=None)
        case facts.PersonInvited():
            return _invite(incident, fact)
        case facts.InvitationRefused():
            return incident
        case facts.RoleGiven():
            return _give_role(incident, fact)
        case facts.PersonRemoved(user=user):
            return _remove(incident, user)
        case facts.PersonReplaced():
            return replaced(incident, fact)
        case facts.GuestCame():
            return _guest_came(incident, fact)
        case facts.DoorEnded():
            return _end_door(incident, fact)
        case facts.DoorOpened() | facts.GuestProved() | facts.DoorTried() | facts.DoorAstray() | facts.DoorSettled():
            return replace(incident, doors=doors_after(incident.doors, fact))
        case _:
            assert_never(fact)


def _join(incident: Incident, fact: facts.Joined) -> Incident:
    if (user := fact.user) not in incident.roster:
        return incident
    joined = replace(incident, joined=incident.joined | {user}, left=incident.left - {user})
    if user in incident.present_from_opening or user in incident.unbriefed:
        return joined
    delay = BRIEF_DELAY if guest(incident.doors, user) is None else GUEST_DELAY
    return replace(joined, unbriefed=(*incident.unbriefed, user), brief_due=incident.brief_due or fact.at + delay)


def _out(incident: Incident, user: UserId) -> Incident:
    """Return the incident with *user* out of the room: what is said from now on is lost to them."""
    unbriefed = tuple(other for other in incident.unbriefed if other != user)
    return replace(
        incident,
        present_from_opening=incident.present_from_opening - {user},
        joined=incident.joined - {user},
        strangers=incident.strangers - {user},
        unbriefed=unbriefed,
        brief_due=incident.brief_due if unbriefed else None,
    )


def _invite(incident: Incident, fact: facts.PersonInvited) -> Incident:
    grant = Grant(at=fact.at, by=fact.by, roles=frozenset(fact.roles))
    before = incident.grants.get(fact.user, ()) if fact.user in incident.roster else ()
    return replace(
        incident,
        roster={**incident.roster, fact.user: grant.roles},
        grants={**incident.grants, fact.user: (*before, grant)},
        left=incident.left - {fact.user},
        strangers=incident.strangers - {fact.user},
    )


def _give_role(incident: Incident, fact: facts.RoleGiven) -> Incident:
    if fact.user not in incident.roster:
        return incident  # only an invitation puts somebody on the roster
    grant = Grant(at=fact.at, by=fact.by, roles=frozenset({fact.role}))
    return replace(
        incident,
        roster={**incident.roster, fact.user: incident.roster[fact.user] | grant.roles},
        grants={**incident.grants, fact.user: (*incident.grants.get(fact.user, ()), grant)},
    )


def _remove(incident: Incident, user: UserId) -> Incident:
    return replace(
        _out(incident, user),
        roster={other: roles for other, roles in incident.roster.items() if other != user},
        left=incident.left - {user},
        asked=tuple(one for one in incident.asked if one.by != user and one.act != facts.Removal(user=user)),
        steps={id: _released(state) if state.assigned == user else state for id, state in incident.steps.items()},
    )


def _guest_came(incident: Incident, fact: facts.GuestCame) -> Incident:
    """Put who came by a door on the roster, in the name of who vouched."""
    door = incident.doors.get(fact.number)
    if door is None or door.opened.by is None:
        return incident
    invited = facts.PersonInvited(at=fact.at, by=door.opened.by, user=fact.user, roles=door.opened.roles)
    return replace(_invite(incident, invited), doors=doors_after(incident.doors, fact))


def _end_door(incident: Incident, fact: facts.DoorEnded) -> Incident:
    door = incident.doors.get(fact.number)
    ended = replace(incident, doors=doors_after(incident.doors, fact))
    return _remove(ended, door.user) if door is not None and door.user is not None else ended


def _released(state: StepState) -> StepState:
    """Give a step back to the holders of its role: nobody else would see that it is open."""
    return replace(state, assigned=None, status=StepStatus.OPEN if state.status is StepStatus.DOING else state.status)
