"""Killed at random moments, under load, in bad weather: nothing lost, nothing doubled, nothing invented.

`make chaos KILLS=500` plays it long; without being asked it is twenty kills.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench import kept
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.chaos.episode import LADDER_H, Stage
from tests.chaos.killing import Reaper
from tests.chaos.model import Verdict, total
from tests.chaos.report import found
from tests.chaos.weather import Weather
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

KILLS = int(os.environ.get("CHAOS_KILLS", "20"))
SEED = int(os.environ.get("CHAOS_SEED", "20261124"))
KEPT_IN = os.environ.get("CHAOS_KEPT_IN")
WHOLE = 500
"""A run of fewer kills is a small one."""
EPISODE = 50
"""Kills in one episode."""
KILL_EVERY_S = 2.4
SHARES = (0.05, 0.1, 0.15, 0.2)
"""What part of all requests meets a fault."""

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(0 if KILLS > EPISODE else 1800)]


async def test_whatever_is_killed_whenever_everything_happens_exactly_once(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    run = kept.begin("chaos")
    print(f"seed {SEED}")  # noqa: T201 - what to start from when it fails
    pace = round(LADDER_H * 3600 / (min(KILLS, EPISODE) * KILL_EVERY_S))
    names = ("alice", "bob", "carol", "cellule")
    accounts = {name: await register(homeserver, name) for name in names}
    people = {
        accounts["alice"].user: ["admin", "coordinator", "dpo"],
        accounts["bob"].user: ["it"],
        accounts["carol"].user: ["comms"],
    }
    met = [accounts["cellule"].user]
    async with (
        Weather(homeserver.url, random.Random(f"{SEED} weather")) as weather,
        Peer(homeserver, accounts["alice"], meet=met) as alice,
        Peer(homeserver, accounts["bob"], meet=met) as bob,
        Peer(homeserver, accounts["carol"], meet=met) as carol,
    ):
        bot = Bot(tmp_path, homeserver, accounts["cellule"], people, pace=pace, url=weather.url)
        reaper = Reaper(bot, random.Random(f"{SEED} kills"))
        async with reaper:
            control = Talk(peer=alice, room=(await alice.wait_room(inviter=bot.user)).id, bot=bot.user)
            stage = Stage(
                reaper=reaper,
                weather=weather,
                control=control,
                bob=bob,
                carol=carol,
                pace=pace,
                chance=random.Random(f"{SEED} people"),
            )
            verdicts = await play(stage, run)
            rooms = [room.name for room in await alice.rooms() if room.members.get(bot.user) == "join"]
            verdicts.append(await stage.judge_all())
            unreadable = await unread(alice, bot.user)
    keep(run, stage, verdicts)
    assert [verdict for verdict in verdicts if not verdict.is_clean] == []
    assert unreadable == []
    assert Counter(Counter(rooms).values()) == {1: len(stage.rooms) + 1}, "the bot is in two rooms of one name"


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
            print(f"lost {verdict.lost}\ndoubled {verdict.doubled}\ninvented {verdict.invented}")  # noqa: T201
            print(*stage.reaper.warnings().most_common(), sep="\n")  # noqa: T201 - elsewhere nobody has the logs
        sys.stdout.flush()
    return verdicts
