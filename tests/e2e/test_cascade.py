"""A list that somebody sends, encrypted, on a real homeserver: a room for each line, exactly once, over a kill."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import web

from bot.core.facts import CascadeExtended, Opened, RoomReady
from bot.demo.homeserver import Homeserver
from bot.demo.seen import events
from tests.bots import Bot
from tests.console import cellule as console
from tests.matrix.between import Between, Meddling, Passed, Served
from tests.patience import PATIENCE_S
from tests.peers.peer import Peer
from tests.servers import Account, register
from tests.talks import Talk, unread
from tests.uploads import upload

pytestmark = [pytest.mark.peer, pytest.mark.slow]

FIRMS, TAKEN = 12, 6
NAME = "organisations.csv"


class Halting(Between):
    """A homeserver that answers so many requests for a room, and no more of them until it is let go."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.is_full, self._halts = asyncio.Event(), True
        self.meddle = self._meddling

    def let_go(self) -> None:
        self._halts = False

    def _meddling(self, request: Passed) -> Meddling:
        if not self._halts or request.path != "createRoom" or self.count("POST", "createRoom") <= TAKEN:
            return None
        self.is_full.set()
        return Served(by=self._never)

    async def _never(self, request: web.Request) -> web.StreamResponse:
        await asyncio.get_running_loop().create_future()
        return web.Response()


async def rooms_of(homeserver: Homeserver, bot: Bot) -> int:
    """Return how many rooms the bot has made, as the homeserver holds it."""
    held = await events(homeserver.database)
    return sum(event.type == "m.room.create" and event.sender == bot.user for event in held)


def listed(people: Sequence[Account]) -> bytes:
    lines = [f"Firm {number};{one.user};Lyon {number}" for number, one in enumerate(people, start=1)]
    return "\n".join(("organisation;people;city", *lines)).encode("cp1252")


async def test_twelve_organisations_get_a_room_each_and_no_more_over_a_kill(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, dave, cellule = [await register(homeserver, name) for name in ("alice", "dave", "cellule")]
    people = [await register(homeserver, "firm") for _ in range(FIRMS + 1)]
    leads = {one.user: ["admin", "coordinator"] for one in (alice, dave)}
    async with (
        Halting(homeserver.url) as between,
        Bot(tmp_path, homeserver, cellule, leads, url=between.url) as bot,
        Peer(homeserver, alice, meet=[bot.user]) as lead,
        Peer(homeserver, dave, meet=[bot.user]) as second,
        Peer(homeserver, people[6], meet=[bot.user]) as strict,
    ):
        control = Talk(peer=lead, room=(await lead.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.hear("!open")
        content = await upload(homeserver, people[0], listed(people[:FIRMS]), name=NAME, body="the firms: !close")
        await lead.send_event(control.room, "m.room.message", content)
        await second.wait_room(inviter=bot.user)
        await control.ask_with(second, "!cascade open Host down", "12 organisations, a room for each")
        async with asyncio.timeout(PATIENCE_S):
            await between.is_full.wait()
        await bot.kill()
        assert 0 < await rooms_of(homeserver, bot) < FIRMS + 2, "it was killed in the middle"
        between.let_go()
        await bot.start()
        parent = control.in_room((await lead.wait_room(inviter=bot.user, known=[control.room])).id)
        await parent.hear("All 12 rooms are open")
        child = Talk(peer=strict, room=(await strict.wait_room(inviter=bot.user)).id, bot=bot.user)
        card = await child.hear("\nHost down\n")
        assert "led by " + people[6].localpart in str(card.text)
        await child.hear("Start here")
        await child.ask("!facts", "Firm 7")

        longer = tmp_path / NAME
        await asyncio.to_thread(longer.write_bytes, listed(people))
        dry = await console("cascade", longer, "--config", bot.config, "--check")
        assert (dry.code, "1 room to make, 12 there already" in dry.out) == (1, True), dry.out
        assert "account without a device" in dry.out
        ended = await console("cascade", longer, "--config", bot.config, "--title", "Host down")
        assert (ended.code, "1 of 1 people" in ended.err) == (1, True), ended.err
        assert "1 new, 12 there already" in ended.out
        assert "13 of 13 rooms open" in ended.out.splitlines()[-1]
        assert await unread(lead, bot.user) == []
        assert await unread(strict, bot.user) == []
        assert await bot.stop() == 0
        facts = await bot.facts()

    assert await rooms_of(homeserver, bot) == FIRMS + 1 + 2, "those, the parent's, and the control room"
    opened = [fact for fact in facts if isinstance(fact, Opened)]
    assert sorted(fact.organisation for fact in opened) == ["", *sorted(f"Firm {n}" for n in range(1, FIRMS + 2))]
    assert sum(isinstance(fact, RoomReady) for fact in facts) == FIRMS + 2
    assert [len(fact.rows) for fact in facts if isinstance(fact, CascadeExtended)] == [12, 1]
    assert {fact.columns.get("city") for fact in opened if fact.parent} == {f"Lyon {n}" for n in range(1, FIRMS + 2)}
