"""A homeserver that is gone: what is left of an incident on another one, and who takes whose place there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core import facts
from bot.core.cascade import Cascade, Going
from bot.core.errors import AmbiguousPerson, UnknownPerson
from bot.core.incident import Incident, Status
from bot.core.names import UserId
from bot.core.people.guests import Door, shut
from bot.core.people.naming import find_person
from bot.core.people.roster import ALWAYS_INVITED, Grant
from bot.core.ringing.silence import Silence


def relocated(incident: Incident, at: datetime) -> Incident:
    """Return *incident* without its room and the people in it; all that was decided stays, and what rang stays rung.

    The room of an organisation waits like one that was refused: its people are on servers of their own.
    """
    return replace(
        incident,
        status=Status.CLOSED if incident.status is Status.CLOSED else Status.OPENING,
        relocated_at=at,
        behind={**incident.behind, **incident.roster},
        roster={},
        present_from_opening=frozenset(),
        joined=frozenset(),
        left=frozenset(),
        strangers=frozenset(),
        uninvited=(),
        unbriefed=(),
        brief_due=None,
        room=None,
        room_refused="" if incident.parent is None else Silence.NO_ROOM,
        card=None,
        card_posted_at=None,
        rang=(),
        undelivered=(),
        asked=(),
        doors=shut(incident.doors, at),
        cascade=_resting(incident.cascade),
    )


def replaced(incident: Incident, fact: facts.PersonReplaced) -> Incident:
    """Return *incident* with somebody in the place of who they were: roles, steps, clocks and promises are theirs."""
    user, was = fact.user, fact.instead_of
    if was not in incident.behind:
        return incident
    before = incident.roster.get(user, frozenset())
    grant = Grant(at=fact.at, by=None, roles=incident.behind[was])
    return replace(
        incident,
        behind={other: roles for other, roles in incident.behind.items() if other != was},
        roster={**incident.roster, user: before | grant.roles},
        grants={**incident.grants, user: (*(incident.grants.get(user, ()) if before else ()), grant)},
        left=incident.left - {user},
        strangers=incident.strangers - {user},
        steps={
            id: replace(state, assigned=user) if state.assigned == was else state
            for id, state in incident.steps.items()
        },
        clock_people={rule: user if owner == was else owner for rule, owner in incident.clock_people.items()},
        update_promised_by=user if incident.update_promised_by == was else incident.update_promised_by,
    )


def take_place(
    incident: Incident, door: Door, own: UserId, now: datetime
) -> tuple[facts.PersonReplaced | facts.PersonInvited, ...]:
    """Return what comes of it that somebody of the house is here by *door*, while others stayed behind.

    They take the place of who they were. Of who was not there, whoever is in every incident is in this one too, so that
    somebody can let the others in; but nobody who was removed from it since.
    """
    user, was, roles = door.user, door.opened.instead_of, door.opened.roles
    if user is None or not door.is_inside or incident.status is Status.CLOSED or incident.parent is not None:
        return ()
    if was is not None and was in incident.behind:
        return (facts.PersonReplaced(at=now, user=user, instead_of=was),)
    if user in incident.grants or ALWAYS_INVITED.isdisjoint(roles):
        return ()
    return (facts.PersonInvited(at=now, by=own, user=user, roles=roles),)


def taken_over(people: Sequence[tuple[str, str]], former: Collection[UserId]) -> tuple[UserId | None, ...]:
    """Return in whose place each of *people* comes, given by name and, where it is another, by what they were called.

    That is an id of *former*, or its first part. A place is taken once; None of nobody, and of what several are called.
    """
    free, places = set(former), dict[int, UserId | None]()
    for number in sorted(range(len(people)), key=lambda number: not people[number][1]):
        name, was = people[number]
        places[number] = found = who_was(was or name, free)
        free -= {found}
    return tuple(places[number] for number in range(len(people)))


def who_was(name: str, former: Iterable[UserId]) -> UserId | None:
    """Return who of *former* is called *name*; None of nobody, and of several."""
    try:
        return find_person(name, former)
    except (UnknownPerson, AmbiguousPerson):
        return None


def _resting(cascade: Cascade | None) -> Cascade | None:
    """Return *cascade* without its messages; what it has not opened yet waits until somebody lets it go on."""
    if cascade is None:
        return None
    going = Going.PAUSED if cascade.going is Going.RUNNING else cascade.going
    return replace(cascade, going=going, progress=None, posted=())
