"""What is served and logged while the bot runs, as tables: the metrics, and the lines of the log with their levels."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from bot.host.metrics import Metrics

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/log.md"
ENDINGS = {"counter": "_total", "info": "_info"}
"""What the format adds to a name."""
LEVELS = ("error", "warning", "info")
_HOLES = re.compile(r"\.\.\.|\bN\b|\bCODE\b|\bKIND\b|\bREASON\b|\bHOW\b|\bID\b|X{8}|%[a-z]")


def metrics() -> str:
    """Return every metric that is served: its name, its help, its type, its labels."""
    lines = ["| metric | says | type | labels |", "|---|---|---|---|"]
    registry = _registry()
    ours = (one for one in registry._collector_to_names if isinstance(one, MetricWrapperBase))
    labels = {one._name: ", ".join(one._labelnames) for one in ours}
    for one in sorted(registry.collect(), key=lambda found: found.name):
        name = f"{one.name}{ENDINGS.get(one.type, '')}"
        lines.append(f"| `{name}` | {one.documentation} | {one.type} | {labels.get(one.name, '')} |")
    return "\n".join(lines) + "\n"


def _registry() -> CollectorRegistry:
    return Metrics().registry


def log_lines() -> str:
    """Return the rows of the page of the log anew: sorted, each with the level that the code gives it.

    What a line means and what to do stands in the page itself, and nowhere else; a new row may be put anywhere in it.
    """
    known = list(templates())
    rows = [_row(line, known) for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and "`" in line]
    return "\n".join(["| level | line | means | do |", "|---|---|---|---|", *sorted(rows, key=_alphabet)]) + "\n"


def _row(line: str, known: list[tuple[str, str]]) -> str:
    _, _, said, means, do, _ = (part.strip() for part in re.split(r"(?<!\\)\|", line))
    levels = {level for one in re.findall(r"`([^`]+)`", said) for level in levels_of(one, known)}
    return f"| {' or '.join(level for level in LEVELS if level in levels)} | {said} | {means} | {do} |"


def _alphabet(row: str) -> str:
    words = re.sub(r"[^a-z ]", "", _HOLES.sub("", row.split("|")[2]).lower())
    return " ".join(words.split())


def levels_of(line: str, known: list[tuple[str, str]]) -> set[str]:
    """Return at which levels *line*, as it is documented, is logged: whole, or by its beginning, or as one of many."""
    as_told, as_written = _pattern(line), line.removeprefix("... ")
    ways: tuple[Callable[[str], object], ...] = (
        lambda text: re.fullmatch(as_told, text),
        lambda text: re.match(as_told, text),
        lambda text: re.match(_pattern(text), as_written),
    )
    found = ({level for text, level in known if fits(text)} for fits in ways)
    return next((levels for levels in found if levels), set())


def _pattern(line: str) -> str:
    return ".+".join(re.escape(part) for part in _HOLES.split(line))


def templates() -> Iterator[tuple[str, str]]:
    """Yield every line that the bot logs, holes and all, with its level."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if "demo" not in path.parts:
            yield from _logged(ast.parse(path.read_text("utf-8")))


def _logged(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="_log" | "log" | "logger"), attr=level),
                args=[ast.Constant(value=str(text)), *_],
            ):
                yield text, "error" if level in {"exception", "critical"} else level
