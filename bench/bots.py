"""The bots that are measured, each in a process of its own, as a person would run it."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import yaml

from bench.people import PASSWORD
from bot.demo.homeserver import Homeserver

START_S = 60.0
CONFIG = "config.yaml"


class BotFailedError(RuntimeError):
    """A bot did not start, or ended by itself. Says the last line it printed."""


@asynccontextmanager
async def process(
    *command: str, until: str, log: Path, folder: Path | None = None, env: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program from when it printed *until* to the end of the block."""
    with log.open("wb") as out:
        running = await asyncio.create_subprocess_exec(
            *command, stdout=out, stderr=out, cwd=folder, env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})}
        )
        try:
            await _until_printed(running, until, log)
            yield running
        finally:
            if running.returncode is None:
                running.terminate()
            await running.wait()


async def _until_printed(running: asyncio.subprocess.Process, until: str, log: Path) -> None:
    try:
        async with asyncio.timeout(START_S):
            while until not in (printed := await asyncio.to_thread(log.read_text, errors="replace")):
                if running.returncode is not None:
                    raise BotFailedError(_end(printed))
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise BotFailedError(f"not ready after {START_S:.0f} s") from None


def _end(printed: str) -> str:
    return (printed.strip().splitlines() or ["it ended without a word"])[-1]


@asynccontextmanager
async def cellule(
    homeserver: Homeserver,
    folder: Path,
    people: Mapping[str, Iterable[str]],
    name: str = "cellule",
    database: str | None = None,
) -> AsyncIterator[str]:
    """Run Cellule for *people* and give its user id; it keeps all in its folder, or in the *database* of an address."""
    user = await homeserver.register(name, PASSWORD)
    async with started(configured(homeserver.url, user, folder, people, database)):
        yield user


@asynccontextmanager
async def started(config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run Cellule as *config* says."""
    command = (sys.executable, "-m", "bot", "run", "--config", str(config))
    async with process(*command, until="started:", log=config.parent / "log") as running:
        yield running


def configured(
    url: str, user: str, folder: Path, people: Mapping[str, Iterable[str]], database: str | None = None
) -> Path:
    """Write what a bot for *people* needs to run and return its configuration."""
    folder.mkdir(parents=True)
    kept = {"password": PASSWORD.encode(), "state.key": secrets.token_bytes(32)}
    state = {"folder": "state", "key_file": "state.key"}
    if database is not None:
        kept["database"] = database.encode()
        state["database_file"] = "database"
    for name, content in kept.items():
        hidden(folder / name, content)
    config = folder / CONFIG
    config.write_text(
        yaml.safe_dump(
            {
                "matrix": {"homeserver": url, "user_id": user, "password_file": "password"},
                "state": state,
                "locale": {"language": "en", "timezone": "Europe/Paris"},
                "people": {person: list(roles) for person, roles in people.items()},
                # The people of the benchmark are nio as it is, which cannot sign its devices.
                "trust": {"devices": "first-use"},
            }
        )
    )
    return config


def hidden(path: Path, content: bytes) -> Path:
    """Write a file that its owner alone reads."""
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@asynccontextmanager
async def floor(homeserver: Homeserver, module: str, name: str, folder: Path, *arguments: str) -> AsyncIterator[str]:
    """Run a floor, `bench.bare_echo` or `bench.bare_opener`, as *name* and give its user id."""
    user = await homeserver.register(name, PASSWORD)
    await asyncio.to_thread(folder.mkdir, parents=True)
    command = (sys.executable, "-m", module, homeserver.url, user, PASSWORD, str(folder), *arguments)
    async with process(*command, until="ready", log=folder / "log"):
        yield user


def cpu_s(pid: int) -> float:
    """Return how long a process has had a core: how much of its time it waited for one shows beside it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return round((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), 2)


def rss_mb(pid: int) -> float:
    """Return how much memory a process holds now, in megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(int(next(line.split()[1] for line in lines if line.startswith("VmRSS:"))) / 1024, 1)
