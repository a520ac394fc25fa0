"""The console as a process of its own, forked from one that has loaded all of it: loading takes two seconds."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from pkgutil import walk_packages
from subprocess import DEVNULL, PIPE
from tempfile import TemporaryDirectory

from bot import cli
from tests.patience import PATIENCE_S

_LOADED = get_context("forkserver")
_LOADED.set_forkserver_preload(["bot.app", *(module.name for module in walk_packages(cli.__path__, "bot.cli."))])


@dataclass(frozen=True, slots=True)
class Ended:
    code: int | None
    out: str
    err: str


async def cellule(*words: str | Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run the console with *words*, no input and *env* besides our own environment."""
    with TemporaryDirectory() as folder:
        said = Path(folder, "out"), Path(folder, "err")
        process = _LOADED.Process(
            target=_run, args=([*map(str, words)], {**os.environ, **(env or {})}, *said), daemon=True
        )
        await asyncio.to_thread(process.start)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await _ended(process.sentinel)
        finally:
            process.kill()
            process.join()
        return Ended(process.exitcode, *(path.read_text(encoding="utf-8") for path in said))


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


async def _ended(sentinel: int) -> None:
    """Wait for what can be read once a process has ended."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sentinel, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(sentinel)


def _run(words: list[str], environment: dict[str, str], out: Path, err: Path) -> None:
    """Be the console: in the new process."""
    from bot.__main__ import main

    os.environ.clear()
    os.environ.update(environment)
    with open(os.devnull) as nothing, out.open("w") as told, err.open("w") as complained:  # noqa: PTH123 - no Path
        for number, file in enumerate((nothing, told, complained)):
            os.dup2(file.fileno(), number)
    sys.argv[1:] = words
    sys.exit(main())
