from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from nio import Event

from bot.core.facts import EncryptedFile
from bot.core.names import DeviceId, EventId, InputId, RoomId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.guard.answers import read_events
from bot.matrix.guard.decryption import OUTSIDE
from bot.matrix.hearing.reading import Read, Reader
from bot.matrix.http.ids import origin
from bot.ports import Distrusted, Edited, FileSent, Membership, Message
from tests.matrix.listeners import ALICE, BOB, BOT

ROOM = RoomId("!incident:example.org")
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
READER = Reader(
    UserId(BOT), lambda event: DeviceId("PHONE") if event.decrypted else None, lambda *_: None, lambda _: False
)


def event(content: Any, *, kind: str = "m.room.message", sender: str = ALICE, **more: Any) -> dict[str, Any]:
    return {
        "event_id": "$said",
        "sender": sender,
        "type": kind,
        "origin_server_ts": 1_700_000_000_000,
        "content": content,
    } | more


def read(raw: dict[str, Any], *, decrypted: bool = True) -> list[Read]:
    events = read_events([raw])
    for one in events:
        one.decrypted = decrypted
    return list(READER.read(ROOM, events, NOW))


def body_of(content: dict[str, Any]) -> str | None:
    match read(event({"msgtype": "m.text"} | content)):
        case [Message(body=body)]:
            return body
        case _:
            return None


def test_a_text_is_read_whole() -> None:
    assert read(event({"msgtype": "m.text", "body": "!note  été\u202e\n> x"})) == [
        Message(
            id=InputId("$said"),
            room=ROOM,
            sender=UserId(ALICE),
            device=DeviceId("PHONE"),
            body="!note  été\u202e\n> x",
            thread=None,
            sent_at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
            received_at=NOW,
            is_placed=True,
        )
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"msgtype": "m.notice", "body": "!close"},
        {"msgtype": "m.emote", "body": "!close"},
        {"msgtype": "m.file", "body": "!close", "url": "mxc://example.org/x"},
        {"msgtype": "org.example.text", "body": "!close"},
        {"msgtype": "m.text", "body": ["!close"]},
        {"msgtype": "m.text"},
        {"body": "!close"},
        {"msgtype": "m.text", "body": "* !close", "m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}},
        {"msgtype": "m.text", "body": "* !close", "m.new_content": {"msgtype": "m.text", "body": "!close"}},
    ],
)
def test_what_is_no_text_somebody_typed_is_left_out(content: dict[str, Any]) -> None:
    assert read(event(content)) == []


def test_our_own_words_are_left_out() -> None:
    assert read(event({"msgtype": "m.text", "body": "!close"}, sender=BOT)) == []


def test_a_plain_message_is_left_out_and_the_operator_told_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert read(event({"msgtype": "m.text", "body": "!close everything"}), decrypted=False) == []
    (line,) = [record.getMessage() for record in caplog.records if record.name == "bot.matrix.hearing.reading"]
    assert "plain message" in line
    assert "close" not in caplog.text
    assert ROOM not in caplog.text
    assert ALICE not in caplog.text


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("> <@bob:example.org> before\n\n!done D1", "!done D1"),
        ("> <@bob:example.org> before\n> more\n\n!done D1\n\nrest", "!done D1\n\nrest"),
        ("> only a quote", ""),
        ("!done D1", "!done D1"),
    ],
)
def test_the_quote_in_a_reply_is_taken_off(body: str, answer: str) -> None:
    relation = {"m.in_reply_to": {"event_id": "$before"}}
    assert body_of({"body": body, "m.relates_to": relation}) == answer


def test_a_quote_that_somebody_typed_is_kept() -> None:
    assert body_of({"body": "> quoted\n\n!note"}) == "> quoted\n\n!note"


@pytest.mark.parametrize(
    ("relation", "thread"),
    [
        ({"rel_type": "m.thread", "event_id": "$root"}, EventId("$root")),
        ({"rel_type": "m.thread", "event_id": 7}, None),
        ({"rel_type": "m.reference", "event_id": "$root"}, None),
        ("text", None),
        ([], None),
    ],
)
def test_the_root_of_the_thread_is_kept(relation: Any, thread: EventId | None) -> None:
    (message,) = read(event({"msgtype": "m.text", "body": "x", "m.relates_to": relation}))
    assert isinstance(message, Message)
    assert message.thread == thread


def test_a_time_beyond_the_calendar_becomes_the_time_it_came() -> None:
    (message,) = read(event({"msgtype": "m.text", "body": "x"}, origin_server_ts=10**18))
    assert isinstance(message, Message)
    assert message.sent_at == NOW


def member(membership: str, before: Any, user: str = BOB) -> dict[str, Any]:
    unsigned = {} if before is None else {"prev_content": {"membership": before}}
    return event({"membership": membership}, kind="m.room.member", state_key=user, unsigned=unsigned)


@pytest.mark.parametrize(
    ("membership", "before", "present"),
    [
        ("join", None, True),
        ("join", "invite", True),
        ("join", "leave", True),
        ("join", "join", None),
        ("leave", "join", False),
        ("ban", "join", False),
        ("leave", "invite", False),
        ("knock", None, None),
    ],
)
def test_comings_and_goings_are_read(membership: str, before: str | None, present: bool | None) -> None:
    told = member(membership, before)
    expected = (
        []
        if present is None
        else [
            Membership(
                id=InputId("$said"),
                room=ROOM,
                user=UserId(BOB),
                present=present,
                received_at=NOW,
                origin=origin(ROOM, told),
            )
        ]
    )
    assert read(told, decrypted=False) == expected


def test_an_invitation_by_somebody_else_is_read_and_one_of_ours_is_not() -> None:
    (invited,) = read(member("invite", None), decrypted=False)
    assert isinstance(invited, Membership)
    assert (invited.user, invited.invited, invited.present) == (BOB, True, False)
    assert read(member("invite", None) | {"sender": BOT}, decrypted=False) == []
    assert read(member("invite", None, BOT), decrypted=False) == []


def test_what_an_untrusted_device_says_is_no_message() -> None:
    reader = Reader(UserId(BOT), lambda _: DeviceId("PHONE"), lambda *_: Distrust.UNSIGNED_DEVICE, lambda _: False)
    (said,) = read_events([event({"msgtype": "m.text", "body": "!close"})])
    said.decrypted = True
    assert list(reader.read(ROOM, [said], NOW)) == [
        Distrusted(
            id=InputId("$said"),
            room=ROOM,
            sender=UserId(ALICE),
            device=DeviceId("PHONE"),
            why=Distrust.UNSIGNED_DEVICE,
            received_at=NOW,
        )
    ]


def test_our_own_coming_is_not_read_and_what_was_before_it_neither() -> None:
    events = read_events([member("join", None), member("join", "invite", BOT), member("leave", "join")])
    assert READER.since_we_came(ROOM, events) == events[1:]
    assert [one.present for one in READER.read(ROOM, events[1:], NOW) if isinstance(one, Membership)] == [False]


def test_a_room_we_were_in_is_read_whole() -> None:
    events = read_events([member("join", None), member("join", "join", BOT)])
    assert READER.since_we_came(ROOM, events) == events


# --- files --------------------------------------------------------------------------------------------------

URL, KEY, IV, HASH = "mxc://example.org/abc", "k" * 43, "i" * 22, "h" * 43
OPENER: dict[str, Any] = {
    "v": "v2",
    "url": URL,
    "key": {"kty": "oct", "alg": "A256CTR", "ext": True, "key_ops": ["decrypt"], "k": KEY},
    "iv": IV,
    "hashes": {"sha256": HASH},
}
LIST: dict[str, Any] = {
    "msgtype": "m.file",
    "body": "clients.csv",
    "info": {"size": 1200, "mimetype": "text/csv"},
    "file": OPENER,
}


def file_of(content: dict[str, Any]) -> FileSent | None:
    said = Event.parse_decrypted_event(event(content))
    said.decrypted = True
    found = list(READER.read(ROOM, [said], NOW))
    assert all(isinstance(one, FileSent) for one in found)
    return next((one for one in found if isinstance(one, FileSent)), None)


def test_an_encrypted_file_is_read_with_what_opens_it() -> None:
    assert file_of(LIST) == FileSent(
        id=InputId("$said"),
        room=ROOM,
        sender=UserId(ALICE),
        device=DeviceId("PHONE"),
        name="clients.csv",
        size=1200,
        file=EncryptedFile(url=URL, key=KEY, iv=IV, sha256=HASH),
        received_at=NOW,
        sent_at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
    )


@pytest.mark.parametrize("kind", ["m.file", "m.image", "m.video", "m.audio"])
def test_what_is_written_below_a_file_of_any_kind_is_its_caption_and_not_its_name(kind: str) -> None:
    sent = file_of(LIST | {"msgtype": kind, "filename": "clients.csv", "body": "!evidence"})
    assert sent is not None
    assert (sent.name, sent.caption) == ("clients.csv", "!evidence")


@pytest.mark.parametrize("more", [{}, {"filename": "clients.csv"}])
def test_a_file_without_words_below_it_has_no_caption(more: dict[str, Any]) -> None:
    sent = file_of(LIST | more)
    assert sent is not None
    assert sent.caption == ""


def test_a_caption_below_a_file_that_nobody_can_open_comes_without_it() -> None:
    sent = file_of(LIST | {"file": OPENER | {"v": "v1"}, "filename": "clients.csv", "body": "!evidence"})
    assert sent is not None
    assert (sent.file, sent.caption) == (None, "!evidence")


def test_what_nobody_sees_is_taken_off_a_name() -> None:
    sent = file_of(LIST | {"filename": "my cli\u202eents\x1b\n.csv"})
    assert sent is not None
    assert sent.name == "my clients.csv"


@pytest.mark.parametrize("size", [-1, 2**60, 1.5, True])
def test_a_size_that_is_none_counts_for_nothing(size: object) -> None:
    sent = file_of(LIST | {"info": {"size": size}})
    assert sent is not None
    assert sent.size == 0


def test_a_file_without_a_size_is_read() -> None:
    sent = file_of({name: value for name, value in LIST.items() if name != "info"})
    assert sent is not None
    assert sent.size == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": None},
        {"file": OPENER | {"v": "v1"}},
        {"file": OPENER | {"url": "https://example.org/x"}},
        {"file": OPENER | {"url": 7}},
        {"file": OPENER | {"iv": "short"}},
        {"file": OPENER | {"hashes": {}}},
        {"file": OPENER | {"key": {"alg": "A256GCM", "k": KEY}}},
        {"file": None, "url": URL},
        {"filename": 7},
        {"filename": None, "body": None},
        {"m.new_content": LIST},
        {"m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}},
    ],
)
def test_what_is_no_encrypted_file_or_an_edit_is_left_out(wrong: dict[str, Any]) -> None:
    assert file_of(LIST | wrong) is None


def test_a_long_name_keeps_its_ending() -> None:
    sent = file_of(LIST | {"body": "x" * 1000 + ".csv"})
    assert sent is not None
    assert (len(sent.name), sent.name[-5:]) == (255, "x.csv")


def test_a_file_of_an_untrusted_device_is_passed_over_and_its_caption_is_told() -> None:
    reader = Reader(UserId(BOT), lambda _: DeviceId("PHONE"), lambda *_: Distrust.UNSIGNED_DEVICE, lambda _: False)
    for content, told in ((LIST, False), (LIST | {"filename": "clients.csv", "body": "!evidence"}, True)):
        one = Event.parse_decrypted_event(event(content))
        one.decrypted = True
        assert isinstance(reader.said(ROOM, one, NOW), Distrusted) is told


# --- replies ------------------------------------------------------------------------------------------------


def reply_of(relation: Any, body: str = "fait", **more: Any) -> tuple[str, EventId | None, bool]:
    match read(event({"msgtype": "m.text", "body": body, "m.relates_to": relation, **more})):
        case [Message() as message]:
            return message.body, message.reply_to, message.replies_to_us
        case other:
            raise AssertionError(other)


def test_a_reply_names_the_message_that_is_answered() -> None:
    assert reply_of({"m.in_reply_to": {"event_id": "$before"}}) == ("fait", EventId("$before"), False)


def test_a_reply_inside_a_thread_names_it_but_what_only_stands_in_a_thread_names_nothing() -> None:
    thread = {"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$last"}}
    assert reply_of(thread | {"is_falling_back": True}) == ("fait", None, False)
    assert reply_of(thread | {"is_falling_back": False}) == ("fait", EventId("$last"), False)
    assert reply_of(thread) == ("fait", EventId("$last"), False)


@pytest.mark.parametrize("answered", [None, [], "$before", {}, {"event_id": 7}, {"event_id": "before"}])
def test_a_malformed_reply_is_a_message_that_answers_nothing(answered: Any) -> None:
    assert reply_of({"m.in_reply_to": answered})[1] is None


@pytest.mark.parametrize(
    ("body", "more", "is_ours"),
    [
        ("fait", {"m.mentions": {"user_ids": [BOT]}}, True),
        ("fait", {"m.mentions": {"user_ids": [BOB]}}, False),
        ("fait", {"m.mentions": {"user_ids": BOT}}, False),
        (f"> <{BOT}> **D1** Isoler\n\nfait", {}, True),
        (f"> * <{BOT}> **D1** Isoler\n\nfait", {}, True),
        (f"> <{BOB}> oui\n\nfait", {}, False),
    ],
)
def test_clients_with_and_without_a_quote_say_whether_it_is_ours_that_is_answered(
    body: str, more: dict[str, Any], is_ours: bool
) -> None:
    assert reply_of({"m.in_reply_to": {"event_id": "$before"}}, body, **more) == ("fait", EventId("$before"), is_ours)


def test_what_stands_outside_the_ciphertext_does_not_say_where_a_message_was_put() -> None:
    def is_placed(relation: Any) -> bool:
        (message,) = read(event({"msgtype": "m.text", "body": "oui", "m.relates_to": relation}))
        assert isinstance(message, Message)
        return message.is_placed

    thread = {"rel_type": "m.thread", "event_id": "$root"}
    assert is_placed(thread)
    assert is_placed({})
    assert not is_placed(thread | {OUTSIDE: True})


def test_a_changed_text_is_read_as_an_edit_of_a_trusted_device_alone() -> None:
    changed = {"msgtype": "m.text", "body": "* !done D1", "m.new_content": {"msgtype": "m.text", "body": "!done D1"}}
    raw = event(changed | {"m.relates_to": {"rel_type": "m.replace", "event_id": "$before"}})
    (edited,) = read(raw)
    assert isinstance(edited, Edited)
    assert (edited.id, edited.body) == ("$said", "!done D1")
    reader = Reader(UserId(BOT), lambda _: DeviceId("PHONE"), lambda *_: Distrust.UNSIGNED_DEVICE, lambda _: False)
    one = Event.parse_decrypted_event(raw)
    one.decrypted = True
    assert reader.said(ROOM, one, NOW) is None
    assert read(event(changed | {"m.new_content": {"msgtype": "m.notice", "body": "x"}})) == []


@pytest.mark.parametrize(
    ("content", "calls_us"),
    [
        ({"m.mentions": {"user_ids": [BOT]}}, True),
        ({"m.mentions": {"user_ids": [BOB]}}, False),
        ({"m.mentions": {"user_ids": BOT}}, False),
        ({"m.mentions": {"room": True}}, False),
        ({"m.mentions": [BOT]}, False),
        ({"m.mentions": {"user_ids": [BOT]}, "m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}}, False),
    ],
)
def test_a_mention_of_us_that_is_no_reply_calls_us(content: dict[str, Any], calls_us: bool) -> None:
    (message,) = read(event({"msgtype": "m.text", "body": "x"} | content))
    assert isinstance(message, Message)
    assert message.calls_us is calls_us
