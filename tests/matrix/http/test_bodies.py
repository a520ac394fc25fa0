"""What a homeserver may put into the body of an answer, and what an adapter that trusts it would fall over."""

from __future__ import annotations

import copy
import json
import tracemalloc
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientPayloadError, ClientSession, web
from nio import KeysQueryError
from nio.events.misc import ValidationError
from nio.schemas import Schemas, validate_json

from bot.matrix.guard.answers import WholeKeysQuery, WholeSync, read_events
from bot.matrix.http.bodies import MOST_PARTS_ANYWHERE, BodyTooLongError, read_body, read_json
from bot.matrix.http.errors import chat_error
from bot.matrix.http.untrusted import silence_nio
from bot.ports import BusyError
from tests.fakes.homeserver import Json
from tests.matrix.listeners import ALICE, BOB

TOO_DEEP_TO_COPY = 600
NOT_JSON = {
    "nothing": b"",
    "cut off": b'{"next_batch": "s1", "rooms": {',
    "not UTF-8": b'{"next_batch": "\xff"}',
    "a number that Python refuses": b"1" * 5000,
    "nested too deeply": b"[" * 100_000,
    "a page": b"<html>busy</html>",
}


def nested(levels: int) -> Json:
    value: Json = {}
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize("name", NOT_JSON)
def test_what_is_no_json_is_one_kind_of_error(name: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        read_json(NOT_JSON[name])
    assert not isinstance(raised.value, RecursionError)


@pytest.mark.parametrize("part", ["[]", "{}", "0", '"ab"', "1e5"])
def test_what_would_take_many_times_its_length_is_none(part: str) -> None:
    with pytest.raises(ValueError, match="too many parts"):
        read_json(f"[{','.join([part] * 50_000)}]".encode())


@pytest.mark.parametrize("part", ['{"abcdefgh":{}}', '{"abcdefgh":1}', '"abcdef"', '"abcde\U0001f600"', "12345678"])
def test_what_would_take_too_much_memory_is_none(part: str) -> None:
    """However long it is for its parts: values are many times longer than what is written."""
    with pytest.raises(ValueError, match="too many parts"):
        read_json(f"[{f'{part},' * (30_000_000 // len(part))}1]".encode())


@pytest.mark.parametrize("part", ["1", '"a,"', "[]", "{}"])
def test_as_many_parts_as_may_be_are_read_and_not_one_more(part: str) -> None:
    each = 1 + part.count("[") + part.count("{")
    most = [part] * ((MOST_PARTS_ANYWHERE - 1) // each)
    most += ["1"] * (MOST_PARTS_ANYWHERE - each * len(most))
    assert len(read_json(f"[{','.join(most)}]".encode())) == len(most)
    with pytest.raises(ValueError, match="too many parts"):
        read_json(f"[{','.join([*most, '1'])}]".encode())


@pytest.mark.parametrize("part", ['"a",', '{"a":1},', '"\\\\",', '"\\"",'])
def test_to_refuse_many_parts_takes_little_memory(part: str) -> None:
    body = f"[{part * 200_000}1]".encode()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="too many parts"):
            read_json(body)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 3 * len(body)


@pytest.mark.parametrize("text", ['"', '\\"', "\\\\", '\\\\"', 'x"y\\', "[" * 70_000])
def test_strings_end_where_they_end(text: str) -> None:
    """What stands in a string is none of the parts, what stands after it is."""
    assert read_json(json.dumps([text, "," * 200_000]).encode()) == [text, "," * 200_000]
    with pytest.raises(ValueError, match="too many parts"):
        read_json(json.dumps([text, *[[]] * 50_000], separators=(",", ":")).encode())


@pytest.mark.parametrize("inside", ["[" * 60_000, ",," * 30_000, '\\"[,' * 15_000])
def test_brackets_in_what_people_say_are_no_parts(inside: str) -> None:
    body = json.dumps({"next_batch": "s1", "body": inside}).encode()
    assert read_json(body)["body"] == inside


def test_many_honest_events_are_not_too_dense() -> None:
    event = {"type": "m.room.member", "content": {"membership": "join"}, "unsigned": {}, "state_key": "@a:b.c"}
    assert len(read_json(json.dumps([event] * 20_000, separators=(",", ":")).encode())) == 20_000


def test_a_first_sync_of_twelve_hundred_rooms_is_not_too_much() -> None:
    id, unsigned = {"event_id": "$" + "e" * 43, "origin_server_ts": 1_700_000_000_000}, {"unsigned": {"age": 1}}
    megolm = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "A" * 400, "device_id": "D", "session_id": "s" * 43}
    said = {"type": "m.room.encrypted", "sender": ALICE, "content": megolm}
    # Our filter asks for no state in it.
    room = {"timeline": {"events": [said | id | unsigned] * 20, "limited": True, "prev_batch": "s1"}}
    answer = {"next_batch": "s1", "rooms": {"join": {f"!{number}:example.org": room for number in range(1_200)}}}
    assert len(read_json(json.dumps(answer, separators=(",", ":")).encode())["rooms"]["join"]) == 1_200


def test_half_of_a_surrogate_pair_is_replaced_wherever_it_stands() -> None:
    read = read_json(rb'{"next_batch": "\ud800", "a\uDFFF": ["\ud83d\ude00", {"b": 1}], "c": null}')
    assert read == {"next_batch": "?", "a?": ["\U0001f600", {"b": 1}], "c": None}


def test_an_invitation_that_cannot_be_copied_hides_no_other() -> None:
    with pytest.raises(RecursionError):
        copy.deepcopy(nested(TOO_DEEP_TO_COPY))
    state = [{"type": "m.room.name", "content": nested(TOO_DEEP_TO_COPY)}, {"type": "m.room.topic", "content": {}}]
    answer = {"next_batch": "s1", "rooms": {"invite": {"!a:example.org": {"invite_state": {"events": state}}}}}
    read = WholeSync.from_dict(answer)
    assert isinstance(read, WholeSync)
    assert read.invitations == {"!a:example.org": (state[1],)}


def test_a_message_of_nobody_is_dropped_and_the_operator_told(caplog: pytest.LogCaptureFixture) -> None:
    cancelled = {"transaction_id": "t", "reason": "x", "code": "m.user"}
    sent = [
        {"type": "m.key.verification.cancel", "sender": sender, "content": cancelled} for sender in ("nobody", ALICE)
    ]
    read = WholeSync.from_dict({"next_batch": "s1", "to_device": {"events": sent}})
    assert isinstance(read, WholeSync)
    assert [event.sender for event in read.to_device_events] == [ALICE]
    assert "to-device messages dropped: the id of their sender is malformed" in caplog.messages


def test_a_device_that_cannot_be_copied_hides_no_other() -> None:
    read = WholeKeysQuery.from_dict({"device_keys": {ALICE: {"A": nested(TOO_DEEP_TO_COPY), "B": {}}, BOB: {"C": {}}}})
    assert not isinstance(read, KeysQueryError)
    assert read.device_keys == {ALICE: {"B": {}}, BOB: {"C": {}}}


def test_an_event_that_nothing_could_walk_through_hides_no_other() -> None:
    fine = {"type": "m.room.name", "sender": ALICE, "event_id": "$e", "origin_server_ts": 1, "state_key": ""}
    fine["content"] = {"name": "x"}
    events = read_events([fine | {"content": {"name": nested(TOO_DEEP_TO_COPY)}}, fine])
    assert [event.source["content"] for event in events] == [{"name": "x"}]


def test_nio_does_not_draw_the_events_it_finds_wrong() -> None:
    silence_nio()
    with pytest.raises(ValidationError) as raised:
        validate_json({"error": {"what": "was said"}}, Schemas.error)  # type: ignore[no-untyped-call]
    assert "was said" not in str(raised.value)


def test_a_wait_of_less_than_nothing_is_a_short_one() -> None:
    busy = chat_error(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": -(10**30)})
    assert isinstance(busy, BusyError)
    assert 0 < busy.retry_after.total_seconds() < 1


@pytest_asyncio.fixture
async def endless() -> AsyncIterator[str]:
    """Serve a body that never ends."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 4096)
        except ConnectionError:
            return response

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_body_without_an_end_is_given_up(endless: str) -> None:
    async with ClientSession() as session, session.get(endless) as response:
        with pytest.raises(BodyTooLongError):
            await read_body(response, most=100_000)


async def test_half_a_body_leaves_no_connection_open() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession() as session:
        response = await session.get(f"http://127.0.0.1:{runner.addresses[0][1]}")
        with pytest.raises(ClientPayloadError):
            await read_body(response)
        assert response.connection is None
        assert response.closed
    await runner.cleanup()
