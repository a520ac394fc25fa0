"""The attacks are played on a bot with a bug: a suite that would not notice proves nothing.

Run by `make hostile PROVE=1` alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.hostile.planted.bugs import BUGS, PLANTED

pytestmark = pytest.mark.timeout(1800)

ROOT = Path(__file__).parents[3]
PLUGIN = "tests.hostile.planted.plugin"


def played(folder: Path, *tests: str, bug: str = "") -> list[str]:
    """Play *tests* on a bot with *bug*; return which of them failed, and how."""
    report = folder / "report.xml"
    command = (sys.executable, "-m", "pytest", "-q", "--no-cov", "-p", PLUGIN, f"--junitxml={report}", *tests)
    environment = {name: value for name, value in os.environ.items() if name != "HOSTILE_CASES"}
    ended = subprocess.run(
        command, cwd=ROOT, env={**environment, PLANTED: bug}, capture_output=True, text=True, check=False
    )
    assert ended.returncode in {0, 1}, ended.stdout[-4000:] + ended.stderr[-2000:]
    cases = ElementTree.parse(report).getroot().iter("testcase")
    # A failed set-up says nothing of the attack; what is seen in the end does.
    return [
        f"{case.get('name')}: {(part.get('message') or '')[:300]}"
        for case in cases
        for part in case
        if part.tag == "failure" or (part.tag == "error" and "teardown" in (part.get("message") or ""))
    ]


def test_without_a_bug_every_attack_is_withstood(tmp_path: Path) -> None:
    found = played(tmp_path, *(bug.found_by for bug in BUGS.values()))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found(tmp_path: Path, name: str) -> None:
    found = played(tmp_path, BUGS[name].found_by, bug=name)
    print(f"{name}: {BUGS[name].what}\n  {found}")  # noqa: T201 - the proof
    assert found
