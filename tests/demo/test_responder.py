"""The responders of the demo on a real homeserver: they talk to each other as they will with the bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.core.names import RoomId, UserId
from bot.demo.homeserver import Homeserver
from bot.demo.responder import Responder, Said
from bot.matrix.account.cross_signing import ensure_identity
from tests.matrix.people import Bot, Town
from tests.patience import PATIENCE_S
from tests.servers import register


@asynccontextmanager
async def responders(homeserver: Homeserver, folder: Path, *, and_bot: UserId) -> AsyncIterator[list[Responder]]:
    accounts = [await register(homeserver, stem) for stem in ("alice", "bob")]
    users = frozenset({*(UserId(account.user) for account in accounts), and_bot})
    both = [
        await Responder.log_in(
            homeserver.url, UserId(account.user), account.password, folder=folder / account.localpart, readers=users
        )
        for account in accounts
    ]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(responder.run()) for responder in both]
        yield both
        for task in running:
            task.cancel()
    for responder in both:
        await responder.close()


async def read(responder: Responder, body: str) -> Said:
    return await responder.wait_for(
        lambda: next((said for said in responder.transcript if said.body == body), None), PATIENCE_S
    )


async def room_of(bot: Bot, people: list[Responder]) -> RoomId:
    from bot.ports import RoomPlan

    room = await bot.chat.create_room(
        RoomPlan(name="Amber Fox", invite=tuple(person.user for person in people), admins=())
    )
    for person in people:
        await person.wait_for(lambda person=person: person.rooms.get(room) or None, PATIENCE_S)  # type: ignore[misc]
    return room


async def test_responders_join_where_they_are_invited_and_read_each_other(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    town = Town(homeserver, tmp_path / "town")
    bot = await town.bot()
    try:
        async with responders(homeserver, tmp_path, and_bot=bot.user) as (alice, bob):
            room = await room_of(bot, [alice, bob])
            first = await alice.say(room, "step one")
            assert (await read(bob, "step one")).id == first
            await bob.say(room, "in the thread", thread=first)
            assert (await read(alice, "in the thread")).thread == first
            await alice.say(room, "step two", replaces=first)
            edit = await read(bob, "step two")
            assert (edit.replaces, edit.sender) == (first, alice.user)
            assert alice.rooms == bob.rooms == {room: "Amber Fox"}
            assert alice.unreadable == bob.unreadable == ()
    finally:
        await town.close()


async def test_the_bot_reads_a_responder(homeserver: Homeserver, tmp_path: Path) -> None:
    town = Town(homeserver, tmp_path / "town")
    bot = await town.bot()
    # Responders give keys to verified devices only, like the bot.
    await ensure_identity(bot.client, bot.vault, password=bot.account.password, is_recoverable=False)
    try:
        async with responders(homeserver, tmp_path, and_bot=bot.user) as (alice, bob):
            room = await room_of(bot, [alice, bob])
            await bot.sync()
            bot.chat.invalidate(room)
            assert await bot.read(room, await alice.say(room, "hello")) == "hello"
    finally:
        await town.close()
