"""Elapsed time, which no clock that is set changes."""

from __future__ import annotations

import time


def elapsed_s() -> float:
    """Return seconds since some moment, those in which the machine slept too."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
