"""What a bot with very many rooms does not ask of each of them."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from bot.matrix.speaking import sending
from bot.ports import UnreachableError
from tests.matrix.between import Between, Broken, Instead
from tests.matrix.people import Town, opened, plan, say
from tests.matrix.speaking.test_key_delay import WAIT_S, signed, speaking
from tests.matrix.speaking.test_rooms import joined_rooms


async def test_looking_for_a_room_asks_nothing_of_those_that_are_used(town: Town, between: Between) -> None:
    bot = await town.bot(url=between.url)
    used, wanted = await bot.chat.create_room(plan()), plan()
    between.once("POST", "createRoom", Broken())
    with pytest.raises(UnreachableError):
        await bot.chat.create_room(wanted)
    between.passed.clear()
    room = await bot.chat.create_room(wanted)
    assert between.count("GET", "joined_rooms") == 1
    assert not [request for request in between.passed if used in unquote(request.path)]
    assert {*await joined_rooms(bot)} == {used, room}


async def test_after_a_start_a_few_rooms_at_once_are_looked_at_for_who_came(
    town: Town, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_LOOKS_IN_A_ROW", 1)
    bot, alice = await speaking(town, url=between.url), await signed(town)
    for _ in range(3):
        await say(bot, await opened(bot, alice), "step one", alice)
    bot.open_chat(key_delay_s=WAIT_S)
    between.passed.clear()
    await bot.chat.deliver_owed_keys()
    assert between.count("GET", "/state") == 1
    assert bot.chat.next_owed_in() == 0.0
    between.once("GET", "/state", Instead(status=502, body={}))
    await bot.chat.deliver_owed_keys()
    assert bot.chat.next_owed_in() is None, "a homeserver that cannot answer is not asked without a pause"
    for looked_at in (3, 4, 4):
        await bot.chat.deliver_owed_keys()
        assert between.count("GET", "/state") == looked_at
