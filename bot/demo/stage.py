"""The stage of the demo: a folder, a homeserver, the bot and two people, all started and stopped together."""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot import app
from bot.config import Config, Drill, Locale, Matrix, PasswordLogin, Playbooks, Rooms, State, Trust
from bot.core.language import Language
from bot.core.names import RoomId, UserId
from bot.core.people.roster import Role
from bot.demo.homeserver import Homeserver, Limits
from bot.demo.responder import Responder
from bot.demo.words import STAGES, Stage, tell
from bot.host.secret import Secret
from bot.service.upkeep.control import CONTROL_ROOM_NAME, CONTROL_ROOM_NAMES

ZONE = "Europe/Paris"
SERVER_NAME = "example.org"
ALICE = UserId(f"@alice:{SERVER_NAME}")
BOB = UserId(f"@bob:{SERVER_NAME}")
BOT = UserId(f"@cellule:{SERVER_NAME}")
PEOPLE = MappingProxyType({ALICE: frozenset({Role.ADMIN, Role.COORDINATOR}), BOB: frozenset({Role.DPO})})
DRILL_PACE = 3600
"""An hour of a drill is a second."""
LOG_NAME = "demo.log"
INVITED_WITHIN_S = 60.0

Progress = Callable[[str, float], None]
"""Told what is ready and how many seconds it took."""


class BotStoppedError(RuntimeError):
    """The bot ended by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """What is on the stage while the demo plays."""

    homeserver: Homeserver
    alice: Responder
    bob: Responder
    lobby: RoomId
    """The control room."""
    language: Language
    log: Path

    @property
    def people(self) -> tuple[Responder, Responder]:
        """Both responders."""
        return (self.alice, self.bob)


@contextmanager
def scratch_folder(keep: Path | None) -> Iterator[Path]:
    """Give a folder that is gone afterwards, unless it is to be kept or something failed in it."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield keep
        return
    folder = Path(tempfile.mkdtemp(prefix="cellule-demo-"))
    try:
        yield folder
    except Exception:
        # The log in it says why.
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def quiet_logs(file: Path) -> Iterator[None]:
    """Send all logs to *file*."""
    root = logging.getLogger()
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    before, level = root.handlers[:], root.level
    root.handlers, root.level = [handler], logging.INFO
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.handlers, root.level = before, level
        handler.close()


@asynccontextmanager
async def set_stage(folder: Path, language: Language, limits: Limits, progress: Progress) -> AsyncIterator[Cast]:
    """Start everything, one thing after the other, and stop it all at the end.

    Raises:
        HomeserverError: the homeserver is missing or does not start.
        BotStoppedError: the bot ended by itself; the log says why.
    """
    steps = _Steps(language, progress)
    async with AsyncExitStack() as closing:
        homeserver = await closing.enter_async_context(
            Homeserver(folder / "homeserver", limits=limits, server_name=SERVER_NAME)
        )
        steps.done(Stage.HOMESERVER)
        alice, bob = await _log_people_in(homeserver, folder, closing)
        config = await _bot_config(homeserver, folder, language)
        steps.done(Stage.PEOPLE)
        async with asyncio.TaskGroup() as tasks:
            reading = [tasks.create_task(person.run(), name="responder") for person in (alice, bob)]
            stop, ready = asyncio.Event(), asyncio.Event()
            running = tasks.create_task(_run_bot(config, stop, ready), name="bot")
            try:
                await ready.wait()
                steps.done(Stage.BOT)
                lobby = await alice.wait_for(lambda: _lobby(alice), INVITED_WITHIN_S)
                steps.done(Stage.LOBBY)
                yield Cast(
                    homeserver=homeserver,
                    alice=alice,
                    bob=bob,
                    lobby=lobby,
                    language=language,
                    log=folder / LOG_NAME,
                )
            finally:
                stop.set()
                for task in reading:
                    task.cancel()
            await running


class _Steps:
    """Measures what the user waits for."""

    def __init__(self, language: Language, progress: Progress) -> None:
        self._language = language
        self._progress = progress
        self._since = time.monotonic()

    def done(self, stage: Stage) -> None:
        now = time.monotonic()
        self._progress(tell(STAGES[stage], self._language), now - self._since)
        self._since = now


async def _run_bot(config: Config, stop: asyncio.Event, ready: asyncio.Event) -> None:
    await app.run(config, stop=stop, ready=ready.set)
    if not stop.is_set():
        raise BotStoppedError("the bot ended by itself")


async def _log_people_in(homeserver: Homeserver, folder: Path, closing: AsyncExitStack) -> tuple[Responder, Responder]:
    people = []
    for user in (ALICE, BOB):
        localpart, password = _localpart(user), secrets.token_urlsafe()
        await homeserver.register(localpart, password)
        person = await Responder.log_in(
            homeserver.url, user, password, folder=folder / localpart, readers=frozenset({ALICE, BOB, BOT})
        )
        closing.push_async_callback(person.close)
        people.append(person)
    return people[0], people[1]


async def _bot_config(homeserver: Homeserver, folder: Path, language: Language) -> Config:
    password = secrets.token_urlsafe()
    await homeserver.register(_localpart(BOT), password)
    secret = folder / "bot-password"
    await asyncio.to_thread(_write_private, secret, password)
    return Config(
        matrix=Matrix(homeserver=homeserver.url, user_id=BOT, login=PasswordLogin(file=secret), device_name="Cellule"),
        state=State(folder=folder / "bot", key=Secret(secrets.token_bytes(32))),
        locale=Locale(language=language, timezone=ZoneInfo(ZONE)),
        people=PEOPLE,
        rooms=Rooms(),
        playbooks=Playbooks(),
        trust=Trust(),
        health=None,
        drill=Drill(pace=DRILL_PACE),
    )


def _write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    # The state folder, too, is made by whoever owns the configuration.
    (file.parent / "bot").mkdir(mode=0o700, exist_ok=True)


def _lobby(person: Responder) -> RoomId | None:
    """Return the control room once the person is in it and has read the welcome."""
    names = {CONTROL_ROOM_NAME, *CONTROL_ROOM_NAMES.values()}
    for room, name in person.rooms.items():
        if name in names and any(said.room == room for said in person.transcript):
            return room
    return None


def _localpart(user: UserId) -> str:
    return user.removeprefix("@").partition(":")[0]
