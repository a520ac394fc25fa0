"""Two machines beside one database, of which the one that speaks is killed again and again."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum, auto
from pathlib import Path

from tests.bots import STARTED, Bot
from tests.chaos.killing import Reaper
from tests.databases import Postgres

STANDS_BY = "standing by"
_LISTENS_WITHIN_S = 60.0
_WORK_S = 3.0
"""How far into its work a leader is killed at the latest."""


class Harm(StrEnum):
    """What is done, and to whom."""

    LEADER = auto()
    STANDBY = auto()
    BOTH = auto()
    FROZEN = auto()
    """The leader stands still for longer than the lease, up to a minute, comes back, and is killed."""
    DATABASE = auto()
    """The database is killed and comes back, and the leader is killed."""


_WEIGHTS = {Harm.LEADER: 14, Harm.STANDBY: 2, Harm.BOTH: 1, Harm.FROZEN: 2, Harm.DATABASE: 1}


class Pair(Reaper):
    """Owns both processes, and the database."""

    def __init__(self, bot: Bot, database: Postgres, chance: random.Random) -> None:
        super().__init__(bot, chance)
        self.machines = (bot, Bot.replica_of(bot, bot.folder / "second"))
        self.taken_at: list[float] = []
        """When a leader was killed whose standby had to take over, in seconds since 1970."""
        self._database = database
        self._logs: dict[Bot, list[Path]] = {machine: [] for machine in self.machines}

    async def spawn(self) -> None:
        """Begin a life of each machine that has none."""
        for machine in self.machines:
            if not machine.is_running:
                self._logs[machine].append(machine.folder / f"bot-{len(self._logs[machine])}.log")
                machine.log = self._logs[machine][-1]
                await machine.spawn()

    @property
    def leader(self) -> Bot | None:
        """The machine that speaks, by the last word of its log; None while nobody does."""
        return next((machine for machine in self.machines if machine.is_running and _leads(machine)), None)

    async def kill(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> bool:
        """Let the leader come to a random moment and do harm, then start again what was killed."""
        assert await self.listening(within_s=_LISTENS_WITHIN_S), self.bot.tail()
        await self._pass(_WORK_S)
        leader = self.leader
        if leader is None:
            return False
        harm = self._chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        standby = next(machine for machine in self.machines if machine is not leader)
        self.kills[harm] += 1
        await self._harm(harm, leader, standby)
        if meanwhile is not None:
            await meanwhile()
        await self.spawn()
        return True

    async def _harm(self, harm: Harm, leader: Bot, standby: Bot) -> None:
        match harm:
            case Harm.STANDBY:
                await standby.kill()
            case Harm.BOTH:
                await standby.kill()
                await leader.kill()
            case Harm.FROZEN:
                self._signal(signal.SIGSTOP, leader)
                await asyncio.sleep(self._chance.choice((6, 20, 60)))
                self._signal(signal.SIGCONT, leader)
                await self._pass(1.0)
                await leader.kill()
            case Harm.DATABASE:
                self._database.kill()
                await self._pass(8.0)
                self._database.start()
                await leader.kill()
            case Harm.LEADER:
                # Only the other can take over: who was killed would not wait for its own lease.
                await standby.wait_log(STANDS_BY)
                self.taken_at.append(datetime.now(UTC).timestamp())
                await leader.kill()
                while self.leader is not standby:
                    assert standby.is_running, standby.tail()
                    await asyncio.sleep(0.05)

    async def stop(self) -> int:
        """Ask both to stop, and return the worse exit code."""
        assert await self.listening(within_s=_LISTENS_WITHIN_S), self.bot.tail()
        return max([await machine.stop() for machine in self.machines if machine.is_running])

    async def __aexit__(self, *_: object) -> None:
        for machine in self.machines:
            if machine.is_running:
                await machine.kill()

    async def _revive(self) -> None:
        if not all(machine.is_running for machine in self.machines):
            self.ended += 1
            await self.spawn()

    def _speaks(self) -> bool:
        return self.leader is not None


def _leads(machine: Bot) -> bool:
    log = machine.log.read_text(errors="replace") if machine.log.exists() else ""
    return log.rfind(STARTED) > max(log.rfind(STANDS_BY), log.rfind("everything waits for that"))
