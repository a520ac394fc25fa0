"""Killed at random moments, under load, in bad weather: nothing lost, nothing doubled, nothing invented.

`make chaos KILLS=500` plays it long; without being asked it is twenty kills.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench import kept
from bot.demo.homeserver import Homeserver
from tests.chaos.episode import Stage
from tests.chaos.model import Verdict, total
from tests.chaos.report import found
from tests.chaos.script import LADDER_H
from tests.chaos.setting import people, stage
from tests.servers import register
from tests.talks import unread

KILLS = int(os.environ.get("CHAOS_KILLS", "20"))
SEED = int(os.environ.get("CHAOS_SEED", "20261124"))
KEPT_IN = os.environ.get("CHAOS_KEPT_IN")
WHOLE = 500
"""A run of fewer kills is a small one."""
EPISODE = 50
"""Kills in one episode."""
KILL_EVERY_S = 2.4
LADDER_SHARE = 0.6
"""Of the time of an episode of kills: a clock is overdue for the rest of it."""
SHARES = (0.05, 0.1, 0.15, 0.2)
"""What part of all requests meets a fault."""

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(0 if KILLS > EPISODE else 1800)]


async def test_whatever_is_killed_whenever_everything_happens_exactly_once(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    run = kept.begin("chaos")
    print(f"seed {SEED}")  # noqa: T201 - what to start from when it fails
    pace = round(LADDER_H * 3600 / (min(KILLS, EPISODE) * KILL_EVERY_S * LADDER_SHARE))
    account = await register(homeserver, "cellule")
    async with (
        people(homeserver, [account]) as crowd,
        stage(homeserver, tmp_path, crowd, account, pace=pace, seed=str(SEED)) as played,
    ):
        verdicts = await play(played, run)
        bot, alice = account.user, crowd["alice"]
        rooms = [room.name for room in await alice.rooms() if room.members.get(bot) == "join"]
        verdicts.append(await played.judge_all())
        unreadable = await unread(alice, bot)
    keep(run, played, verdicts)
    assert [verdict for verdict in verdicts if not verdict.is_clean] == []
    assert unreadable == []
    assert [name for name, times in Counter(rooms).items() if times > 1] == [], "the bot is in two rooms of one name"


def keep(run: kept.Run, stage: Stage, verdicts: list[Verdict]) -> None:
    if KEPT_IN is not None:
        figures = found(SEED, stage, verdicts)
        run.keep("chaos", figures, small=figures["chaos_kills"] < WHOLE, folder=Path(KEPT_IN))


async def play(stage: Stage, run: kept.Run) -> list[Verdict]:
    """Play episodes until there were enough kills; what a long run has found so far is kept, should it be stopped."""
    verdicts: list[Verdict] = []
    left, number = KILLS, 0
    while left:
        kills = min(left, EPISODE)
        share = SHARES[number % len(SHARES)] if KILLS > EPISODE else 0.2
        verdict = await stage.play(kills, share=share, too_late=number % 2 == 1)
        verdicts.append(verdict)
        keep(run, stage, [*verdicts, total(verdicts)])
        await stage.reaper.spawn()
        left, number = left - kills, number + 1
        print(f"{KILLS - left} kills, {dict(verdict.held)}")  # noqa: T201 - the long run tells how far it is
        if not verdict.is_clean:
            print(*verdict.complaints, sep="\n")  # noqa: T201
            print(*stage.reaper.warnings().most_common(), sep="\n")  # noqa: T201 - elsewhere nobody has the logs
        sys.stdout.flush()
    return verdicts
