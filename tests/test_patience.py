"""No test waits by luck: deadlines come from one place, and nothing is measured by the clock on the wall."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
OF_THE_WALL = {"time.time", "time.monotonic", "time.perf_counter"}
WAITS = {"asyncio.timeout", "asyncio.wait_for"}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Go through every call in the tests: its place, the name of what is called, and the call."""
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(HERE)}:{node.lineno}", ast.unparse(node.func), node


def test_no_test_reads_the_clock_on_the_wall() -> None:
    assert [place for place, name, _ in calls() if name in OF_THE_WALL] == []


def test_no_deadline_is_written_where_it_is_used() -> None:
    deadlines = [(place, call) for place, name, call in calls() if name in WAITS]
    written = [place for place, call in deadlines if any(isinstance(word, ast.Constant) for word in call.args)]
    assert written == [], "take PATIENCE_S, or eventually, of tests/patience.py"
