"""A gap in a timeline on a homeserver that fails: for minutes, and for longer than anybody waits."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.core.names import RoomId, UserId
from bot.matrix.guard.client import GuardedClient
from bot.matrix.hearing.backfill import TRIES, Backfill
from bot.matrix.hearing.reading import Reader
from tests.fakes.homeserver import FakeHomeserver
from tests.matrix.listeners import ALICE, BOT, ROOM, guarded

SAID = 3


class Gap:
    """Messages between two syncs, and the rests that were taken to fetch them."""

    def __init__(self, server: FakeHomeserver, client: GuardedClient) -> None:
        server.make_room(ROOM, ALICE, BOT)
        self._since = f"s{server.position}"
        for number in range(SAID):
            server.say(ROOM, ALICE, {"msgtype": "m.text", "body": f"{number}"}, "m.room.message")
        self._before = f"s{server.position}"
        self.rests: list[float] = []
        reader = Reader(UserId(BOT), client.device_of, lambda *_: None, lambda _: False)
        self._backfill = Backfill(client, reader, lambda: 1.0, self._rest)

    async def _rest(self, seconds: float) -> None:
        self.rests.append(seconds)

    async def filled(self) -> int:
        return len(await self._backfill.missing(RoomId(ROOM), before=self._before, since=self._since))


async def test_it_is_filled_though_the_homeserver_fails_for_minutes(server: FakeHomeserver, tmp_path: Path) -> None:
    async with guarded(server, tmp_path) as client:
        gap = Gap(server, client)
        server.pages_fail = TRIES - 1
        assert await gap.filled() == SAID
        assert sum(gap.rests) > 180


async def test_it_is_given_up_aloud(server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with guarded(server, tmp_path) as client:
        gap = Gap(server, client)
        server.pages_fail = TRIES
        with caplog.at_level(logging.ERROR):
            assert await gap.filled() == 0
    assert "could not be filled" in caplog.text
