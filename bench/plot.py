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
        _bots(axes, parts[part]["samples"]["bots"], LATENCIES[part])
    return drawn


def _bots(axes: Axes, bots: Mapping[str, Mapping[str, Any]], title: str) -> None:
    longest = 0.0
    for name, one in sorted(bots.items(), key=lambda item: float(item[1]["p50_ms"])):
        longest = max(longest, percentile(one["turns_ms"], 99))
        _share(axes, one["turns_ms"], f"{NAMES.get(name, name)}, p50 {one['p50_ms']:.0f} ms", COLOURS.get(name))
    _frame(axes, title, "milliseconds", "% of turns that took no longer")
    # From zero, so that lengths can be compared; the slowest turns of all are in the result.
    axes.set_xlim(0, longest * 1.05)
    axes.legend(loc="lower right", frameon=False, fontsize=8)


def _frame(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title, fontsize=9)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(visible=True, color="#e4e4e4", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def growth(parts: Parts) -> Figure | None:
    """Return how the answer's time grows with the number of rooms, as a multiple of that at one room."""
    one = parts.get("growth")
    if one is None:
        return None
    drawn = Figure(figsize=(9.2, 4.2), layout="constrained")
    left, right = drawn.subplots(1, 2)
    bots, rooms = one["samples"]["growth_turns"], one["samples"]["growth"]["rooms"]
    for name, label, colour in (("one", "1 room", COLOURS["bare"]), ("many", f"{rooms:,} rooms", COLOURS["cellule"])):
        _share(left, bots[name]["turns_ms"], f"{label}, p50 {bots[name]['p50_ms']:.0f} ms", colour)
    _frame(left, "Command to encrypted answer", "milliseconds", "% of turns that took no longer")
    left.set_xlim(0, 1.05 * max(percentile(bot["turns_ms"], 99) for bot in bots.values()))
    left.legend(loc="lower right", frameon=False, fontsize=8)
    runs = [run for run in (one.get("smaller"), one) if run is not None]
    points = [(run["samples"]["growth"]["rooms"], run["figures"]["growth_ratio"], run["intervals_95"]) for run in runs]
    right.plot([1, *(x for x, _, _ in points)], [1.0, *(y for _, y, _ in points)], "o-", color=COLOURS["cellule"])
    for x, y, intervals in points:
        low, high = intervals["growth_ratio"]
        right.plot([x, x], [low, high], color=COLOURS["cellule"], linewidth=1.2)
        right.annotate(f"{y:.2f}", (x, y), textcoords="offset points", xytext=(-10, -14))
    _goal(right, 1.2, "goal: 1.2")
    _frame(right, "The same, p50, as a multiple of that at one room", "rooms", "ratio")
    right.set_xscale("log")
    ticks = [1, *(x for x, _, _ in points)]
    right.set_xticks(ticks, [f"{x:,}" for x in ticks])
    right.minorticks_off()
    right.set_ylim(0, max(1.4, *(1.05 * intervals["growth_ratio"][1] for _, _, intervals in points)))
    return drawn


def cascade(parts: Parts) -> Figure | None:
    """Return how many rooms there were at each moment after the command, and how much memory the bot held."""
    one = parts.get("cascade")
    if one is None or not one["samples"].get("made_s"):
        return None
    samples = one["samples"]
    drawn = Figure(figsize=(9.2, 4.2), layout="constrained")
    left, right = drawn.subplots(1, 2, width_ratios=(3, 2))
    told, end = samples["rooms"], max(samples["readable_s"])
    count = len(samples["made_s"])
    bare = 2 / (1 / told["bare_before_per_s"] + 1 / told["bare_after_per_s"])
    for ceiling, label, style in (
        (bare, "bare createRoom", "--"),
        (told["bare_with_words_per_s"], "bare, with words", ":"),
    ):
        left.plot(
            [0, count / ceiling], [0, count], style, color=COLOURS["bare"], label=f"{label}, {ceiling:.1f} a second"
        )
    for name, label, colour in (("made_s", "made", COLOURS["cellule"]), ("readable_s", "told", COLOURS["nio-bot"])):
        times = sorted(samples[name])
        rate = len(times) / times[-1]
        left.step(times, range(1, len(times) + 1), where="post", label=f"{label}, {rate:.1f} a second", color=colour)
    _frame(left, f"{count:,} rooms by one command", "seconds after the command", "rooms")
    left.set_xlim(0, end * 1.02)
    left.set_ylim(0, count * 1.03)
    left.legend(loc="lower right", frameon=False, fontsize=8)
    held = samples["rss_mb"]
    right.plot([at for at, _ in held], [mb for _, mb in held], color=COLOURS["cellule"], linewidth=1.4)
    _goal(right, 300, "goal: 300 MB")
    _frame(right, "Memory of the bot", "seconds since its start", "MB")
    right.set_xlim(0)
    right.set_ylim(0, max(320.0, 1.05 * max(mb for _, mb in held)))
    return drawn


def alarms(parts: Parts) -> Figure | None:
    """Return what share of reminders came no later than a number of seconds: at rest, and while rooms are opened."""
    drawn = Figure(figsize=(5.6, 4.2), layout="constrained")
    axes = drawn.subplots()
    longest = 1.4
    for part, name, label, colour in (
        ("alarms", "alarms", "at rest", COLOURS["cellule"]),
        ("cascade", "reminders", "while rooms are opened", COLOURS["nio-bot"]),
    ):
        late = parts.get(part, {}).get("samples", {}).get(name, {}).get("late_s")
        if late:
            p99 = percentile(late, 99)
            longest = max(longest, *late)
            _share(axes, late, f"{label}: {len(late)} reminders, p99 {p99:.2f} s", colour)
    if not axes.lines:
        return None
    axes.axvline(1.0, color="#cc0000", linestyle=":", linewidth=1.2, label="goal for p99: 1 s")
    _frame(axes, "How late reminders reach the homeserver, encrypted", "seconds", "% of reminders no later than that")
    axes.set_xlim(0, longest * 1.05)
    axes.legend(loc="lower right", frameon=False, fontsize=8)
    return drawn


def _share(axes: Axes, values: Sequence[float], label: str, colour: str | None) -> None:
    ordered = sorted(values)
    shares = [100 * (place + 1) / len(ordered) for place in range(len(ordered))]
    axes.step(ordered, shares, where="post", label=label, color=colour, linewidth=1.8)
    axes.set_ylim(0, 101)


def _goal(axes: Axes, at: float, label: str) -> None:
    axes.axhline(at, color="#cc0000", linestyle=":", linewidth=1.2)
    axes.annotate(
        label,
        (0.02, at),
        xycoords=("axes fraction", "data"),
        color="#cc0000",
        xytext=(0, 4),
        textcoords="offset points",
        fontsize=8,
    )


PICTURES: Mapping[str, Callable[[Parts], Figure | None]] = {
    "latency": latency,
    "growth": growth,
    "cascade": cascade,
    "alarms": alarms,
}


if __name__ == "__main__":
    draw(kept.parts())
