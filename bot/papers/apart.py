"""A file that people hand in, read in a process of its own, which has a bound of time and one of memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable

_MOST_SECONDS = 10
"""Of a processor; the largest list takes two or three."""
_MOST_MEMORY = 300_000_000
_GIVEN_UP_S = 60.0
"""On a machine that is busy with other things."""


class ApartError(Exception):
    """The process could not read it, or not within its bounds."""


def read_apart(module: str, data: bytes, *words: str) -> object:
    """Return what *module*, run with *words*, answers to *data*: JSON's own types. Blocks; raises ApartError."""
    command = (sys.executable, "-P", "-W", "ignore", "-m", module, *words)
    # Each thread of a library that calculates would take of the memory.
    given = {"PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}
    try:
        ended = subprocess.run(  # noqa: S603 - ourselves
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=_GIVEN_UP_S,
            env=given,
        )
    except (subprocess.SubprocessError, OSError):
        raise ApartError from None
    return json.loads(ended.stdout)


def answer(read: Callable[[bytes], object]) -> None:
    """Be that process: answer the standard input on the standard output, within the bounds."""
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    sys.stdout.buffer.write(json.dumps(read(sys.stdin.buffer.read()), ensure_ascii=False).encode())
