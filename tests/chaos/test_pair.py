"""Two machines beside one database, killed under load: the other takes over in time, and everything happens once.

`make replicas` plays it long; without being asked it is three kills.
"""

from __future__ import annotations

import os
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest

from bench import kept
from bot.demo.homeserver import Homeserver
from tests.chaos.pair import Pair
from tests.chaos.reading import events_in
from tests.chaos.script import LADDER_H
from tests.chaos.setting import people, stage
from tests.chaos.test_exactly_once import LADDER_SHARE
from tests.databases import Postgres, database_server
from tests.servers import register
from tests.talks import unread

__all__ = ["database_server"]

KILLS = int(os.environ.get("CHAOS_PAIR_KILLS", "3"))
KILL_EVERY_S = 14.0
SEED = int(os.environ.get("CHAOS_SEED", "20261124"))
KEPT_IN = os.environ.get("CHAOS_KEPT_IN")
WHOLE = 100
EPISODE = 25
TAKES_OVER_WITHIN_S = 15.0
SURELY_DEAD_S = 3.0
"""What was on its way when a leader was killed has arrived by then, and no other speaks yet."""
pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(0 if KILLS > 20 else 1800)]


async def test_a_standby_takes_over_in_time_and_everything_happens_exactly_once(
    homeserver: Homeserver, database_server: Postgres, tmp_path: Path
) -> None:
    run = kept.begin("replicas")
    pace = round(LADDER_H * 3600 / (min(KILLS, EPISODE) * KILL_EVERY_S * LADDER_SHARE))
    account = await register(homeserver, "cellule")
    async with (
        people(homeserver, [account]) as crowd,
        stage(homeserver, tmp_path, crowd, account, pace=pace, seed=str(SEED), database=database_server) as played,
    ):
        pair = played.reaper
        assert isinstance(pair, Pair)
        verdicts = []
        for kills in [EPISODE] * (KILLS // EPISODE) + [KILLS % EPISODE] * (KILLS % EPISODE > 0):
            verdicts.append(await played.play(kills, share=0.0))
            await pair.spawn()
        verdicts.append(await played.judge_all())
        events = await events_in(crowd["alice"], [played.control.room, *played.rooms])
        unreadable = await unread(crowd["alice"], account.user)
    spoken = sorted(event.at / 1000 for event in events if event.sender == account.user)
    after = [min(at for at in spoken if at > killed + SURELY_DEAD_S) - killed for killed in pair.taken_at]
    figures: dict[str, Any] = {
        "replica_kills": sum(pair.kills.values()),
        "takeover_s_max": round(max(after), 2),
        "replica_lost": sum(len(verdict.lost) for verdict in verdicts),
        "replica_doubled": sum(len(verdict.doubled) for verdict in verdicts),
        "takeover_s_p95": round(quantiles(after, n=20)[-1], 2) if len(after) > 1 else None,
        "takeovers": len(after),
        "harms": {str(harm): count for harm, count in sorted(pair.kills.items())},
        "seed": SEED,
    }
    print(figures)  # noqa: T201 - what a long run is for
    if KEPT_IN is not None:
        run.keep("replicas", figures, small=KILLS < WHOLE, folder=Path(KEPT_IN))
    assert [verdict.complaints for verdict in verdicts if not verdict.is_clean] == []
    assert unreadable == []
    assert max(after) <= TAKES_OVER_WITHIN_S
