from __future__ import annotations

import asyncio

import pytest

from bot.matrix.http.backoff import LONGEST_REST_S, Cooldowns


async def test_a_thing_rests_longer_each_time_and_not_after_a_success(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    rests: Cooldowns[str] = Cooldowns()
    assert not rests.is_resting("a")
    slept = []
    for _ in range(9):
        rests.fail("a")
        began = now
        while rests.is_resting("a"):
            now += 30.0
        slept.append(now - began)
    assert slept[:3] == [60.0, 120.0, 240.0]
    assert slept[-1] == LONGEST_REST_S
    rests.fail("a")
    rests.succeed("a")
    assert not rests.is_resting("a")
