"""Who cannot be invited holds up neither the room nor the others, and is named."""

from __future__ import annotations

from dataclasses import replace

from bot.core.names import UserId
from tests.matrix.people import Town, plan
from tests.matrix.speaking.test_rooms import membership


async def test_who_cannot_be_invited_is_named_and_holds_nobody_up(town: Town) -> None:
    bot, alice = await town.bot(), await town.person()
    nowhere = UserId("@somebody:nowhere.invalid")
    room = await bot.chat.create_room(replace(plan(alice), invite=(nowhere, alice.user)))
    assert bot.chat.uninvited[room] == (nowhere,)
    assert await membership(bot, room, alice.user) == "invite"
