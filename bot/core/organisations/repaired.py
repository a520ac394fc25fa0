"""What was mended from the parent's room, folded: see `bot.core.evolve`."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.core import facts
from bot.core.cascade import Cascade, cascade_after
from bot.core.facts.repair import RepairFact
from bot.core.incident import Incident


def repaired(incident: Incident, fact: RepairFact) -> Incident:
    """Return the incident, of the parent or of an organisation, after *fact*."""
    match fact:
        case facts.FirmsMerged() | facts.RemovedBelow():
            return replace(incident, cascade=cascade_after(incident.cascade or Cascade(), fact))
        case facts.RepairDone(number=number) | facts.FirmTookIn(number=number):
            return replace(incident, repaired=number)
        case facts.FirmMoved(number=number):
            return replace(incident, repaired=number, moved=fact)
        case _:
            assert_never(fact)
