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

from bot.demo.homeserver import Homeserver

START_S = 60.0


@asynccontextmanager
async def process(*command: str, until: str, log: Path, env: Mapping[str, str] | None = None) -> AsyncIterator[None]:
    """Run a program from when it printed *until* to the end of the block."""
    with log.open("wb") as out:
        running = await asyncio.create_subprocess_exec(
            *command, stdout=out, stderr=out, env={**os.environ, **(env or {})}
        )
        try:
            async with asyncio.timeout(START_S):
                while until not in log.read_text(errors="replace"):  # noqa: ASYNC240 - a short file, before the clock runs
                    if running.returncode is not None:
                        raise RuntimeError(f"{command} ended: {log.read_text(errors='replace')[-2000:]}")  # noqa: ASYNC240
                    await asyncio.sleep(0.05)
            yield
        finally:
            if running.returncode is None:
                running.terminate()
            await running.wait()


@asynccontextmanager
async def cellule(homeserver: Homeserver, folder: Path, people: Mapping[str, Iterable[str]]) -> AsyncIterator[str]:
    """Run Cellule for *people* and give its user id."""
    user = await homeserver.register("cellule", "password")
    folder.mkdir(parents=True)
    for name, content in (("password", b"password"), ("state.key", secrets.token_bytes(32))):
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    config = folder / "config.yaml"
    config.write_text(
        yaml.safe_dump(
            {
                "matrix": {"homeserver": homeserver.url, "user_id": user, "password_file": "password"},
                "state": {"folder": "state", "key_file": "state.key"},
                "locale": {"language": "en", "timezone": "Europe/Paris"},
                "people": {person: list(roles) for person, roles in people.items()},
            }
        )
    )
    command = (sys.executable, "-m", "bot", "run", "--config", str(config))
    async with process(*command, until="started:", log=folder / "log"):
        yield user


@asynccontextmanager
async def bare_echo(homeserver: Homeserver, folder: Path) -> AsyncIterator[str]:
    """Run the floor and give its user id."""
    user = await homeserver.register("bare", "password")
    folder.mkdir(parents=True)
    command = (sys.executable, "-m", "bench.bare_echo", homeserver.url, user, "password", str(folder))
    async with process(*command, until="ready", log=folder / "log"):
        yield user
