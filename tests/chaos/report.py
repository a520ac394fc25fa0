"""What a run comes to, as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.chaos.episode import Stage
from tests.chaos.model import Verdict


def found(seed: int, stage: Stage, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return the figures of a run. The last of *verdicts* is about all that happened, the others about parts of it."""
    lost, doubled, invented, wrong = (
        len({what for verdict in verdicts for what in getattr(verdict, name)})
        for name in ("lost", "doubled", "invented", "wrong")
    )
    return {
        "chaos_kills": sum(stage.reaper.kills.values()),
        "chaos_lost": lost,
        "chaos_doubled": doubled,
        "invented": invented,
        "wrong": wrong,
        "seed": seed,
        "exactly_once": _sorted(verdicts[-1].held),
        "kills": _sorted(stage.reaper.kills),
        "ended_by_itself": stage.reaper.ended,
        "faults": _sorted(stage.weather.faults),
        "pages_fetched": stage.weather.pages,
        "keys_withheld": stage.weather.mailbox.withheld,
    }


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return {str(name): counts[name] for name in sorted(counts)}
