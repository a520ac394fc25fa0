"""The tour as a user runs it, and what happens when an expectation does not hold."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.language import Language
from bot.demo.expectations import UnmetError
from bot.demo.homeserver import Limits
from bot.demo.script import ENGLISH
from bot.demo.stage import quiet_logs, set_stage
from bot.demo.tour import Tour
from bot.store.errors import StateInUseError
from bot.store.lock import lock_folder

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


async def run_demo(*args: str, **environment: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        *args,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


@pytest.mark.parametrize(
    ("locale", "width", "words"),
    [
        ("en_GB.UTF-8", 100, ("What the server saw", "D1 done", "rings @bob", "all read by everyone")),
        ("fr_FR.UTF-8", 44, ("serveur\u00a0: m.room.encrypted", "sonne pour @bob", "tous lus par")),
    ],
)
async def test_without_a_terminal_the_tour_plays_and_exits_0(
    locale: str, width: int, words: tuple[str, ...], tmp_path: Path
) -> None:
    code, output = await run_demo(LANG=locale, LC_ALL="", COLUMNS=str(width), TMPDIR=str(tmp_path))
    assert code == 0, output
    flat = re.sub(r"[ \n]+", " ", output)
    for said in words:
        assert said in flat
    assert "\x1b" not in output
    assert "Traceback" not in output
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - the demo is over: nothing waits for this


async def test_what_cannot_start_exits_1_and_says_where_the_log_is(tmp_path: Path) -> None:
    (tmp_path / "homeserver").write_text("a file where a folder must be")
    code, output = await run_demo("--keep", str(tmp_path), COLUMNS="200")
    assert code == 1
    assert "The demo failed" in output
    assert f"The log is {tmp_path / 'demo.log'}" in output


async def test_an_expectation_that_does_not_hold_is_named_with_what_was_seen(tmp_path: Path) -> None:
    wrong = replace(ENGLISH, next="!nxt")

    def tick(what: str, seconds: float) -> None:
        ticked.append(what)

    ticked: list[str] = []
    with quiet_logs(tmp_path / "demo.log"):
        async with set_stage(tmp_path, Language("en"), Limits.LIFTED, tick) as cast:
            with pytest.raises(UnmetError) as failure:
                await Tour(cast, wrong, within_s=5, tick=tick).play()
    unmet = failure.value.unmet
    assert unmet.step == "alice asks what comes next"
    assert "!nxt" in unmet.expected
    assert "!next" in unmet.seen
    assert ticked[-1] == "both join its encrypted room and read card and first steps"


async def test_a_bot_that_dies_ends_the_demo(tmp_path: Path) -> None:
    lock = lock_folder(tmp_path / "bot")
    with pytest.RaisesGroup(StateInUseError, flatten_subgroups=True), quiet_logs(tmp_path / "demo.log"):
        async with set_stage(tmp_path, Language("en"), Limits.LIFTED, lambda what, seconds: None):
            pytest.fail("the stage is not set without a bot")
    lock.release()
