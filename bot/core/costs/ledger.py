"""Costs and outages as the facts make them. What was corrected or cancelled stays in the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.core.facts.work import (
    CostCancelled,
    CostCorrected,
    CostFact,
    CostNoted,
    OutageCancelled,
    OutageFact,
    OutageNoted,
    OutageTimed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A cost, and all that was said of it."""

    now: CostNoted | CostCorrected
    """As it was said last."""
    said: tuple[CostFact, ...]
    """Every fact about it, the oldest first: the first one noted it."""
    cancelled: CostCancelled | None = None

    @property
    def number(self) -> int:
        """Its number within the incident."""
        return self.now.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A system that is, or was, out of reach."""

    noted: OutageNoted
    begin: datetime
    """As it was said last; so is the end, which is None while it goes on."""
    end: datetime | None
    cancelled: OutageCancelled | None = None

    @property
    def number(self) -> int:
        """Its number within the incident."""
        return self.noted.number

    def lasts(self, now: datetime) -> timedelta:
        """Return how long it lasted, or has lasted until *now*."""
        return max(timedelta(), (self.end or now) - self.begin)


Costs = Mapping[int, Cost]
"""By number, the oldest first."""
Outages = Mapping[int, Outage]
"""By number, the oldest first."""


def costs_after(costs: Costs, fact: CostFact) -> Costs:
    """Return the costs after *fact*."""
    match fact:
        case CostNoted(number=number):
            return {**costs, number: Cost(now=fact, said=(fact,))}
        case CostCorrected(number=number):
            known = costs[number]
            return {**costs, number: replace(known, now=fact, said=(*known.said, fact))}
        case CostCancelled(number=number):
            known = costs[number]
            return {**costs, number: replace(known, cancelled=fact, said=(*known.said, fact))}
        case _:
            assert_never(fact)


def outages_after(outages: Outages, fact: OutageFact) -> Outages:
    """Return the outages after *fact*."""
    match fact:
        case OutageNoted(number=number, begin=begin, end=end):
            return {**outages, number: Outage(noted=fact, begin=begin, end=end)}
        case OutageTimed(number=number, begin=begin, end=end):
            return {**outages, number: replace(outages[number], begin=begin, end=end)}
        case OutageCancelled(number=number):
            return {**outages, number: replace(outages[number], cancelled=fact)}
        case _:
            assert_never(fact)


def standing(costs: Costs) -> tuple[Cost, ...]:
    """Return the costs that count, the oldest first."""
    return tuple(cost for cost in costs.values() if cost.cancelled is None)


def counted(outages: Outages) -> tuple[Outage, ...]:
    """Return the outages that count, the first to begin first."""
    found = (outage for outage in outages.values() if outage.cancelled is None)
    return tuple(sorted(found, key=lambda outage: (outage.begin, outage.number)))


def time_down(outages: Iterable[Outage], now: datetime) -> timedelta:
    """Return for how long at least one of *outages* went on: what overlaps counts once."""
    total, until = timedelta(), datetime.min.replace(tzinfo=now.tzinfo)
    for outage in sorted(outages, key=lambda outage: outage.begin):
        end = outage.begin + outage.lasts(now)
        total += max(timedelta(), end - max(outage.begin, until))
        until = max(until, end)
    return total
