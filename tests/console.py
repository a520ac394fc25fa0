"""The console as a process of its own, and what it said."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE
from tempfile import TemporaryDirectory

from tests.forks import fork
from tests.patience import PATIENCE_S


@dataclass(frozen=True, slots=True)
class Ended:
    code: int | None
    out: str
    err: str


async def cellule(*words: str | Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run the console with *words*, no input and *env* besides our own environment."""
    with TemporaryDirectory() as folder:
        said = Path(folder, "out"), Path(folder, "err")
        process = await fork([*map(str, words)], *said, env)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await process.wait()
        finally:
            process.kill()
        return Ended(process.returncode, *(path.read_text(encoding="utf-8") for path in said))


async def cellule_anew(*words: str | Path) -> Ended:
    """Do the same in a new interpreter: some of what is loaded reads our environment only as it loads."""
    command = (sys.executable, "-m", "bot", *map(str, words))
    process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE)
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return Ended(process.returncode, out.decode(), err.decode())
