"""What is read as a message of a verification, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.names import DeviceId, RoomId, UserId
from bot.matrix.verification.messages import LONGEST_ID, PREFIX, read_in_room, read_to_device
from tests.matrix.listeners import ALICE, BOB, BOT

PHONE = DeviceId("PHONE")
START = {
    "type": f"{PREFIX}start",
    "sender": BOB,
    "origin_server_ts": 7,
    "content": {"m.relates_to": {"rel_type": "m.reference", "event_id": "$request"}, "from_device": PHONE},
}


def to_device(**content: Any) -> dict[str, Any]:
    return {"type": f"{PREFIX}request", "sender": BOB, "content": {"transaction_id": "t", "timestamp": 7} | content}


def test_what_refers_to_a_request_in_the_room_is_a_message_of_it() -> None:
    said = read_in_room(RoomId("!room:example.org"), START, PHONE, UserId(BOT))
    assert said is not None
    assert (said.kind, said.transaction, said.sender, said.sent_at_ms) == ("start", "$request", BOB, 7)
    assert said.from_device == PHONE


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "m.reaction"},
        {"content": {"m.relates_to": {"rel_type": "m.thread", "event_id": "$request"}}},
        {"content": {"m.relates_to": {"rel_type": "m.reference"}}},
        {"type": "m.room.message", "event_id": "$r", "content": {"msgtype": f"{PREFIX}request", "to": ALICE}},
    ],
    ids=str,
)
def test_what_refers_to_none_or_is_for_another_is_no_message_of_ours(changed: dict[str, Any]) -> None:
    assert read_in_room(RoomId("!room:example.org"), START | changed, PHONE, UserId(BOT)) is None


@pytest.mark.parametrize(("length", "is_read"), [(0, False), (1, True), (LONGEST_ID, True), (LONGEST_ID + 1, False)])
def test_a_transaction_and_a_device_have_a_name_that_is_not_endless(length: int, *, is_read: bool) -> None:
    assert (read_to_device(to_device(transaction_id="t" * length)) is not None) is is_read
    said = read_to_device(to_device(from_device="D" * length))
    assert said is not None
    assert (said.from_device is not None) is is_read


def test_a_device_that_could_not_be_printed_is_none() -> None:
    said = read_to_device(to_device(from_device="PHONE\x1b[2J"))
    assert said is not None
    assert said.from_device is None


@pytest.mark.parametrize(("timestamp", "at"), [(7, 7), ("7", 0), (None, 0)])
def test_a_time_that_is_none_is_long_ago(timestamp: object, at: int) -> None:
    said = read_to_device(to_device(timestamp=timestamp))
    assert said is not None
    assert said.sent_at_ms == at
