"""The console as a process of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.patience import PATIENCE_S


@dataclass(frozen=True, slots=True)
class Ended:
    code: int | None
    out: str
    err: str


async def cellule(*words: str | Path, env: dict[str, str] | None = None) -> Ended:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *map(str, words)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(env or {})},
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return Ended(process.returncode, out.decode(), err.decode())
