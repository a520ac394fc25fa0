from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.names import DeviceId, EventId, InputId, RoomId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.guard.answers import read_events
from bot.matrix.hearing import taps
from bot.matrix.hearing.reading import Read, Reader
from bot.matrix.http.ids import origin
from bot.ports import Distrusted, Reacted, Voted
from tests.matrix.listeners import ALICE, BOT

ROOM = RoomId("!incident:example.org")
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
TODAY, STABLE = "org.matrix.msc3381.poll.response", "m.poll.response"
REFERENCE = {"rel_type": "m.reference", "event_id": "$poll"}


def reader(why: Distrust | None = None) -> Reader:
    return Reader(
        UserId(BOT), lambda event: DeviceId("PHONE") if event.decrypted else None, lambda *_: why, lambda _: False
    )


def read(kind: str, content: Any, *, decrypted: bool = True, why: Distrust | None = None) -> list[Read]:
    raw = {"event_id": "$said", "sender": ALICE, "type": kind, "origin_server_ts": 1, "content": content}
    events = read_events([raw])
    for one in events:
        one.decrypted = decrypted
    return list(reader(why).read(ROOM, events, NOW))


def voted(*answers: str) -> Voted:
    return Voted(
        id=InputId("$said"),
        room=ROOM,
        sender=UserId(ALICE),
        device=DeviceId("PHONE"),
        poll=EventId("$poll"),
        answers=answers,
        received_at=NOW,
    )


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        (TODAY, {TODAY: {"answers": ["a1"]}}),
        (STABLE, {STABLE: {"answers": ["a1"]}}),
        (STABLE, {"m.selections": ["a1"]}),
    ],
)
def test_a_vote_is_read_in_every_form_that_apps_send(kind: str, chosen: dict[str, Any]) -> None:
    assert read(kind, {**chosen, "m.relates_to": REFERENCE}) == [voted("a1")]


@pytest.mark.parametrize("answers", [[], "a1", None, {"a1": 1}, ["a1", 7], ["a" * 256]])
def test_a_vote_whose_answers_are_none_chooses_nothing(answers: Any) -> None:
    assert read(TODAY, {TODAY: {"answers": answers}, "m.relates_to": REFERENCE}) == [voted()]


def test_a_vote_for_very_many_answers_is_cut() -> None:
    (vote,) = read(TODAY, {TODAY: {"answers": ["a"] * 5000}, "m.relates_to": REFERENCE})
    assert isinstance(vote, Voted)
    assert len(vote.answers) == 20


@pytest.mark.parametrize(
    "relation",
    [
        None,
        "$poll",
        {"rel_type": "m.reference", "event_id": 7},
        {"rel_type": "m.reference", "event_id": "poll"},
        {"rel_type": "m.thread", "event_id": "$poll"},
        {"rel_type": "m.replace", "event_id": "$poll"},
    ],
)
def test_a_vote_for_no_poll_is_left_out(relation: Any) -> None:
    assert read(TODAY, {TODAY: {"answers": ["a1"]}, "m.relates_to": relation}) == []


def test_a_vote_in_clear_is_left_out() -> None:
    assert read(TODAY, {TODAY: {"answers": ["a1"]}, "m.relates_to": REFERENCE}, decrypted=False) == []


def test_a_vote_of_a_device_that_is_not_trusted_is_told_as_its_messages_are() -> None:
    content = {TODAY: {"answers": ["a1"]}, "m.relates_to": REFERENCE}
    (told,) = read(TODAY, content, why=Distrust.UNSIGNED_DEVICE)
    assert isinstance(told, Distrusted)
    assert told.why is Distrust.UNSIGNED_DEVICE


def test_another_kind_of_event_that_holds_a_text_is_no_message() -> None:
    assert read("org.example.said", {"msgtype": "m.text", "body": "!close"}) == []


def reaction(key: Any, *, event: Any = "$reminder", decrypted: bool = False) -> list[Read]:
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}}
    return read("m.reaction", content, decrypted=decrypted)


@pytest.mark.parametrize(
    ("key", "sign"),
    [
        ("\u2705", "\u2705"),
        ("\u2714\ufe0f", "\u2714"),
        ("\U0001f44d", "\U0001f44d"),
        ("\U0001f44d\U0001f3fd", "\U0001f44d"),
        ("\U0001f44d\ufe0e", "\U0001f44d"),
    ],
)
def test_ticks_and_thumbs_of_every_colour_are_read(key: str, sign: str) -> None:
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$reminder", "key": key}}
    assert reaction(key) == [
        Reacted(
            id=InputId("$said"),
            room=ROOM,
            sender=UserId(ALICE),
            event=EventId("$reminder"),
            key=sign,
            received_at=NOW,
            origin=origin(ROOM, {"sender": ALICE, "type": "m.reaction", "content": content}),
        )
    ]


@pytest.mark.parametrize(
    "key", ["\U0001f44e", "\u274c", "\u2764\ufe0f", "oui", "", "\U0001f44d" * 2, "\ufe0f", 7, None]
)
def test_every_other_sign_is_left_out(key: Any) -> None:
    assert reaction(key) == []


def test_a_reaction_at_nothing_is_left_out() -> None:
    assert reaction("\u2705", event="reminder") == []


def test_a_reaction_that_was_encrypted_is_none_that_apps_send() -> None:
    assert reaction("\u2705", decrypted=True) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.just("$poll") | st.just("m.reference"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["rel_type", "event_id", "answers", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["m.relates_to", "m.selections", TODAY, STABLE]), JSON), JSON)
def test_no_shape_of_a_vote_or_a_sign_raises(content: dict[str, Any], key: Any) -> None:
    vote = taps.vote(TODAY, content)
    assert vote is None or all(isinstance(answer, str) for answer in vote[1])
    assert taps.sign(key) in (None, *taps.TICKS)
