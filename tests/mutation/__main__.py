"""Makes mistakes, one at a time, and runs the tests that go over the line, the fast ones first.

    make mutants                        300 of bot/matrix and bot/service, by chance, the same for the same seed
    make mutants ARGS="--count 50 --seed 7 matrix/guard.py"

Which tests go over which line is measured once for each commit (`build/mutants`). A mutant counts as killed when one of
them fails, or none ends. Tests that run the bot in another process are not asked.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree

from coverage import CoverageData

from tests.mutation.mutants import ROOT, Mutant, mutants_of
from tests.mutation.plugin import MUTANT

BUILD = ROOT / "build" / "mutants"
SURVIVORS = Path(__file__).with_name("survivors.json")
IN_PROCESS = "not peer and not long and not hostile"
BESIDE = (
    "tests/matrix",
    "tests/service",
    "tests/cli",
    "tests/fakes",
    "tests/host",
)
"""The tests of these rooms; those of the core go over them by the way only, and take long."""
MOST_TESTS_S = (30.0, 400.0)
"""So long the tests of one mutant may take by the measurement, the fast ones first; what lives through them is tried
once more, by more of them."""
_LEAST_TIMEOUT_S, _SLOWER = 120.0, 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which tests go over a line, and how long each takes, in seconds."""

    tests: Mapping[tuple[str, int], frozenset[str]]
    took: Mapping[str, float]

    def of(self, mutant: Mutant, most_s: float) -> list[str]:
        """Return the tests that go over the line of *mutant*, the fast ones first, as many as end in that time."""
        chosen, left = list[str](), most_s
        for test in sorted(self.tests.get((mutant.path, mutant.line), ()), key=lambda test: self.took.get(test, 1.0)):
            left -= self.took.get(test, 1.0)
            if left < 0 and chosen:
                break
            chosen.append(test)
        return chosen


def measured() -> Reach:
    """Return what goes over what; it is measured when the commit is another than that of the last measurement."""
    head = subprocess.run(("git", "rev-parse", "HEAD"), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    data, took, stamp = BUILD / "coverage", BUILD / "took.json", BUILD / "head"
    if not stamp.exists() or stamp.read_text() != head:
        BUILD.mkdir(parents=True, exist_ok=True)
        _measure(data, took)
        stamp.write_text(head)
    tests = defaultdict[tuple[str, int], set[str]](set)
    read = CoverageData(basename=str(data))
    read.read()
    for path in read.measured_files():
        name = str(Path(path).relative_to(ROOT))
        for line, contexts in read.contexts_by_lineno(path).items():
            tests[name, line] |= {context.rpartition("|")[0] for context in contexts if context}
    return Reach(tests={key: frozenset(found) for key, found in tests.items()}, took=json.loads(took.read_text()))


def _measure(data: Path, took: Path) -> None:
    words = ("--cov", "--cov-context=test", f"--cov-config={Path(__file__).with_name('coverage.ini')}", "--cov-report=")
    report = f"--junit-xml={BUILD / 'junit.xml'}"
    environment = {**os.environ, "COVERAGE_FILE": str(data)}
    subprocess.run(_pytest("-m", IN_PROCESS, *words, report, *BESIDE), cwd=ROOT, env=environment, check=True)
    cases = ElementTree.parse(BUILD / "junit.xml").iter("testcase")
    took.write_text(json.dumps({_node(case.attrib): float(case.attrib["time"]) for case in cases}))


def _node(case: Mapping[str, str]) -> str:
    path, *classes = _split(case["classname"])
    return "::".join((path, *classes, case["name"]))


def _split(classname: str) -> list[str]:
    parts = classname.split(".")
    place = next(end for end in range(len(parts), 0, -1) if (ROOT / Path(*parts[:end]).with_suffix(".py")).exists())
    return [str(Path(*parts[:place]).with_suffix(".py")), *parts[place:]]


def _pytest(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words)


def is_killed(mutant: Mutant, reach: Reach) -> bool:
    """Run the tests of *mutant*; say whether one fails, or none ends."""
    few, many = (reach.of(mutant, most_s) for most_s in MOST_TESTS_S)
    return bool(few) and (_fails(mutant, few, reach) or (many != few and _fails(mutant, many[len(few) :], reach)))


def _fails(mutant: Mutant, tests: Sequence[str], reach: Reach) -> bool:
    names = BUILD / f"tests-{os.getpid()}.txt"
    names.write_text("\n".join(tests))
    expected = sum(reach.took.get(test, 1.0) for test in tests)
    environment = {**os.environ, MUTANT: json.dumps(asdict(mutant))}
    words = _pytest("-x", "--no-cov", "-p", "tests.mutation.plugin", f"@{names}")
    try:
        ended = subprocess.run(
            words,
            check=False,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            timeout=_LEAST_TIMEOUT_S + _SLOWER * expected,
        )
    except subprocess.TimeoutExpired:
        return True
    if ended.returncode not in {0, 1, 2}:
        raise RuntimeError(ended.stdout.decode() + ended.stderr.decode())
    return ended.returncode != 0


def main(words: Sequence[str]) -> int:
    """Return 0 when every mutant that lives is one we know the reason of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", default=["matrix", "service"], help="folders or files below bot/")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20261128)
    chosen = parser.parse_args(words)
    reach = measured()
    found = [mutant for room in chosen.rooms for path in _files(room) for mutant in mutants_of(path)]
    picked = random.Random(chosen.seed).sample(found, min(chosen.count, len(found)))
    known = {(entry["path"], entry["was"], entry["text"]) for entry in json.loads(SURVIVORS.read_text())}
    alive = list[Mutant]()
    for number, mutant in enumerate(picked, 1):
        if is_killed(mutant, reach):
            continue
        alive.append(mutant)
        told(f"{number:4}  lives  {mutant}")
    unknown = [mutant for mutant in alive if (mutant.path, mutant.was, mutant.text) not in known]
    told(f"{len(picked)} of {len(found)} mutants, {len(picked) - len(alive)} killed, {len(alive)} live, of which")
    told(f"{len(unknown)} are not in {SURVIVORS.name}; seed {chosen.seed}")
    return int(bool(unknown))


def told(line: str) -> None:
    """Show a line at once: a run takes an hour."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _files(room: str) -> list[Path]:
    place = ROOT / "bot" / room
    return [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
