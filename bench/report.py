"""What a result says in words: in the terminal, and in the generated passages of docs/performance.md."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LATEST = ROOT / "bench" / "results" / "latest.json"
PAGE = ROOT / "docs" / "performance.md"

Result = Mapping[str, Any]

GOALS = {
    "echo_ratio_p50": (1.15, 1.0),
    "echo_ratio_p99": (1.5, 1.2),
    "open_ratio": (1.3, 1.3),
    "peer_ratio_max": (1.0, 1.0),
}
"""The milestone and the goal of each ratio."""
TITLES = {
    "echo_ratio_p50": "command to encrypted answer, p50, against a bare echo",
    "echo_ratio_p99": "the same, p99",
    "peer_ratio_max": "the same, p50, against the fastest peer",
    "open_ratio": "`!open` to eight readers of the first step, against the bare calls",
}
NAMES = {"cellule": "Cellule", "bare": "bare nio"}


def as_text(result: Result) -> str:
    """Return *result* as JSON with every list on one line: a diff of two results stays readable."""
    text = json.dumps(result, indent=1, ensure_ascii=False)
    return re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found[0].split()), text) + "\n"


def read(path: Path = LATEST) -> dict[str, Any]:
    """Return the result kept at *path*."""
    result: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return result


def ratios(result: Result) -> str:
    """Return the table of ratios."""
    lines = ["| what | ratio | 19 times in 20 between | milestone | goal |", "|---|---|---|---|---|"]
    for key, title in TITLES.items():
        if key in result:
            low_high = result["intervals_95"].get(key)
            between = f"{low_high[0]:.2f} and {low_high[1]:.2f}" if low_high else ""
            milestone, goal = GOALS[key]
            lines.append(f"| {title} | **{result[key]:.2f}** | {between} | {milestone} | {goal} |")
    return "\n".join(lines) + "\n"


def latencies(result: Result) -> str:
    """Return the table of times, one row for each bot and measurement."""
    lines = ["| measurement | bot | turns | p50 | p99 |", "|---|---|---|---|---|"]
    titles = {"echo": "answer, against the floor", "peers": "answer, against peers", "opening": "opening"}
    for part, title in titles.items():
        for name, one in sorted(result.get(part, {}).items(), key=lambda item: item[1]["p50_ms"]):
            turns = len(one["turns_ms"])
            p99 = f"{one['p99_ms']:.1f} ms" if turns >= 100 else "too few turns"
            lines.append(f"| {title} | {_shown(name, result)} | {turns} | {one['p50_ms']:.1f} ms | {p99} |")
    for name, reason in result.get("left_out", {}).items():
        lines.append(f"| answer, against peers | {_shown(name, result)} | none: {' '.join(reason.split())} | | |")
    return "\n".join(lines) + "\n"


def conditions(result: Result) -> str:
    """Return the list of what the run was made on and with."""
    on, of, day = result["machine"], result["versions"], result["date"][:10]
    peers = ", ".join(_shown(name, result) for name in of["peers"])
    return (
        f"- {on['cpu']}, {on['cores']} cores, {on['memory_gb']:.0f} GB of memory; {on['os']}, Python {on['python']};"
        " bots, homeserver and people all on this machine\n"
        f"- Cellule at commit {of['cellule']}, matrix-nio {of['matrix-nio']}, vodozemac {of['vodozemac']},"
        f" aiohttp {of['aiohttp']}; Synapse {of['synapse']} on SQLite, limits lifted\n"
        f"- {peers}; the versions of all they stand on are in the result\n"
        f"- {day}, {result['form']} form, {result['seconds']} s, load before it {result['load_before']}\n"
    )


def runs(_result: Result) -> str:
    """Return the table of every run that is kept, the latest result among them."""
    lines = ["| run | commit | load before it | " + " | ".join(GOALS) + " |", "|---|---|---|" + "---|" * len(GOALS)]
    for path in sorted(LATEST.parent.glob("run-*.json")):
        run = read(path)
        shown = " | ".join(f"{run[key]:.2f}" for key in GOALS)
        lines.append(f"| {path.stem} | {run['versions']['cellule']} | {run['load_before']} | {shown} |")
    return "\n".join(lines) + "\n"


PASSAGES: Mapping[str, Callable[[Result], str]] = {
    "ratios": ratios,
    "latencies": latencies,
    "conditions": conditions,
    "runs": runs,
}


def fill(page: str, result: Result) -> str:
    """Return *page* with every passage between markers as *result* has it; KeyError names an unknown passage."""
    pattern = re.compile(r"(<!-- measured: (?P<name>.+?) -->\n).*?(<!-- end: (?P=name) -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}\n{PASSAGES[found['name']](result)}\n{found[3]}", page)


def summary(result: Result) -> str:
    """Return what the terminal shows at the end."""
    return f"{ratios(result)}\n{latencies(result)}".strip()


def publish() -> None:
    """Bring the page and its picture up to the latest result."""
    from bench import plot  # noqa: PLC0415 - matplotlib is slow to load and only wanted here

    result = read()
    PAGE.write_text(fill(PAGE.read_text("utf-8"), result), encoding="utf-8")
    plot.draw(result)


def _shown(name: str, result: Result) -> str:
    version = result["versions"]["peers"].get(name, {}).get(name)
    return f"{name} {version}" if version else NAMES.get(name, name)


if __name__ == "__main__":
    publish()
