"""Bugs are planted in the bot, one at a time, and the judge must find each and say what it is.

`make chaos PROVE=1` plays it. A run ends as soon as the judge knows.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from tests.chaos.bugs import BUGS, VARIABLE, Bug
from tests.chaos.episode import Stage
from tests.chaos.setting import People, people, stage
from tests.servers import Account, register

PROVES = os.environ.get("CHAOS_PROVE") == "1"
SEED = os.environ.get("CHAOS_SEED", "20261124")
PACE = 5000
"""An hour of the law is 0.72 s: rungs that are three hours apart ring within more than what is called late."""
LASTS_S = 66.0
"""The times aimed at for steps ring a minute after the opening at the earliest."""
LOOKS_EVERY_S = 4.0
NONE = "none"
"""The bot as it is: the judge has nothing to say."""

pytestmark = [
    pytest.mark.skipif(not PROVES, reason="make chaos PROVE=1"),
    pytest.mark.peer,
    pytest.mark.long,
    pytest.mark.timeout(600),
]


class Known(Exception):
    """The judge knows."""


@dataclass(slots=True)
class Watch:
    """Looks on, and ends the run once the judge says what it must."""

    stage: Stage
    says: str
    pause_s: float
    complaints: list[str] = field(default_factory=list)

    async def look(self) -> None:
        while True:
            await asyncio.sleep(LOOKS_EVERY_S)
            assert not self.stage.reaper.ended, self.stage.reaper.bot.tail()
            if self.pause_s:
                async with self.stage.reaper.frozen():
                    await asyncio.sleep(self.pause_s)
            self.complaints = (await self.stage.glimpse()).complaints
            if any(re.search(self.says, what) for what in self.complaints):
                raise Known


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bots(homeserver: Homeserver) -> list[Account]:
    return [await register(homeserver, "cellule") for _ in (NONE, *BUGS)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowd(homeserver: Homeserver, bots: list[Account]) -> AsyncIterator[People]:
    async with people(homeserver, bots) as met:
        yield met


@pytest.mark.parametrize("name", [NONE, *BUGS])
async def test_the_judge_finds_what_is_planted(
    name: str,
    homeserver: Homeserver,
    tmp_path: Path,
    bots: list[Account],
    crowd: People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planted = BUGS.get(name, Bug(plant=lambda: None, says="."))
    monkeypatch.setenv(VARIABLE, name)
    account, module = bots[[NONE, *BUGS].index(name)], "tests.chaos.bugs" if name in BUGS else "bot"
    async with stage(homeserver, tmp_path, crowd, account, pace=PACE, seed=f"{SEED} {name}", module=module) as played:
        complaints = await _complaints(Watch(played, planted.says, planted.pause_s))
        failed = [line for line in played.reaper.warnings() if "(most recent call last)" in line]
    print(name, *complaints[:3], sep="\n  ")  # noqa: T201 - what the judge says is what this is about
    assert failed == [], "the bug is another than was meant: something raised"
    assert bool([what for what in complaints if re.search(planted.says, what)]) is (name in BUGS), complaints


async def _complaints(watch: Watch) -> list[str]:
    """Play until the judge knows, or to the end; return what it complains of."""
    try:
        return (await watch.stage.play(0, share=0.0, lasts_s=LASTS_S, watch=watch.look)).complaints
    except* Known:
        pass
    return watch.complaints
