"""The bugs that `make hostile PROVE=1` plants: what they change must still be there, or they prove nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.hostile.planted.bugs import BUGS

ROOT = Path(__file__).parents[1]
PLANT_ALL = "from tests.hostile.planted.bugs import BUGS; [bug.plant() for bug in BUGS.values()]; print(len(BUGS))"


def test_every_bug_can_be_planted() -> None:
    planted = subprocess.run((sys.executable, "-c", PLANT_ALL), cwd=ROOT, capture_output=True, text=True, check=False)
    assert planted.stdout.split() == [str(len(BUGS))], planted.stderr[-2000:]


def test_every_bug_has_a_test_to_find_it() -> None:
    assert not [bug.found_by for bug in BUGS.values() if not (ROOT / bug.found_by.partition("::")[0]).is_file()]
