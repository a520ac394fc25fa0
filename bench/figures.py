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


def against_floor(
    latencies: Latencies, percents: Mapping[str, float], *, of: str = "cellule", floor: str = "bare"
) -> dict[str, Any]:
    """Return what one takes as a multiple of what the *floor* takes, at each percentile that *percents* names."""
    ratios = {key: ratio(latencies[of], latencies[floor], percent) for key, percent in percents.items()}
    return {
        **{key: round(one.value, 3) for key, one in ratios.items()},
        "intervals_95": {key: one.as_json() for key, one in ratios.items()},
        "bots": described(latencies),
    }


def against_peers(latencies: Latencies) -> dict[str, Any]:
    """Return Cellule's median as a multiple of each peer's; the greatest is that against the fastest of them."""
    peers = [name for name in latencies if name != "cellule"]
    ratios = {name: ratio(latencies["cellule"], latencies[name], 50) for name in peers}
    found: dict[str, Any] = {"bots": described(latencies)}
    if ratios:
        fastest = max(ratios, key=lambda name: ratios[name].value)
        found |= {
            "peer_ratio_max": round(ratios[fastest].value, 3),
            "intervals_95": {
                "peer_ratio_max": ratios[fastest].as_json(),
                **{name: one.as_json() for name, one in ratios.items()},
            },
            "peer_ratios": {name: round(one.value, 3) for name, one in ratios.items()},
        }
    return found
