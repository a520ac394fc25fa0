"""Signs of life: when each person of an organisation was last heard of. Only asked of the children of a cascade."""

from __future__ import annotations

from dataclasses import replace

from bot.core import facts
from bot.core.facts.base import Deed
from bot.core.incident import Incident
from bot.core.names import UserId


def heard(incident: Incident, fact: facts.Fact) -> Incident:
    """Return *incident*, to which *fact* just happened, with what it says of whoever it is about."""
    user = _whose(fact)
    if incident.parent is None or user is None or user not in incident.roster:
        return incident
    return replace(incident, heard={**incident.heard, user: fact.at})


def _whose(fact: facts.Fact) -> UserId | None:
    if isinstance(fact, facts.Joined | facts.Left):
        return fact.user
    return fact.by if isinstance(fact, Deed) else None
