"""Cellule as a process of its own, forked from one that has loaded all of it: loading takes two seconds."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from pkgutil import walk_packages

from bot import cli

_LOADED = get_context("forkserver")
_LOADED.set_forkserver_preload(["bot.app", *(module.name for module in walk_packages(cli.__path__, "bot.cli."))])


class Fork:
    """What asyncio says of a process, as far as anybody here asks."""

    def __init__(self, process: BaseProcess) -> None:
        assert process.pid is not None
        self.pid = process.pid
        self._process = process

    @property
    def returncode(self) -> int | None:
        """Its exit code, the negative number of the signal that killed it, or None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    async def wait(self) -> int:
        """Return its exit code once it has ended; several may wait."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        sentinel = os.dup(self._process.sentinel)
        loop.add_reader(sentinel, ended.set)  # there is something to read once a process has ended
        try:
            await ended.wait()
        finally:
            loop.remove_reader(sentinel)
            os.close(sentinel)
        assert self.returncode is not None
        return self.returncode


async def fork(words: Sequence[str], out: Path, err: Path, env: Mapping[str, str] | None = None) -> Fork:
    """Start the console with *words*, no input and *env* besides our own environment; it adds to *out* and *err*."""
    for path in (out, err):
        path.touch()
    process = _LOADED.Process(
        target=_run, args=(list(words), {**os.environ, **(env or {})}, Path.cwd(), out, err), daemon=True
    )
    await asyncio.to_thread(process.start)
    return Fork(process)


def _run(words: list[str], environment: dict[str, str], folder: Path, out: Path, err: Path) -> None:
    """Be the console: in the new process."""
    from bot.__main__ import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with open(os.devnull) as nothing, out.open("a") as told, err.open("a") as complained:  # noqa: PTH123 - no Path
        for number, file in enumerate((nothing, told, complained)):
            os.dup2(file.fileno(), number)
    sys.argv[1:] = words
    sys.exit(main())
