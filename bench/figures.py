"""From latencies to the figures that are published: percentiles, ratios, and how sure they are."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RESAMPLES = 1_000

Latencies = Mapping[str, Sequence[float]]
"""Milliseconds of every turn, by bot."""


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least *percent* of all do not exceed (nearest rank)."""
    if not values:
        raise ValueError("no values, no percentile")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How many times slower the first is than the second, with the interval that holds it 19 times in 20."""

    value: float
    low: float
    high: float

    def as_json(self) -> list[float]:
        """Return the interval alone; the value has a key of its own."""
        return [round(self.low, 3), round(self.high, 3)]


def ratio(first: Sequence[float], second: Sequence[float], percent: float) -> Ratio:
    """Compare one percentile of two bots; the interval comes from drawing the turns again, always the same draws."""
    draw = random.Random(1)
    drawn = sorted(
        percentile(draw.choices(first, k=len(first)), percent)
        / percentile(draw.choices(second, k=len(second)), percent)
        for _ in range(RESAMPLES)
    )
    return Ratio(
        value=percentile(first, percent) / percentile(second, percent),
        low=percentile(drawn, 2.5),
        high=percentile(drawn, 97.5),
    )


def described(latencies: Latencies) -> dict[str, dict[str, Any]]:
    """Return each bot's percentiles and every single turn, in milliseconds, in the order they were taken."""
    return {
        name: {
            "p50_ms": round(percentile(values, 50), 1),
            "p99_ms": round(percentile(values, 99), 1),
            "turns_ms": [round(value, 1) for value in values],
        }
        for name, values in latencies.items()
    }


def result(echo: Latencies, peers: Latencies, opening: Latencies) -> dict[str, Any]:
    """Return what a run found: `echo` and `opening` against `bare`, the peers against Cellule in their own run."""
    found: dict[str, Any] = {}
    intervals: dict[str, list[float]] = {}
    for key, latencies, percent in (
        ("echo_ratio_p50", echo, 50),
        ("echo_ratio_p99", echo, 99),
        ("open_ratio", opening, 50),
    ):
        if latencies:
            compared = ratio(latencies["cellule"], latencies["bare"], percent)
            found[key], intervals[key] = round(compared.value, 3), compared.as_json()
    against = {
        name: round(percentile(peers["cellule"], 50) / percentile(values, 50), 3)
        for name, values in peers.items()
        if name != "cellule"
    }
    if against:
        fastest = max(against, key=lambda name: against[name])
        found["peer_ratio_max"] = against[fastest]
        intervals["peer_ratio_max"] = ratio(peers["cellule"], peers[fastest], 50).as_json()
    groups = {"echo": echo, "peers": peers, "opening": opening}
    return {
        **found,
        "intervals_95": intervals,
        "peer_ratios": against,
        **{name: described(latencies) for name, latencies in groups.items() if latencies},
    }
