"""Draws the pictures of docs/performance.md, from what is kept and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench import kept
from bench.figures import percentile
from bench.machine import ROOT
from bench.report import NAMES, Parts

IMAGES = ROOT / "docs" / "images"
COLOURS = {
    "cellule": "#0b5394",
    "bare": "#8a8a8a",
    "simplematrixbotlib": "#b45f06",
    "matrix-reminder-bot": "#38761d",
    "nio-bot": "#a64d79",
}
LATENCIES = {
    "echo": "Command to encrypted answer:\nagainst a bare echo that keeps nothing",
    "peers": "Command to encrypted answer:\nagainst other bots",
    "opening": "!open to eight readers of the first step:\nagainst the bare calls",
}


def draw(parts: Parts, folder: Path = IMAGES) -> None:
    """Write every picture there is something kept for; the same results give the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        if (drawn := picture(parts)) is not None:
            with mpl.rc_context({"svg.hashsalt": "cellule", "svg.fonttype": "path", "font.size": 9}):
                drawn.savefig(folder / f"{name}.svg", metadata={"Date": None})


def latency(parts: Parts) -> Figure | None:
    """Return one panel for each measurement: for every time, the share of turns that took no longer."""
    here = [part for part in LATENCIES if part in parts]
    if not here:
        return None
    drawn = Figure(figsize=(4.6 * len(here), 4.2), layout="constrained")
    for axes, part in zip(drawn.subplots(1, len(here), squeeze=False)[0], here, strict=True):
        _shares(axes, parts[part]["samples"]["bots"], LATENCIES[part])
    return drawn


def _shares(axes: Axes, bots: Mapping[str, Mapping[str, Any]], title: str) -> None:
    longest = 0.0
    for name, one in sorted(bots.items(), key=lambda item: float(item[1]["p50_ms"])):
        turns: Sequence[float] = sorted(one["turns_ms"])
        longest = max(longest, percentile(turns, 99))
        shares = [100 * (place + 1) / len(turns) for place in range(len(turns))]
        label = f"{NAMES.get(name, name)}, p50 {one['p50_ms']:.0f} ms"
        axes.step(turns, shares, where="post", label=label, color=COLOURS.get(name), linewidth=1.8)
    _frame(axes, title, "milliseconds", "% of turns that took no longer")
    # From zero, so that lengths can be compared; the slowest turns of all are in the result.
    axes.set_xlim(0, longest * 1.05)
    axes.set_ylim(0, 101)
    axes.legend(loc="lower right", frameon=False, fontsize=8)


def _frame(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title, fontsize=9)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(visible=True, color="#e4e4e4", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


PICTURES: Mapping[str, Callable[[Parts], Figure | None]] = {"latency": latency}


if __name__ == "__main__":
    draw(kept.parts())
