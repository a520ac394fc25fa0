"""Bugs to plant in the bot, one for each class of attack: a test of the suite must find each of them.

`make hostile PROVE=1` plants one after the other and runs the test that is to fail.
"""

from __future__ import annotations

import os


def plant() -> None:
    """Plant the bug that PLANTED names in this process, if it names one."""
    name = os.environ.get("PLANTED")
    if name:
        raise NotImplementedError(name)
