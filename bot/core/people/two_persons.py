"""The rule of two persons: what waits for a second one, how long, and who that can be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from bot.core import facts
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.people.guests import unproved
from bot.core.people.roster import Grant, Right, Role, has_right

CONFIRM_WITHIN = timedelta(minutes=10)
"""How long an act waits for its second person, on the wall, in a fast drill too."""
ON_THEIR_OWN_AFTER = timedelta(days=1)
"""For so long whoever was brought in counts as the same person as who brought them in."""


def lapses_at(asked: facts.ConfirmationAsked) -> datetime:
    """Return from when on *asked* cannot be confirmed any more."""
    return asked.at + CONFIRM_WITHIN


def waiting(incident: Incident, now: datetime) -> tuple[facts.ConfirmationAsked, ...]:
    """Return what can be confirmed now, the oldest first."""
    return tuple(asked for asked in incident.asked if now < lapses_at(asked))


def right_to(act: facts.Irreversible) -> Right:
    """Return the right that both persons need."""
    match act:
        case (
            facts.Closing()
            | facts.Removal()
            | facts.Announcing()
            | facts.Merging()
            | facts.RemovingBelow()
            | facts.Lifting()
        ):
            return Right.LEAD
        case facts.Waiving() | facts.RiskDeciding() | facts.Answering():
            return Right.CLOCK
        case _:
            assert_never(act)


def controllers(incident: Incident) -> tuple[UserId, ...]:
    """Return who decides for the organisation: its management, or who leads where nobody of it is here."""
    return incident.present(Role.MANAGEMENT) or incident.leaders()


def is_the_controllers(act: facts.Irreversible) -> bool:
    """Say whether *act* takes a duty of the law away, so that one of the two decides for the organisation."""
    return isinstance(act, facts.Waiving | facts.RiskDeciding | facts.Answering)


def is_alone(act: facts.Irreversible) -> bool:
    """Say whether one person is enough, and only has to look before it is done."""
    return isinstance(act, facts.Announcing) and act.alone


def second_persons(incident: Incident, by: UserId, act: facts.Irreversible, asked_at: datetime) -> tuple[UserId, ...]:
    """Return who could confirm what *by* asks for at that time: others who are here, but not whoever is to go.

    They had the right before it was asked for, and neither was brought in by the other lately, nor both by a third:
    one stolen account can invite any number of its own. Where a duty of the law is taken away, one of the two decides
    for the organisation.

    A bulletin to a few needs nobody else: who asks and whoever leads can say yes to it.
    """
    if is_alone(act):
        return tuple(dict.fromkeys((by, *incident.leaders())))
    right, gone = right_to(act), act.user if isinstance(act, facts.Removal | facts.RemovingBelow) else None
    first, deciding = _brought_by(incident, by, right, asked_at), controllers(incident)
    is_decided = by in deciding or not is_the_controllers(act)
    return tuple(
        user
        for user in sorted(incident.roster.keys() - {by, gone} - incident.left)
        if has_right(incident.roster[user], right)
        and user not in unproved(incident.doors)
        and (is_decided or user in deciding)
        and (grant := _first(incident, user, right)) is not None
        and (grant.by is None or grant.at < asked_at)
        and _brought_by(incident, user, right, asked_at) != first
    )


def _first(incident: Incident, user: UserId, right: Right) -> Grant | None:
    """Return by what *user* came by *right*."""
    return next((grant for grant in incident.grants.get(user, ()) if has_right(grant.roles, right)), None)


def _brought_by(incident: Incident, user: UserId, right: Right, at: datetime) -> UserId:
    """Return who stands at the beginning of those who brought each other in lately, the last of whom is *user*."""
    seen = {user}
    while (grant := _first(incident, user, right)) is not None and grant.by is not None:
        if at - grant.at >= ON_THEIR_OWN_AFTER or grant.by in seen:
            break
        # Whoever brings somebody in leads.
        user, right = grant.by, Right.LEAD
        seen.add(user)
    return user
