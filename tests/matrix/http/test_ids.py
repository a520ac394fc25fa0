"""What names an event, and what makes it the one it is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.matrix.http.ids import origin
from tests.matrix.listeners import ALICE, BOB, ROOM

COMING = {
    "sender": ALICE,
    "type": "m.room.member",
    "state_key": ALICE,
    "content": {"membership": "join"},
    "event_id": "$one",
    "origin_server_ts": 1,
}
SEALED = COMING | {"content": {"ciphertext": "one", "session_id": "s"}}


@pytest.mark.parametrize(
    "other",
    [
        {"sender": BOB},
        {"type": "m.room.name"},
        {"state_key": BOB},
        {"content": {"membership": "leave"}},
        {"content": {"ciphertext": "two"}},
        {"content": None},
    ],
    ids=str,
)
def test_what_is_said_by_whom_and_of_whom_makes_an_event_what_it_is(other: dict[str, Any]) -> None:
    assert origin(ROOM, COMING | other) != origin(ROOM, COMING)
    assert origin("!other:example.org", COMING) != origin(ROOM, COMING)


@pytest.mark.parametrize("other", [{"unsigned": {"age": 1}}, {"origin_server_ts": 2}], ids=str)
def test_what_the_homeserver_adds_makes_no_other_event(other: dict[str, Any]) -> None:
    assert origin(ROOM, COMING | other) == origin(ROOM, COMING)


def test_an_encrypted_event_is_its_ciphertext_whatever_stands_beside_it() -> None:
    other = SEALED | {"content": {"ciphertext": "one", "session_id": "t"}}
    assert origin(ROOM, other) == origin(ROOM, SEALED)
