"""The terminal, driven by keys as a person would."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.base import PipeInput
from prompt_toolkit.output.vt100 import Vt100_Output
from rich.text import Text

from bot.core.language import Language
from bot.demo.homeserver import Limits
from bot.demo.stage import Cast, quiet_logs, set_stage
from bot.demo.terminal import Terminal
from tests.patience import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


class Screen:
    """What was written, and the keys that are pressed."""

    def __init__(self, keys: PipeInput, written: io.StringIO) -> None:
        self._keys = keys
        self._written = written

    @property
    def text(self) -> str:
        return " ".join(Text.from_ansi(self._written.getvalue()).plain.split())

    def type(self, line: str) -> None:
        self._keys.send_text(line + "\r")

    async def shows(self, *words: str) -> None:
        await eventually(lambda: all(word in self.text for word in words), lambda: f"{words} not in:\n{self.text}")

    def rings(self) -> int:
        return self._written.getvalue().count("\a")


def _stage(folder: Path, language: Language) -> AbstractAsyncContextManager[Cast]:
    return set_stage(folder, language, Limits.LIFTED, lambda what, seconds: None)


@asynccontextmanager
async def at_the_prompt(folder: Path, language: Language) -> AsyncIterator[Screen]:
    written = io.StringIO()
    output = Vt100_Output(written, lambda: Size(rows=40, columns=100), term="xterm")
    with create_pipe_input() as keys, create_app_session(input=keys, output=output), quiet_logs(folder / "demo.log"):
        async with (
            set_stage(folder, language, Limits.LIFTED, lambda what, seconds: None) as cast,
            asyncio.TaskGroup() as tasks,
        ):
            running = tasks.create_task(Terminal(cast).run())
            screen = Screen(keys, written)
            yield screen
            screen.type("/quit")
            await running


async def test_the_user_opens_an_incident_and_is_taken_into_its_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with at_the_prompt(tmp_path, Language("en")) as screen:
        await screen.shows("You are @alice", "Cellule is ready")
        screen.type("!open Host down --drill")
        await screen.shows("Which playbook?")
        screen.type("1")
        await screen.shows("You now talk in", "Start here")
        screen.type("!done D1 call from the host")
        await screen.shows("D1 done", "card updated", "Progress 1 of")
        screen.type("!aware GDPR-33-1 -65h30 call from the host")
        await screen.shows("rings @bob")
        assert screen.rings() >= 1
        screen.type("/bob !ack")
        await screen.shows("Seen: GDPR-33-1")
        screen.type("/server")
        await screen.shows("What you read", "m.room.encrypted")
        screen.type("/save")
        await screen.shows("There is no file in this room yet")
        screen.type("!clocks ics")
        await screen.shows(".ics")
        screen.type("/save")
        await screen.shows("Saved as")
        screen.type("/save")
        await screen.shows("was not saved: File exists")
        screen.type("/room 1")
        await screen.shows("You now talk in Lobby")
        screen.type("/bob hello")
        await screen.shows("bob is not in this room")
    assert "Stopping" in screen.text
    assert [name for name in os.listdir(tmp_path) if name.endswith(".ics")]  # noqa: PTH208 - pathlib's is for threads


async def test_wrong_words_of_the_demo_are_answered_in_french(tmp_path: Path) -> None:
    async with at_the_prompt(tmp_path, Language("fr")) as screen:
        await screen.shows("Vous êtes @alice")
        for line, answer in (
            ("/salle", "La démo connaît"),
            ("/room 9", "Il n’y a pas de salle 9"),
            ("/room", "Il n’y a pas de salle ?"),
            ("/bob", "Dites ce que dit bob"),
            ("/rooms", "vous êtes ici"),
            ("/help", "Vous passez dans sa salle"),
        ):
            screen.type(line)
            await screen.shows(answer)
