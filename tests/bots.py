"""The bot under test: `cellule run` as a process, on a folder of its own, started and killed at will."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from bot.config import load
from bot.core.facts import DeskFact, Fact
from bot.demo.homeserver import Homeserver
from bot.ports import Batch
from bot.store.opening import open_alone
from bot.store.sqlite import SqliteStore
from tests import databases
from tests.forks import Fork, fork
from tests.patience import PATIENCE_S, eventually
from tests.servers import Account

STARTED = "started:"
"""What the bot logs once it listens."""
PACE = 3600
"""An hour of the law is a second of the drill."""


class Bot:
    """An asynchronous context manager: started on entry, stopped on exit whatever happened."""

    def __init__(
        self,
        folder: Path,
        homeserver: Homeserver,
        account: Account,
        people: Mapping[str, Sequence[str]],
        *,
        language: str = "en",
        pace: int = PACE,
        url: str | None = None,
        module: str | None = None,
        more: Mapping[str, Any] | None = None,
        database: str | None = None,
    ) -> None:
        """*url* is a proxy to go through; *module* is what a new interpreter runs instead of a fork.

        *more* are further groups of its configuration. *database* is the address of one.
        """
        if database is None and databases.everywhere is not None:
            database = databases.everywhere.new_state()
        self.folder = folder
        self.module = module
        self.user = account.user
        self.log = folder / "bot.log"
        self.config = folder / "config.yaml"
        self._process: asyncio.subprocess.Process | Fork | None = None
        _write_secrets(folder, account.password, database)
        written = {
            "matrix": {
                "homeserver": url or homeserver.url,
                "user_id": account.user,
                "password_file": "secrets/password",
                "device_name": "Cellule",
            },
            "state": {"folder": "state", "key_file": "secrets/state.key"}
            | ({} if database is None else {"database_file": "secrets/database"}),
            "locale": {"language": language, "timezone": "Europe/Paris"},
            "people": {user: list(roles) for user, roles in people.items()},
            "drill": {"pace": pace},
            **(more or {}),
        }
        self.config.write_text(yaml.safe_dump(written))

    @classmethod
    def beside(cls, other: Bot, log: Path) -> Bot:
        """Return a second instance on the same configuration and state as *other*, with a log of its own."""
        second = copy(other)
        second.log = log
        second._process = None
        return second

    @classmethod
    def replica_of(cls, other: Bot, folder: Path) -> Bot:
        """Return a second machine beside the same database, with *folder* of its own."""
        folder.mkdir()
        second = cls.beside(other, folder / "bot.log")
        second.folder, second.config = folder, folder / "config.yaml"
        written = yaml.safe_load(other.config.read_text())
        for group, name in (("matrix", "password_file"), ("state", "key_file"), ("state", "database_file")):
            written[group][name] = str(other.folder / written[group][name])
        second.config.write_text(yaml.safe_dump(written))
        return second

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.is_running:
            return
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.stop()
        except TimeoutError:
            await self.kill()

    async def start(self) -> None:
        """Start it and wait until it listens."""
        seen = len(self._lines())
        await self.spawn()
        await eventually(lambda: self._listens(seen), self.tail)

    def _listens(self, seen: int) -> bool:
        """Say whether it has said so, after as many lines as were *seen* before."""
        assert self._process is not None
        if self._process.returncode is not None:
            raise RuntimeError(f"the bot ended with {self._process.returncode}:\n{self.tail()}")
        return any(STARTED in line for line in self._lines()[seen:])

    async def spawn(self, code: Path | None = None) -> None:
        """Start it without waiting for anything; *code* is the folder of another version of it."""
        words = ("run", "--config", str(self.config))
        if code is None and self.module is None:
            self._process = await fork(words, self.log, self.log)
            return
        command = (sys.executable, "-m", self.module or "bot", *words)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, cwd=code)

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    async def kill(self) -> None:
        """End it between two instructions."""
        assert self._process is not None
        if self.is_running:
            self._process.kill()
        await self._process.wait()

    async def wait(self) -> int:
        """Return its exit code once it has ended by itself."""
        assert self._process is not None
        return await self._process.wait()

    async def wait_log(self, words: str) -> str:
        """Return the first line of the log that has *words*, as soon as there is one."""
        await eventually(lambda: any(words in line for line in self._lines()), self.tail)
        return next(line for line in self._lines() if words in line)

    async def facts(self) -> list[Fact | DeskFact]:
        """Return all it keeps, read from its own store: what no answer could hide. It must not be running."""
        async with self.open_store() as store:
            return [kept.fact for stream in await store.streams() for kept in await store.history(stream)]

    def configure(self, **groups: Mapping[str, Any]) -> None:
        """Change keys of its configuration, for its next start."""
        written = yaml.safe_load(self.config.read_text())
        for group, keys in groups.items():
            written[group].update(keys)
        self.config.write_text(yaml.safe_dump(written))

    def open_store(self) -> AbstractAsyncContextManager[SqliteStore]:
        """Open its own store. It must not be running."""
        return open_alone(load(self.config).state)

    async def was_heard(self, ago: timedelta) -> None:
        """Let it have heard the homeserver last so long ago, as if it had been down since. It must not be running."""
        async with self.open_store() as store:
            token, heard_at = await store.sync_token(), datetime.now(UTC) - ago
            assert token is not None
            await store.receive(Batch(events=(), token=token, heard_at=heard_at))

    def tail(self, count: int = 30) -> str:
        return "\n".join(self._lines()[-count:])

    def _lines(self) -> list[str]:
        return self.log.read_text(errors="replace").splitlines() if self.log.exists() else []


def _write_secrets(folder: Path, password: str, database: str | None) -> None:
    hidden = folder / "secrets"
    hidden.mkdir(mode=0o700, exist_ok=True)
    written = {"password": password.encode(), "state.key": secrets.token_bytes(32)}
    for name, content in (written if database is None else written | {"database": database.encode()}).items():
        path = hidden / name
        if not path.exists():
            path.write_bytes(content)
        os.chmod(path, 0o600)  # noqa: PTH101 - beside write_bytes
