"""What a bot with very many rooms does not ask of each of them."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from bot.ports import UnreachableError
from tests.matrix.between import Between, Broken
from tests.matrix.people import Town, plan
from tests.matrix.test_rooms import joined_rooms


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
