"""Whom a room reaches: when each person was last heard of, and who could not be invited to it."""

from __future__ import annotations

from dataclasses import replace

from bot.core import facts
from bot.core.facts.base import Deed
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.rhythm.state import watched


def heard(incident: Incident, fact: facts.Fact) -> Incident:
    """Return *incident*, to which *fact* just happened, with what it says of whom the room reaches.

    Who came first is kept of the children of a cascade alone: nobody asks for it elsewhere. Deeds are kept apart, too:
    they come encrypted, while whoever runs the homeserver can make people come and go.
    """
    after, user = _invited(incident, fact), _whose(fact)
    if user is None or user not in after.roster:
        return after
    is_first = after.parent is not None and isinstance(fact, facts.Joined) and user not in after.came
    came = {**after.came, user: fact.at} if is_first else after.came
    known = replace(after, heard={**after.heard, user: fact.at}, came=came)
    if not isinstance(fact, Deed):
        return known
    rhythm = watched(known.rhythm, user, known.acted.get(user), fact.at)
    return replace(known, acted={**known.acted, user: fact.at}, rhythm=rhythm)


def _invited(incident: Incident, fact: facts.Fact) -> Incident:
    match fact:
        case facts.InvitationRefused(user=user):
            return replace(incident, uninvited=tuple(dict.fromkeys((*incident.uninvited, user))))
        case facts.PersonInvited(user=user) if user in incident.uninvited:
            return replace(incident, uninvited=tuple(other for other in incident.uninvited if other != user))
        case _:
            return incident


def _whose(fact: facts.Fact) -> UserId | None:
    if isinstance(fact, facts.Joined | facts.Left):
        return fact.user
    return fact.by if isinstance(fact, Deed) else None
