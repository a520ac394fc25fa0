"""Answers with as much in them as a homeserver likes: what is too much is refused, and the rest holds up nobody."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.core.names import RoomId
from bot.matrix.guard import answers
from bot.matrix.http import bodies
from bot.matrix.http.bodies import BodyTooLongError, TooManyPartsError, aside, most_bytes, most_parts, read_json
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.room_state import RoomStates
from bot.ports import UnreachableError
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.held import alone
from tests.matrix.hearer import Bot
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, ROOM, guarded, pull

LONGEST_TURN_S = 0.5
"""Processor time of the loop between two turns of somebody else: each of these took seconds. It is far less on most
machines, and what else runs there does not count."""


@asynccontextmanager
async def nobody_held_up() -> AsyncIterator[None]:
    """Count how long the loop works between two turns of a task that always wants one."""
    longest = 0.0

    async def turn() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)

    with alone():
        task = asyncio.create_task(turn())
        yield
        task.cancel()
    assert longest < LONGEST_TURN_S


def event(number: int, type_: str = "m.room.encrypted") -> Json:
    content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "A" * 500, "session_id": "s" * 43}
    membership = {"state_key": f"@{number}:example.org", "content": {"membership": "join"}}
    said: Json = {"type": type_, "event_id": f"$long-{number}", "sender": ALICE, "origin_server_ts": 1}
    return said | (membership if type_ == "m.room.member" else {"content": content})


def timeline(*events: Json) -> Json:
    return {"timeline": {"events": list(events), "limited": False, "prev_batch": "p"}, "state": {"events": []}}


def body(**joined: Json) -> bytes:
    return json.dumps({"next_batch": "s77", "rooms": {"join": joined}}, separators=(",", ":")).encode()


def answered(text: bytes) -> web.Response:
    return web.Response(body=text, content_type="application/json")


async def test_twelve_hundred_rooms_at_once_are_heard_and_hold_up_nobody(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    rooms = {f"!room{number}:example.org": timeline(*map(event, range(3))) for number in range(1_200)}
    text = body(**rooms)
    assert len(text) > bodies.AT_ONCE
    async with guarded(server, tmp_path) as client:
        server.lies["/sync"] = lambda _: answered(text)
        async with nobody_held_up():
            answer = await pull(client)
    assert len(answer.rooms.join) == 1_200
    assert sum(len(info.timeline.events) for info in answer.rooms.join.values()) == 3_600


async def test_rooms_full_of_comings_hold_up_nobody(server: FakeHomeserver, tmp_path: Path) -> None:
    members = [event(number, "m.room.member") for number in range(answers.MOST_EVENTS)]
    rooms = {f"!room{number}:example.org": timeline(*members) for number in range(10)}
    server.make_room(ROOM, ALICE, BOT)
    bot, alice = Bot(server, tmp_path), Peer(server, ALICE, "PHONE")
    bot.ours |= {RoomId(room) for room in rooms}

    def full(told: Json) -> Json:
        told["rooms"]["join"] |= rooms
        return told

    async with bot.running():
        await bot.until_caught_up()
        server.lies["/sync"] = full
        server.announce(ALICE)
        async with nobody_held_up():
            await bot.until(lambda: len(bot.heard) >= answers.MOST_EVENTS)
        server.lies.clear()
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])


async def test_of_one_room_no_more_events_are_taken_than_can_have_been_asked_for(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with guarded(server, tmp_path) as client:
        server.lies["/sync"] = lambda _: answered(body(**{ROOM: timeline(*map(event, range(answers.MOST_EVENTS + 5)))}))
        answer = await pull(client)
    kept = answer.rooms.join[ROOM].timeline.events
    assert (len(kept), kept[-1].event_id) == (answers.MOST_EVENTS, f"$long-{answers.MOST_EVENTS + 4}")
    assert "events dropped: a room has more of them than were asked for" in caplog.messages


async def test_of_one_answer_no_more_rooms_are_taken_than_there_is_room_for(
    server: FakeHomeserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MOST_ROOMS", 10)
    async with guarded(server, tmp_path) as client:
        rooms = {f"!room{number}:example.org": timeline() for number in range(30)}
        server.lies["/sync"] = lambda _: answered(body(**rooms))
        assert len((await pull(client)).rooms.join) == 10


DENSE = b'{"next_batch":"s9","rooms":{"join":{%s}}}' % b",".join(b'"!%xaaaaaaaaaa":{}' % n for n in range(300_000))


async def test_a_sync_of_too_many_parts_is_refused_as_too_long(server: FakeHomeserver, tmp_path: Path) -> None:
    """Then the next is asked for with shorter timelines."""
    async with guarded(server, tmp_path) as client:
        server.lies["/sync"] = lambda _: answered(DENSE)
        async with nobody_held_up():
            with pytest.raises(BodyTooLongError):
                await client.sync()


async def test_a_state_of_very_many_events_holds_up_nobody(server: FakeHomeserver, tmp_path: Path) -> None:
    server.make_room(ROOM, ALICE, BOB, BOT)
    text = json.dumps([event(number, "m.room.member") for number in range(20_000)]).encode()
    async with guarded(server, tmp_path) as client:
        server.lies["/state"] = lambda _: answered(text)
        async with nobody_held_up():
            state = await RoomStates(Wire(client)).read(RoomId(ROOM))
    assert len(state.members) == 20_000


async def test_an_answer_that_tells_of_one_thing_may_not_have_the_parts_of_many(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    text = json.dumps({"joined_rooms": [f"!{number}:example.org" for number in range(bodies.MOST_PARTS_OF_ONE + 2)]})
    async with guarded(server, tmp_path) as client:
        server.lies["/joined_rooms"] = lambda _: answered(text.encode())
        with pytest.raises(UnreachableError):
            await Wire(client).ask("GET", ("joined_rooms",))


def test_parts_are_counted_outside_of_what_people_say() -> None:
    said = "[,{" * 40_000 + '\\"'
    assert read_json(json.dumps({"a": said, "b": [1, 2]}).encode(), 30) == {"a": said, "b": [1, 2]}
    with pytest.raises(TooManyPartsError):
        read_json(json.dumps({"a": said, "b": list(range(30))}).encode(), 30)


def test_a_string_of_escapes_only_is_refused() -> None:
    with pytest.raises(TooManyPartsError):
        read_json(b'{"a":"' + b"\\n" * (bodies.MOST_ESCAPES + 1) + b'"}')


def test_lists_are_long_answers_and_the_rest_is_not() -> None:
    sync = "/_matrix/client/v3/sync"
    assert most_bytes(sync) > most_bytes("/_matrix/client/v3/createRoom")
    assert most_parts(sync) > most_parts("/_matrix/client/v3/createRoom")


async def test_what_is_long_is_read_in_a_thread() -> None:
    assert await aside(bodies.AT_ONCE, time.thread_time) <= time.thread_time()
    before = time.thread_time()

    def work() -> float:
        until = time.thread_time() + 0.2
        while time.thread_time() < until:
            pass
        return until

    await aside(bodies.AT_ONCE + 1, work)
    assert time.thread_time() - before < 0.1
