"""Polls in Element X's engine, strict: it reads them, votes, and is understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.peers.rust import RustPeer
from tests.servers import register

pytestmark = pytest.mark.peer


async def test_a_playbook_is_chosen_by_tapping(homeserver: Homeserver, tmp_path: Path) -> None:
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    bot = Bot(tmp_path, homeserver, cellule, {alice.user: ["admin", "coordinator"]})
    async with bot, RustPeer(homeserver, alice) as phone:
        control = await phone.room_of(bot.user)
        await phone.say(control, "!open Host down")
        poll = await phone.wait(control, lambda shown: shown.sender == bot.user and bool(shown.answers))
        assert poll.text == "Which playbook?"
        chosen = next(id for id, text in poll.answers.items() if text.startswith("2. "))
        await phone.vote(control, poll.event, chosen)
        room = await phone.room_of(bot.user, known=(control,))
        assert room != control
        assert await phone.unread(control) == 0
