"""A room key that is lost: the bot asks the device that made it, and an app of another make gives it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.matrix.between import Between, Changed
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_a_command_whose_key_is_lost_is_carried_out_once_its_author_gave_it_again(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    is_losing, lost = False, list[Any]()

    def lose(answer: Any) -> Any:
        """Take the first room key out of the sync answers, for good."""
        events = answer.get("to_device", {}).get("events", [])
        keys = [event for event in events if event["type"] == "m.room.encrypted" and event["sender"] == alice.user]
        if is_losing and keys and not lost:
            lost.append(keys[0])
            events.remove(keys[0])
        return answer

    async with Between(homeserver.url) as between:
        between.meddle = lambda request: Changed(by=lose) if request.path == "sync" else None
        bot = Bot(tmp_path, homeserver, account, {alice.user: ["admin", "coordinator"]}, url=between.url)
        async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
            control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
            # Short, so that nothing of the answer comes after it, in a thread.
            await control.ask("!list")
            is_losing = True
            await peer.rotate(control.room)
            asked = await control.say("!list")
            await control.hear(".", after=asked)
            assert len(lost) == 1
            assert between.count("PUT", "sendToDevice/m.room_key_request") >= 1
            assert len(await control.heard(after=asked)) == 1
            assert await unread(peer, bot.user) == []
