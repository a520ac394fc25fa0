"""The page of attacks is held to the tests that play them, to the log, and the figures to the last long run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from tests.docs.pages import ROOT, passage, read, sources

PAGE = read("docs/attacks.md")
HOSTILE = ROOT / "tests" / "hostile"
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| ")]
TESTS = ROOT / "tests"
BESIDE = (
    HOSTILE / "fuzz" / "test_cost.py",
    TESTS / "core" / "decide" / "test_one_alone.py",
    *(TESTS / "bridges").rglob("test_*.py"),
    *(TESTS / "matrix").rglob("test_*.py"),
    *(TESTS / "service").rglob("test_*.py"),
)
"""Where attacks are played on a part of the bot."""


def named_in(paths: Iterable[Path]) -> set[str]:
    return {name for path in paths for name in re.findall(r"def (test_\w+)", path.read_text())}


def test_every_attack_has_a_row_and_every_row_a_test() -> None:
    told = [name for row in ROWS for name in re.findall(r"`(test_\w+)`", row[-1])]
    assert len(told) == len({*told})
    assert {*told} - named_in([*HOSTILE.glob("test_*.py"), *BESIDE]) == set()
    assert named_in(HOSTILE.glob("test_*.py")) - {*told} == set()


def test_every_line_of_the_log_is_one_the_program_writes() -> None:
    code = sources()
    lines = [line for row in ROWS for line in re.findall(r"`([^`]+)`", row[2])]
    parts = [part.strip() for line in lines for part in re.split(r"\.\.\.|\bN\b|\bCODE\b|: |[()]", line)]
    assert len(lines) > 30
    assert [part for part in parts if part not in code] == []


def test_the_figures_are_those_of_the_last_long_run() -> None:
    figures = json.loads((HOSTILE / "latest.json").read_text())
    told = passage(read("docs/security.md"), "Attacks")
    for figure in (f"{figures['tried']:,}", figures["date"], figures["python"], figures["machine"]):
        assert figure in told
    assert (figures["accepted"], figures["crashed"]) == (0, 0)
    assert all(f"{count['tried']:,} {name}" in told for name, count in figures["by fuzzer"].items())
