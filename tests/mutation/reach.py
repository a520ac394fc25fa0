"""Measures which tests go over which line, once for each state of the code and of the tests (`build/mutants`)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from coverage import CoverageData

from tests.mutation.mutants import ROOT, Mutant

BUILD = ROOT / "build" / "mutants"
_DATA, _JUNIT, _STAMP = BUILD / "coverage", BUILD / "junit.xml", BUILD / "stamp"
_IN_PROCESS = "not peer and not long and not hostile"
_BESIDE = ("tests/matrix", "tests/service", "tests/cli", "tests/fakes", "tests/host")
"""The tests of these rooms; those of the core go over them by the way only, and take long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which tests go over a line, and how long each takes, in seconds."""

    tests: Mapping[tuple[str, int], frozenset[str]]
    took: Mapping[str, float]

    def of(self, mutant: Mutant, most_s: float) -> list[str]:
        """Return the tests that go over the line of *mutant*, its own first, then the fast, as many as end in time.

        A line that runs at import, a default for one, belongs to all tests that go over its file.
        """
        found = self.tests.get((mutant.path, mutant.line)) or frozenset[str]().union(
            *(tests for (path, _), tests in self.tests.items() if path == mutant.path)
        )
        own = str(Path(mutant.path).parent).replace("bot", "tests", 1)
        chosen, left = list[str](), most_s
        for test in sorted(found, key=lambda test: (not test.startswith(own), self.took[test], test)):
            left -= self.took[test]
            if left < 0 and chosen:
                break
            chosen.append(test)
        return chosen


def measured() -> Reach:
    """Return what goes over what."""
    stamp = _stamp()
    if not _STAMP.exists() or _STAMP.read_text() != stamp:
        BUILD.mkdir(parents=True, exist_ok=True)
        _measure()
        _STAMP.write_text(stamp)
    took = {_node(case.attrib): float(case.attrib["time"]) for case in ElementTree.parse(_JUNIT).iter("testcase")}
    tests = defaultdict[tuple[str, int], set[str]](set)
    read = CoverageData(basename=str(_DATA))
    read.read()
    for path in read.measured_files():
        name = str(Path(path).relative_to(ROOT))
        for line, contexts in read.contexts_by_lineno(path).items():
            tests[name, line] |= took.keys() & {context.rpartition("|")[0] for context in contexts}
    return Reach(tests={key: frozenset(found) for key, found in tests.items()}, took=took)


def _stamp() -> str:
    files = sorted(path for folder in ("bot", "tests") for path in (ROOT / folder).rglob("*.py"))
    return hashlib.sha256(b"".join(bytes(path) + path.read_bytes() for path in files)).hexdigest()


def _measure() -> None:
    words = ("--cov", "--cov-context=test", f"--cov-config={Path(__file__).with_name('coverage.ini')}", "--cov-report=")
    command = (sys.executable, "-m", "pytest", "-q", "-m", _IN_PROCESS, *words, f"--junit-xml={_JUNIT}", *_BESIDE)
    subprocess.run(command, cwd=ROOT, env={**os.environ, "COVERAGE_FILE": str(_DATA)}, check=True)


def _node(case: Mapping[str, str]) -> str:
    """Return the name pytest knows a test of the report by."""
    parts = case["classname"].split(".")
    end = next(end for end in range(len(parts), 0, -1) if (ROOT / Path(*parts[:end]).with_suffix(".py")).exists())
    return "::".join((str(Path(*parts[:end]).with_suffix(".py")), *parts[end:], case["name"]))
