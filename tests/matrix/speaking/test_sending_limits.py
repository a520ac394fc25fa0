"""A homeserver with the limits it has by default."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.names import EventId
from bot.demo.homeserver import Homeserver
from bot.ports import BusyError, Content
from tests.matrix.people import Town, opened


@pytest.mark.slow
async def test_beyond_the_limit_the_delay_is_told_and_what_was_refused_is_said_once(
    limited_homeserver: Homeserver, tmp_path: Path
) -> None:
    town = Town(limited_homeserver, tmp_path)
    bot, alice = await town.bot(), await town.person()
    room = await opened(bot, alice)
    await alice.join(room)
    readers = frozenset({alice.user})
    said: list[EventId] = []

    async def talk() -> None:
        while True:
            body = str(len(said))
            said.append(await bot.chat.say(room, Content(body=body, html=""), txn=body, readers=readers))

    with pytest.raises(BusyError) as busy:
        await talk()
    assert timedelta(0) < busy.value.retry_after <= timedelta(seconds=10)
    assert [await alice.read(room, event) for event in said] == [str(number) for number in range(len(said))]
    assert len(set(said)) == len(said) >= 5
    await town.close()


@pytest.mark.slow
async def test_a_room_for_ten_is_made_even_when_the_limit_of_invitations_is_near(
    limited_homeserver: Homeserver, tmp_path: Path
) -> None:
    town = Town(limited_homeserver, tmp_path)
    bot = await town.bot()
    people = [await town.person() for _ in range(8)]
    first = await opened(bot, *people)
    second = await opened(bot, *people[:3])
    assert first != second
    for person in people[:3]:
        await person.join(second)
    await town.close()
