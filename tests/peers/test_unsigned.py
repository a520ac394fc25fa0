"""The test of the test: without cross-signing, the same strict client reads nothing of the bot and is not obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_a_strict_client_reads_no_message_of_a_bot_that_does_not_sign_its_device(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, bob, cellule = [await register(homeserver, stem) for stem in ("alice", "bob", "cellule")]
    people = {alice.user: ["admin", "coordinator"], bob.user: ["admin"]}
    loose = {"trust": {"devices": "first-use"}}
    bot = Bot(tmp_path, homeserver, cellule, people, module="tests.peers.unsigned_bot", more=loose)
    async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
        room = (await peer.wait_room(inviter=bot.user)).id
        refused = await peer.wait_failure(room, "UNSIGNED_SENDER_DEVICE", sender=bot.user)
        assert refused.text is None
        assert not await peer.is_signed(bot.user)
        async with Peer(homeserver, bob, sign=False, strict=False, meet=[bot.user]) as careless:
            # Somebody who takes unsigned devices and has one: the bot is well, and hears and answers them.
            await careless.wait_room(inviter=bot.user)
            answer = await Talk(peer=careless, room=room, bot=bot.user).ask("!help", "Commands here")
        await peer.wait_failure(room, "UNSIGNED_SENDER_DEVICE", sender=bot.user, after=refused.id)
        seen = [event for event in await peer.timeline(room) if event.sender == bot.user and event.encrypted]
    assert answer.id in {event.id for event in seen}
    assert [event.text for event in seen] == [None] * len(seen)
    assert {event.failure for event in seen} == {"UNSIGNED_SENDER_DEVICE"}
