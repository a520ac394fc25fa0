"""Sums of costs: by kind, by currency and in hours. Two currencies are never added, nor money and hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from bot.core.costs.amounts import CostKind, Effort, Money
from bot.core.costs.ledger import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What costs add up to. The estimated is not in the incurred."""

    minutes: int = 0
    estimated_minutes: int = 0
    money: Mapping[str, Money] = field(default_factory=dict)
    """By currency, in the order in which each came first."""
    estimated_money: Mapping[str, Money] = field(default_factory=dict)


def total(costs: Iterable[Cost]) -> Total:
    """Return what *costs* add up to."""
    minutes = {False: 0, True: 0}
    money: dict[bool, dict[str, Money]] = {False: {}, True: {}}
    for cost in costs:
        estimated, amount = cost.now.estimated, cost.now.amount
        match amount:
            case Effort():
                minutes[estimated] += amount.minutes
            case Money():
                sums = money[estimated]
                sums[amount.currency] = _sum(sums.get(amount.currency), amount)
            case _:
                assert_never(amount)
    return Total(
        minutes=minutes[False], estimated_minutes=minutes[True], money=money[False], estimated_money=money[True]
    )


def totals(costs: Iterable[Cost]) -> Mapping[CostKind, Total]:
    """Return what *costs* add up to by kind, in the order of the kinds; a kind without a cost is not there."""
    listed = tuple(costs)
    by_kind = {kind: [cost for cost in listed if cost.now.kind is kind] for kind in CostKind}
    return {kind: total(found) for kind, found in by_kind.items() if found}


def _sum(one: Money | None, other: Money) -> Money:
    """Add two amounts of a currency, in the smaller of their units."""
    if one is None:
        return other
    digits = max(one.digits, other.digits)
    units = sum(money.units * 10 ** (digits - money.digits) for money in (one, other))
    return Money(units=units, digits=digits, currency=other.currency)
