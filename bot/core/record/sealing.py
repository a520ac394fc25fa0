"""What the record of an incident still waits for: a checkpoint over what came since the last one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.core import facts
from bot.core.incident import Incident, Status

SEALED_WITHIN = timedelta(days=1)
"""How long an entry stands in an open incident before a checkpoint is over it."""


def kept(incident: Incident, fact: facts.RecordFact) -> Incident:
    """Return *incident* after something was said of its record."""
    match fact:
        case facts.CheckpointPosted():
            return replace(incident, checkpoints=(*incident.checkpoints, fact), unsealed_since=None)
        case facts.CheckpointWitnessed(number=number, by=by):
            seen = incident.witnesses.get(number, frozenset()) | {by}
            return replace(incident, witnesses={**incident.witnesses, number: seen})
        case facts.Held():
            return replace(incident, held=fact)
        case facts.HoldLifted():
            return replace(incident, held=None, hold_lifted_at=fact.at)
        case _:
            assert_never(fact)


def unsealed(incident: Incident, fact: facts.Fact) -> Incident:
    """Return *incident*, to which *fact* just happened, with since when something waits to be sealed.

    Checkpoints and their witnesses wait for the next one: alone they would be sealed for ever.
    """
    if incident.unsealed_since is not None or isinstance(fact, facts.CheckpointPosted | facts.CheckpointWitnessed):
        return incident
    return replace(incident, unsealed_since=fact.at)


def seal_due(incident: Incident) -> datetime | None:
    """Return when the next checkpoint is to be made by itself; None where nothing waits, or the room is silent."""
    if incident.unsealed_since is None or incident.status is not Status.OPEN:
        return None
    return incident.unsealed_since + SEALED_WITHIN
