"""One life of the bot after another: killed at random moments, started again at once, as a supervisor would."""

from __future__ import annotations

import asyncio
import random
import resource
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum, auto
from types import TracebackType
from typing import Self

from tests.bots import STARTED, Bot
from tests.patience import PATIENCE_S

_LISTENS_WITHIN_S = 30.0
"""In bad weather a start may take longer: then that is where it is killed."""
_START_S, _WORK_S = 1.5, 2.0
"""How far into a start, and into its work, a bot is killed at the latest."""


class Way(StrEnum):
    """When and how it is killed."""

    STARTING = auto()
    WORKING = auto()
    STOPPING = auto()
    """After it was asked to stop."""
    FROZEN = auto()
    """After the whole process stood still for a while, as on a machine without memory or with a dead disk."""
    NO_SPACE = auto()
    """After every write to a file was refused for a while."""


_WEIGHTS = {Way.STARTING: 4, Way.WORKING: 9, Way.STOPPING: 3, Way.FROZEN: 2, Way.NO_SPACE: 2}


class Reaper:
    """Owns the process: nobody else starts or ends it."""

    def __init__(self, bot: Bot, chance: random.Random) -> None:
        self.bot = bot
        self.kills: Counter[str] = Counter()
        self.ended = 0
        """How often it ended by itself, to be started afresh: after a write was refused it may."""
        self._chance = chance
        self._lives = 0
        self._folder = bot.log.parent

    async def __aenter__(self) -> Self:
        await self.spawn()
        assert await self.listening(within_s=PATIENCE_S), self.bot.tail()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bot.is_running:
            await self.bot.kill()

    async def spawn(self) -> None:
        """Begin a life, with a log of its own."""
        self._lives += 1
        self.bot.log = self._folder / f"bot-{self._lives}.log"
        await self.bot.spawn()

    async def listening(self, *, within_s: float = _LISTENS_WITHIN_S) -> bool:
        """Wait until it listens; begin another life if it ends before. False if it takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not self._speaks():
                    await self._revive()
                    await asyncio.sleep(0.05)  # a file of another process: there is nothing to wait for
                return True
        return False

    def _speaks(self) -> bool:
        return STARTED in self.bot.log.read_text(errors="replace")

    async def kill(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> bool:
        """Let it come to a random moment of a random way, kill it, and start it again; False if it was gone before.

        What happens *meanwhile* happens while it is down.
        """
        way = self._chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        if way is Way.STARTING:
            await self._pass(_START_S)
        elif await self.listening():
            await self._pass(_WORK_S)
            await self._trouble(way)
        lived = self.bot.is_running
        self.kills[way] += lived
        await self.bot.kill()
        if meanwhile is not None:
            await meanwhile()
        await self.spawn()
        return lived

    async def keep(self) -> None:
        """Start it again whenever it ends by itself, until cancelled."""
        while True:
            await self._revive()
            await asyncio.sleep(0.2)

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        assert await self.listening(within_s=PATIENCE_S), self.bot.tail()
        return await self.bot.stop()

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[float]:
        """Let the whole process stand still; tell since when, in seconds since 1970."""
        self._signal(signal.SIGSTOP)
        try:
            yield datetime.now(UTC).timestamp()
        finally:
            self._signal(signal.SIGCONT)

    def warnings(self) -> Counter[str]:
        """Return what its lives warned of, without the times."""
        logs = [path.read_text(errors="replace") for path in self._folder.glob("bot-*.log")]
        lines = [line.partition(" ")[2] for log in logs for line in log.splitlines()]
        return Counter(line for line in lines if line and not line.startswith(("INFO", "DEBUG")))

    async def _trouble(self, way: Way) -> None:
        match way:
            case Way.STOPPING:
                self._signal(signal.SIGTERM)
                await self._pass(0.3)
            case Way.FROZEN:
                self._signal(signal.SIGSTOP)
                await self._pass(1.5)
                if self._chance.random() < 0.7:
                    self._signal(signal.SIGCONT)
                    await self._pass(0.5)
            case Way.NO_SPACE:
                self._let_write(0)
                await self._pass(1.5)
                if self._chance.random() < 0.5:
                    self._let_write(resource.RLIM_INFINITY)
                    await self._pass(1.0)
            case Way.STARTING | Way.WORKING:
                pass

    async def _pass(self, at_most_s: float) -> None:
        await asyncio.sleep(self._chance.uniform(0, at_most_s))  # the moment is what is tried, not hoped for

    async def _revive(self) -> None:
        if not self.bot.is_running:
            self.ended += 1
            await self.spawn()

    def _signal(self, number: signal.Signals, machine: Bot | None = None) -> None:
        with suppress(ProcessLookupError):
            (machine or self.bot).signal(number)

    def _let_write(self, bytes_: int) -> None:
        """Limit the size of files from outside: EFBIG, where a full disk says ENOSPC, at every write beyond it."""
        with suppress(ProcessLookupError):
            _, most = resource.prlimit(self.bot.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(self.bot.pid, resource.RLIMIT_FSIZE, (bytes_, most))
