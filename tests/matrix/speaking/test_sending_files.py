"""Files in rooms of a real homeserver: who can open them, what leaves before it may, what the homeserver keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.core.names import EventId, RoomId
from bot.ports import Attachment, BusyError, Content, RefusedError, UnreachableError
from tests.matrix.attachments import kept_by, opened_file
from tests.matrix.between import Between, Broken, Instead, Lost, Passed
from tests.matrix.people import Bot, Person, Town, opened, say

WORD = "Quetzalcoatlus"
FILE = Attachment(name=f"{WORD}.ics", mime="text/calendar", data=f"BEGIN:VCALENDAR {WORD}\r\n".encode() * 50)
UPLOAD, SEND = "/media/v3/upload", "/send/m.room.encrypted/"


async def ready(town: Town, between: Between) -> tuple[Bot, Person, RoomId]:
    """A bot behind the proxy and alice in a room; the room key is shared."""
    bot, alice = await town.bot(url=between.url), await town.person()
    room = await opened(bot, alice)
    await alice.join(room)
    bot.chat.invalidate(room)
    await say(bot, room, "hello", alice)
    between.passed.clear()
    return bot, alice, room


async def hand_out(bot: Bot, room: RoomId, reader: Person, txn: str = "file", body: str = FILE.name) -> EventId:
    content = Content(body=body, html="", file=FILE)
    return await bot.chat.say(room, content, txn=txn, readers=frozenset({reader.user}))


async def test_a_file_costs_two_requests(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    assert await opened_file(alice, room, await hand_out(bot, room, alice)) == FILE
    assert [(request.method, request.kind) for request in between.passed] == [
        ("POST", "application/octet-stream"),
        ("PUT", "application/json"),
    ]


async def test_neither_name_nor_type_nor_word_of_a_file_leaves_in_clear_or_lies_on_the_homeserver(
    town: Town, between: Between
) -> None:
    bot, alice, room = await ready(town, between)
    event = await bot.raw(room, await hand_out(bot, room, alice, body=f"all of {WORD}"))
    assert event["type"] == "m.room.encrypted"
    passed, kept = "".join(map(str, between.passed)), await kept_by(town.homeserver)
    secrets = [WORD, "VCALENDAR", "text/calendar", ".ics", "m.file", "mxc://"]
    assert [secret for secret in secrets if secret in passed] == []
    assert any(len(held) == len(FILE.data) for held in kept), "what was uploaded lies there"
    assert [secret for secret in [WORD, "VCALENDAR"] if any(secret.encode() in held for held in kept)] == []


async def test_nothing_is_uploaded_to_a_room_that_is_not_safe(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    clear = await bot.wire.ask("POST", ("createRoom",), {"preset": "private_chat", "invite": [alice.user]})
    with pytest.raises(RefusedError, match="NOT_ENCRYPTED"):
        await hand_out(bot, RoomId(clear["room_id"]), alice)
    await bot.set_state(room, "m.room.history_visibility", history_visibility="world_readable")
    bot.chat.invalidate(room)
    with pytest.raises(RefusedError, match="WORLD_READABLE"):
        await hand_out(bot, room, alice)
    assert between.count("POST", UPLOAD) == 0


async def test_nothing_is_uploaded_when_nobody_could_open_it_or_its_words_do_not_fit(
    town: Town, between: Between
) -> None:
    bot, alice, room = await ready(town, between)
    with pytest.raises(RefusedError, match="NO_DEVICE"):
        await hand_out(bot, room, await town.person("bob"))
    with pytest.raises(RefusedError, match="TOO_LARGE"):
        await hand_out(bot, room, alice, body="x" * 46_000)
    assert between.count("POST", UPLOAD) == 0


async def test_a_room_that_becomes_unsafe_during_the_upload_gets_no_message(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    between.meddle = on_upload(lambda: bot.chat.invalidate(room))
    # The bot has not heard of it yet when it looks for the first time.
    await bot.set_state(room, "m.room.history_visibility", history_visibility="world_readable")
    with pytest.raises(RefusedError, match="WORLD_READABLE"):
        await hand_out(bot, room, alice)
    assert (between.count("POST", UPLOAD), between.count("PUT", SEND)) == (1, 0)


def on_upload(do: Callable[[], None]) -> Callable[[Passed], None]:
    def meddle(request: Passed) -> None:
        if UPLOAD in request.path:
            do()

    return meddle


@pytest.mark.parametrize("fault", [Broken(), Lost(), Instead(status=502, body="<html>")])
async def test_a_message_that_is_tried_again_brings_the_file_that_lies_there(
    town: Town, between: Between, fault: Broken | Lost | Instead
) -> None:
    bot, alice, room = await ready(town, between)
    between.once("PUT", SEND, fault)
    with pytest.raises(UnreachableError):
        await hand_out(bot, room, alice)
    event = await hand_out(bot, room, alice)
    assert await opened_file(alice, room, event) == FILE
    assert between.count("POST", UPLOAD) == 1
    assert [id for id in alice.timelines[room] if await alice.read(room, EventId(id)) == FILE.name] == [event]


async def test_an_upload_that_was_lost_is_made_again(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    between.once("POST", UPLOAD, Lost())
    with pytest.raises(UnreachableError):
        await hand_out(bot, room, alice)
    assert await opened_file(alice, room, await hand_out(bot, room, alice)) == FILE
    assert between.count("POST", UPLOAD) == 2


async def test_after_a_restart_the_same_transaction_is_still_one_message(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    first = await hand_out(bot, room, alice)
    bot.open_chat()
    assert await hand_out(bot, room, alice) == first
    assert await opened_file(alice, room, first) == FILE


async def test_a_limited_upload_tells_the_delay_and_a_refused_one_the_code(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    limit = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1234}
    between.once("POST", UPLOAD, Instead(status=429, body=limit))
    with pytest.raises(BusyError) as busy:
        await hand_out(bot, room, alice)
    assert busy.value.retry_after == timedelta(milliseconds=1234)
    between.once("POST", UPLOAD, Instead(status=413, body={"errcode": "M_TOO_LARGE", "error": "secret text"}))
    with pytest.raises(RefusedError) as refused:
        await hand_out(bot, room, alice)
    assert str(refused.value) == "M_TOO_LARGE"
    assert between.count("PUT", SEND) == 0


class Hanging(Between):
    """A homeserver whose media repository hangs until it is let go."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.asked, self.let_go = asyncio.Event(), asyncio.Event()

    async def _forward(self, request: web.Request, data: bytes) -> web.Response:
        if request.path.endswith(UPLOAD):
            self.asked.set()
            await self.let_go.wait()
        return await super()._forward(request, data)


async def test_an_upload_that_hangs_holds_up_no_message_and_no_owed_key(town: Town) -> None:
    async with Hanging(town.homeserver.url) as between, asyncio.TaskGroup() as tasks:
        bot, alice, room = await ready(town, between)
        other = await opened(bot, alice)
        handing_out = tasks.create_task(hand_out(bot, room, alice))
        await between.asked.wait()
        await say(bot, other, "meanwhile", alice)
        await say(bot, room, "even here", alice)
        await bot.chat.deliver_owed_keys()
        assert not handing_out.done()
        between.let_go.set()
        assert await opened_file(alice, room, await handing_out) == FILE


async def test_the_homeserver_takes_files_of_a_megabyte_and_more(town: Town, between: Between) -> None:
    bot, alice, room = await ready(town, between)
    large = replace(FILE, data=bytes(range(256)) * 6000)
    content = Content(body="large", html="", file=large)
    event = await bot.chat.say(room, content, txn="large", readers=frozenset({alice.user}))
    assert await opened_file(alice, room, event) == large
