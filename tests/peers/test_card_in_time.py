"""The card through the whole life of a clock, up to 40 hours overdue, in two engines: true whenever it is looked at."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.peers.peer import Peer
from tests.peers.rust import RustPeer
from tests.servers import register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.long]

PACE = 1800
"""Twenty hours until it is due are 40 seconds, and 40 hours overdue are 80."""
UNTIL_DUE, OVERDUE = timedelta(hours=20), timedelta(hours=40)
TURNING = timedelta(seconds=10)
"""How long the card may take, at the due time, to be edited, sent and read; nothing of it is looked at then."""
LOOK_S = 1.0


async def test_the_card_is_true_at_every_look_up_to_40_hours_overdue(homeserver: Homeserver, tmp_path: Path) -> None:
    alice, bob = await register(homeserver, "alice"), await register(homeserver, "bob")
    cellule = await register(homeserver, "cellule")
    people = {alice.user: ["admin", "coordinator"], bob.user: ["dpo"]}
    bot = Bot(tmp_path, homeserver, cellule, people, pace=PACE)
    async with bot, Peer(homeserver, alice, meet=[bot.user]) as laptop, RustPeer(homeserver, bob) as phone:
        control = Talk(peer=laptop, room=(await laptop.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.say("!open Host down --playbook provider-hit --drill")
        room = (await laptop.wait_room(inviter=bot.user, known=[control.room])).id
        desk = control.in_room(room)
        assert await phone.room_of(bot.user) == room
        await desk.hear("Start here")
        started = await desk.ask("!aware FR-LOPMI -52h call from the hotline", "^FR-LOPMI runs")
        [card] = await desk.pinned()
        await desk.hear("⏳ FR-LOPMI complaint", after=started.id)
        await phone.wait(room, lambda seen: seen.event == card and "⏳ FR-LOPMI complaint" in seen.text)
        due = datetime.fromtimestamp(started.at / 1000, UTC) + UNTIL_DUE / PACE
        looks = {True: 0, False: 0}
        while (now := datetime.now(UTC)) < due + OVERDUE / PACE:
            if abs(now - due) > TURNING:
                shown = [event.text for event in await laptop.timeline(room) if card in (event.id, event.replaces)]
                on_phone = await phone.wait(room, lambda seen: seen.event == card)
                for text in (shown[-1] or "", on_phone.text):
                    assert ("❗ FR-LOPMI complaint overdue since" in text) == (now > due), text
                    assert ("⏳ FR-LOPMI complaint" in text) == (now < due), text
                    assert " in " not in text.partition("Progress")[0], "it counts from no moment"
                looks[now > due] += 1
            await asyncio.sleep(LOOK_S)
        assert looks[False] > 15, looks
        assert looks[True] > 40, looks
        assert await phone.unread(room) == 0
