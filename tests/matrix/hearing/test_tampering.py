"""What an attacker leaves in a room is named in the log, in words of ours and with none of theirs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nio import SyncResponse

from bot.core.names import RoomId, UserId
from bot.matrix.guard.answers import read_events
from bot.matrix.guard.decryption import Fault, Refused, envelope_of
from bot.matrix.hearing.tampering import Order, note_oddities
from bot.matrix.http.untrusted import silence_nio
from tests.fakes.counts import FakeCounts
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, ROOM, guarded, heard, pull, sync

SECRET = "the backups are gone"


def timeline(answer: SyncResponse) -> list[Any]:
    return list(answer.rooms.join[ROOM].timeline.events)


def event(type_: str, content: Json, **more: Any) -> Json:
    return {"type": type_, "sender": ALICE, "content": content, "event_id": "$e", "origin_server_ts": 1} | more


ODD = {
    "we are shown as gone": event("m.room.member", {"membership": "leave", "reason": SECRET}, state_key=BOT),
    "a message was passed over that poses as a setting": event(
        "m.room.message", {"msgtype": "m.text", "body": SECRET}, state_key=""
    ),
    "somebody set its topic": event("m.room.topic", {"topic": SECRET}, state_key=""),
    "somebody set its power levels": event("m.room.power_levels", {"users": {ALICE: 100}}, state_key=""),
    "a deletion was passed over": event("m.room.redaction", {"reason": SECRET}, redacts="$x"),
}
PLAIN = {
    "a setting of ours": event("m.room.name", {"name": "x"}, state_key="", sender=BOT),
    "a setting nobody knows": event("org.example.x", {"a": SECRET}, state_key=""),
    "somebody's coming": event("m.room.member", {"membership": "join"}, state_key=ALICE),
    "an edit in clear": event("m.room.message", {"body": "x", "msgtype": "m.text", "m.new_content": {}}),
}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    silence_nio()
    with caplog.at_level(logging.INFO, logger="bot"):
        yield caplog.messages


@pytest.mark.parametrize("line", ODD)
def test_one_line_names_it_and_quotes_nothing(lines: list[str], line: str, caplog: pytest.LogCaptureFixture) -> None:
    note_oddities(RoomId(ROOM), read_events([ODD[line]]), UserId(BOT), is_held=True)
    (said,) = caplog.messages
    assert said.endswith(line)
    assert SECRET not in said
    assert ROOM not in said


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_ordinary_is_not_named(lines: list[str], name: str, caplog: pytest.LogCaptureFixture) -> None:
    note_oddities(RoomId(ROOM), read_events([PLAIN[name]]), UserId(BOT), is_held=True)
    assert caplog.messages == []


def test_that_we_left_a_room_that_was_purged_is_no_news(lines: list[str], caplog: pytest.LogCaptureFixture) -> None:
    left = read_events([event("m.room.member", {"membership": "leave"}, state_key=BOT, sender=BOT)])
    note_oddities(RoomId(ROOM), left, UserId(BOT), is_held=False)
    assert caplog.messages == []
    note_oddities(RoomId(ROOM), left, UserId(BOT), is_held=True)
    assert len(caplog.messages) == 1


async def test_an_edit_of_somebody_else_is_named_and_ours_is_not(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture, lines: list[str]
) -> None:
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "* !close", **{"m.new_content": {"body": "!close"}})
        events = (await sync(client)).rooms.join[ROOM].timeline.events
        caplog.clear()
        note_oddities(RoomId(ROOM), events, UserId(BOT), is_held=True)
        assert [line.split(" ", 3)[3] for line in caplog.messages] == ["an edit was passed over"]
        caplog.clear()
        note_oddities(RoomId(ROOM), events, UserId(ALICE), is_held=True)
        assert caplog.messages == []


async def test_a_message_of_another_rooms_session_is_refused_at_once_and_the_operator_told(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    server.make_room("!other:example.org", ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        said = alice.say(ROOM, "!close")
        await sync(client)
        (copied,) = read_events([said | {"event_id": "$copied"}])
        assert client.open(copied, "!other:example.org") == Refused(Fault.MISPLACED)
        server.put("!other:example.org", said | {"event_id": "$copied"})
        client.counts = counts = FakeCounts()
        await sync(client)
    assert counts.unopened == 1
    assert f"encrypted event dropped: {Fault.MISPLACED}" in caplog.messages


async def test_withheld_and_late_messages_are_named_and_heard(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture, lines: list[str]
) -> None:
    alice, order = Peer(server, ALICE, "PHONE"), Order()
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!first")
        order.note(timeline(await sync(client)))
        caplog.clear()
        withheld = [alice.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": body}) for body in "ab"]
        alice.say(ROOM, "!later")
        answer = await pull(client)
        order.note(timeline(answer))
        assert heard(answer) == ["!later"]
        assert caplog.messages == ["2 messages before one of the same device have not come"]
        server.say(ROOM, ALICE, withheld[0])
        caplog.clear()
        answer = await sync(client)
        order.note(timeline(answer))
        assert heard(answer) == ["!later", "a"]
        assert caplog.messages == ["a message came after later ones of the same device"]
        assert [envelope_of(event).is_late for event in timeline(answer)] == [False, True]


async def test_what_an_answer_left_out_and_what_opens_afterwards_is_not_late(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The newest part of a timeline is opened first, and what stands before it is fetched."""
    alice, order = Peer(server, ALICE, "PHONE"), Order()
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        said = [
            server.event(
                ALICE, "m.room.encrypted", alice.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": body})
            )
            for body in "abcd"
        ]
        await sync(client)
        newest, gap = [await client.guarded(ROOM, read_events(part)) for part in (said[2:], said[:2])]
        caplog.clear()
        order.note([*gap, *newest])
        assert caplog.messages == []
        assert not any(envelope_of(event).is_late for event in [*gap, *newest])


async def test_a_room_key_that_was_passed_on_and_one_that_opens_less_are_named(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture, lines: list[str]
) -> None:
    alice, bob = Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        alice.share(ROOM, BOT, DEVICE)
        await sync(client)
        caplog.clear()
        bob.send_olm(BOT, DEVICE, "m.forwarded_room_key", alice.room_key_again(ROOM))
        alice.share(ROOM, BOT, DEVICE)
        request = {"action": "request_cancellation", "request_id": "1", "requesting_device_id": "PHONE"}
        server.to_device(BOT, DEVICE, {"type": "m.room_key_request", "sender": ALICE, "content": request})
        wanted = {"algorithm": "x", "room_id": ROOM, "sender_key": "x", "session_id": "x"}
        server.to_device(
            BOT,
            DEVICE,
            {
                "type": "m.room_key_request",
                "sender": ALICE,
                "content": request | {"action": "request", "body": wanted},
            },
        )
        await sync(client)
        assert caplog.messages == [
            "room key dropped: it was passed on by another than its author",
            "room key dropped: one that opens as much is held",
            "request for a room key passed over",
        ]


async def test_another_signing_key_of_a_known_device_is_named_and_not_taken(
    server: FakeHomeserver, tmp_path: Path, caplog: pytest.LogCaptureFixture, lines: list[str]
) -> None:
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        await sync(client)
        caplog.clear()
        Peer(server, ALICE, "PHONE")
        server.announce(ALICE)
        await sync(client)
        assert caplog.messages == ["device list: a known device has another signing key; the known one is kept"]
        (known,) = client.device_store.active_user_devices(ALICE)
        assert known.ed25519 == alice.ed25519
