"""The peers: bots of other people, each from its own package, in an environment of its own, run as its authors say."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bench.bots import BotFailedError, process
from bench.people import PASSWORD
from bot.demo.homeserver import Homeserver

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parents[1] / "build" / "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """How one of them is installed, started and spoken to."""

    name: str
    version: str
    ready: str
    """What it prints once it is about to listen."""
    command: str
    answer: str
    start: Callable[[Path, str, str], Sequence[str]] = field(repr=False)
    """The command line, from where its programs are, the homeserver's address and its user id."""
    config: Callable[[str, str], str] | None = field(default=None, repr=False)
    """What its config.yaml says, from the same two, if it wants one."""

    @property
    def lock(self) -> Path:
        """The versions it runs with, as pip resolved them once."""
        return HERE / f"{self.name}.txt"

    @property
    def environment(self) -> Path:
        """Where it is installed."""
        return ENVIRONMENTS / self.name

    def versions(self) -> Mapping[str, str]:
        """Return the versions of it and of all it stands on."""
        lines = (line.partition("==") for line in self.lock.read_text().splitlines())
        return {name: version for name, separator, version in lines if separator}


def _reminder_config(url: str, user: str) -> str:
    return yaml.safe_dump(
        {
            "command_prefix": "!",
            "matrix": {
                "user_id": user,
                "user_password": PASSWORD,
                "homeserver_url": url,
                "device_id": "ABCDEFGHIJ",
                "device_name": "reminder-bot",
            },
            "storage": {"database": "sqlite://bot.db", "store_path": "store"},
            "reminders": {"timezone": "Europe/Paris"},
            "allowlist": {"enabled": False, "regexes": []},
            "blocklist": {"enabled": False, "regexes": []},
            "logging": {
                "level": "INFO",
                "file_logging": {"enabled": False, "filepath": "bot.log"},
                "console_logging": {"enabled": True},
            },
        }
    )


RIVALS = (
    Rival(
        name="simplematrixbotlib",
        version="2.13.1",
        ready="Connected to",
        command="!echo {}",
        answer="{}",
        start=lambda programs, url, user: (
            str(programs / "python"),
            str(HERE / "simplematrixbotlib_echo.py"),
            url,
            user,
            PASSWORD,
        ),
    ),
    Rival(
        name="nio-bot",
        version="1.2.1",
        ready="Bot is ready!",
        command="!echo {}",
        answer="{}",
        start=lambda programs, url, user: (str(programs / "python"), str(HERE / "niobot_echo.py"), url, user, PASSWORD),
    ),
    Rival(
        name="matrix-reminder-bot",
        version="0.4.0",
        ready="Startup complete",
        command="!help",
        answer="I am a reminder bot",
        start=lambda programs, _url, _user: (str(programs / "matrix-reminder-bot"), "config.yaml"),
        config=_reminder_config,
    ),
)


@asynccontextmanager
async def running(rival: Rival, homeserver: Homeserver, folder: Path) -> AsyncIterator[str]:
    """Install *rival* if it is not yet, run it, and give its user id. Raises BotFailedError with its own words."""
    await _install(rival)
    user = await homeserver.register(rival.name, PASSWORD)
    _prepare(rival, folder, homeserver.url, user)
    command = rival.start(rival.environment / "bin", homeserver.url, user)
    async with process(*command, until=rival.ready, log=folder / "log", folder=folder):
        yield user


def _prepare(rival: Rival, folder: Path, url: str, user: str) -> None:
    folder.mkdir(parents=True)
    if rival.config is not None:
        (folder / "config.yaml").write_text(rival.config(url, user))


async def _install(rival: Rival) -> None:
    """Make its environment with pip, once for each lock."""
    stamp, lock = rival.environment / "installed.txt", rival.lock.read_text()
    if stamp.exists() and stamp.read_text() == lock:
        return
    await _run(sys.executable, "-m", "venv", "--clear", str(rival.environment))
    pip = (str(rival.environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check")
    await _run(*pip, "install", "--quiet", "--no-deps", "-r", str(rival.lock))
    stamp.write_text(lock)


async def _run(*command: str) -> None:
    running = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    printed, _ = await running.communicate()
    if running.returncode:
        raise BotFailedError(f"cannot be installed: {printed.decode(errors='replace').strip()[-600:]}")
