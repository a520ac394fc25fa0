"""What runs beside each other: each is started again when it ends, and ended when we do, however that is."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.lifeboat.errors import AdriftError

LEASH = "setpriv"
"""By it the kernel kills a child whose parent was killed (util-linux)."""
_PATIENCE_S = 120.0
"""A homeserver on a slow machine takes most of a minute the first time."""
_LOOK_EVERY_S = 0.1
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0
_LIVED_S = 60.0
"""What ran so long and ended is started again at once."""
_GRACE_S = 20.0
"""From SIGTERM to SIGKILL."""
_MOST_ENDS = 3
_HOPELESS = (2, 3, 4)
"""Exit codes of ours after which another start changes nothing."""
_KEPT_OF_ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LC_MESSAGES", "TMPDIR", "TZ"),
    *("PYTHONPATH", "VIRTUAL_ENV", "SSL_CERT_FILE"),
)

Tell = Callable[[str, int, float], None]
"""Told the name of what ended, its exit code, and after how many seconds it is started again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What runs."""

    name: str
    command: Sequence[str]
    log: Path
    folder: Path | None = None
    """None: ours."""


@dataclass(slots=True)
class Watched:
    """A child that runs, and the codes it has ended with so far."""

    child: Child
    ends: list[int] = field(default_factory=list)

    async def until(self, is_up: Callable[[], Awaitable[bool]]) -> None:
        """Wait until it answers. Raises AdriftError when it does not, or ends again and again."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not await is_up():
                    if len(self.ends) >= _MOST_ENDS or any(code in _HOPELESS for code in self.ends):
                        raise AdriftError("lifeboat.died", name=self.child.name, code=self.ends[-1], log=self.child.log)
                    await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError:
            raise AdriftError("lifeboat.slow", name=self.child.name, log=self.child.log) from None


@asynccontextmanager
async def kept(child: Child, tell: Tell) -> AsyncIterator[Watched]:
    """Keep *child* running meanwhile."""
    watched = Watched(child)
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(_keep(watched, tell), name=child.name)
        try:
            yield watched
        finally:
            keeping.cancel()


async def _keep(watched: Watched, tell: Tell) -> None:
    loop, pause = asyncio.get_running_loop(), _FIRST_PAUSE_S
    while True:
        began = loop.time()
        code = await _run(watched.child)
        watched.ends.append(code)
        pause = _FIRST_PAUSE_S if loop.time() - began >= _LIVED_S else min(2 * pause, _LONGEST_PAUSE_S)
        tell(watched.child.name, code, pause)
        await asyncio.sleep(pause)


async def _run(child: Child) -> int:
    """Run it once and return its exit code; cancelled, it is told to stop and waited for."""
    kept = {name: os.environ[name] for name in _KEPT_OF_ENVIRONMENT if name in os.environ}
    output = await asyncio.to_thread(_opened, child.log)
    try:
        process = await asyncio.create_subprocess_exec(
            *(shutil.which(LEASH) or LEASH, "--pdeathsig", "KILL", "--", *child.command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=child.folder,
            env=kept,
            # Ctrl-C is for us: we decide in which order they go.
            start_new_session=True,
        )
    finally:
        os.close(output)
    try:
        return await process.wait()
    finally:
        await _end(process)


def _opened(log: Path) -> int:
    log.parent.mkdir(mode=0o700, exist_ok=True)
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_GRACE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
