"""Draws the picture of docs/performance.md, from the kept result and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.figures import percentile
from bench.report import NAMES, ROOT, Result, read

PICTURE = ROOT / "docs" / "performance.svg"
COLOURS = {
    "cellule": "#0b5394",
    "bare": "#8a8a8a",
    "simplematrixbotlib": "#b45f06",
    "matrix-reminder-bot": "#38761d",
    "nio-bot": "#a64d79",
}
PARTS = (
    ("echo", "Command to encrypted answer:\nagainst a bare echo that keeps nothing"),
    ("peers", "Command to encrypted answer:\nagainst other bots"),
    ("opening", "!open to eight readers of the first step:\nagainst the bare calls"),
)


def figure(result: Result) -> Figure:
    """Return one panel for each measurement: for every time, the share of turns that took no longer."""
    parts = [(part, title) for part, title in PARTS if result.get(part)]
    drawn = Figure(figsize=(4.6 * len(parts), 4.2), layout="constrained")
    for axes, (part, title) in zip(drawn.subplots(1, len(parts), squeeze=False)[0], parts, strict=True):
        _panel(axes, result[part], title)
    return drawn


def draw(result: Result, path: Path = PICTURE) -> None:
    """Write the picture; the same result gives the same file."""
    with mpl.rc_context({"svg.hashsalt": "cellule", "svg.fonttype": "path", "font.size": 9}):
        metadata = {"Date": None} if path.suffix == ".svg" else None
        figure(result).savefig(path, metadata=metadata, dpi=110)


def _panel(axes: Axes, bots: Mapping[str, Mapping[str, Any]], title: str) -> None:
    longest = 0.0
    for name, one in sorted(bots.items(), key=lambda item: item[1]["p50_ms"]):
        turns: Sequence[float] = sorted(one["turns_ms"])
        longest = max(longest, percentile(turns, 99))
        shares = [100 * (place + 1) / len(turns) for place in range(len(turns))]
        label = f"{NAMES.get(name, name)}, p50 {one['p50_ms']:.0f} ms"
        axes.step(turns, shares, where="post", label=label, color=COLOURS.get(name), linewidth=1.8)
    axes.set_title(title, fontsize=9)
    axes.set_xlabel("milliseconds")
    axes.set_ylabel("% of turns that took no longer")
    # From zero, so that lengths can be compared; the slowest turns of all are in the result.
    axes.set_xlim(0, longest * 1.05)
    axes.set_ylim(0, 101)
    axes.grid(visible=True, color="#e4e4e4", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", frameon=False, fontsize=8)


if __name__ == "__main__":
    draw(read())
