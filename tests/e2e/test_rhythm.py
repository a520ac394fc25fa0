"""A situation point and a handover on a real homeserver, with a bot that is killed in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.facts import HandoverTaken, PointRang, PointWritten
from bot.core.rhythm.points import DRILL_EVERY
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.patience import PATIENCE_S
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]

RINGS = "Situation point, every"
WITHIN_S = DRILL_EVERY.total_seconds() + PATIENCE_S
"""In a fast drill a point that was asked for rings once a minute."""


async def test_a_point_rings_once_over_kills_and_a_handover_counts_once_it_is_acknowledged(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, bob, cellule = [await register(homeserver, name) for name in ("alice", "bob", "cellule")]
    people = {alice.user: ["admin", "coordinator"], bob.user: ["admin", "dpo"]}
    async with (
        Bot(tmp_path, homeserver, cellule, people) as bot,
        Peer(homeserver, alice, meet=[bot.user]) as a,
        Peer(homeserver, bob, meet=[bot.user]) as b,
    ):
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Host down --playbook provider-hit --drill", "Host down")
        room = control.in_room((await a.wait_room(inviter=bot.user, known=[control.room])).id)
        await b.wait_room(inviter=bot.user)
        await room.hear("Start here")

        asked = await room.ask("!brief every 3h", "rings every 3")
        await bot.kill()
        await bot.start()
        point = await room.hear(RINGS, after=asked.id, within_s=WITHIN_S)
        await bot.kill()
        await bot.start()
        await room.ask("nothing", "^Noted: nothing new", reply_to=point.id)
        await room.ask("!brief off", "^No situation point rings any more")

        await room.ask(f"!assign D1 {alice.user}", "D1")
        handed = await room.ask(f"!handover {bob.user} the host calls at eight", r"^alice\S* hands over to")
        assert "Steps that pass: D1" in (handed.text or "")
        await bot.kill()
        await bot.start()
        await room.of(b).ask("received", r"^bob\S* has taken over from alice", reply_to=handed.id)
        assert "bob" in ((await room.ask("!step D1", "^D1")).text or "")

        said = [message for message in await room.heard() if RINGS in (message.text or "")]
        assert await unread(a, bot.user) == []
        # Bob's app may have come to the control room after the bot had said something there.
        assert [message.failure for message in await room.of(b).heard() if message.failure is not None] == []
        await bot.kill()
        facts = await bot.facts()
        rang = [fact for fact in facts if isinstance(fact, PointRang)]
        assert len(rang) == len(said) == len({fact.due for fact in rang})
        assert [fact.text for fact in facts if isinstance(fact, PointWritten)] == [""]
        assert [fact.by for fact in facts if isinstance(fact, HandoverTaken)] == [bob.user]
