"""The bugs can be planted, each where it is to take effect: otherwise `make chaos PROVE=1` would prove nothing."""

from __future__ import annotations

import subprocess
import sys

PLANT = "from tests.chaos.bugs import BUGS\nfor name, bug in BUGS.items(): print(name, flush=True); bug.plant()"


def test_there_is_something_in_the_place_of_which_each_bug_is_planted() -> None:
    planted = subprocess.run([sys.executable, "-c", PLANT], capture_output=True, text=True, timeout=120, check=False)
    assert planted.returncode == 0, f"{planted.stdout}{planted.stderr}"
