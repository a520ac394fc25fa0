from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from matplotlib.image import imread

from bot.core.documents.chart import Chart
from bot.core.facts import Enclosed, EncryptedFile
from bot.core.names import EventId, UserId
from bot.matrix.speaking.content import kind_of, message_content, plaintext
from bot.papers.chart import draw
from bot.ports import Attachment, Content, Option, Poll, RefusedError

LIST = Attachment(name="register.csv", mime="text/csv", data=b"a,b\n")
ALICE = UserId("@alice:example.org")


def test_an_answer_is_a_notice_that_mentions_nobody() -> None:
    assert message_content(Content(body="done", html="")) == {"msgtype": "m.notice", "body": "done", "m.mentions": {}}


def test_a_reminder_is_a_text_that_mentions_its_owners_once_each() -> None:
    message = message_content(Content(body="due", html="<b>due</b>", rings=True, mentions=(ALICE, ALICE)))
    assert message == {
        "msgtype": "m.text",
        "body": "due",
        "format": "org.matrix.custom.html",
        "formatted_body": "<b>due</b>",
        "m.mentions": {"user_ids": [ALICE]},
    }


def test_the_whole_room_can_be_mentioned() -> None:
    assert message_content(Content(body="due", html="", mentions_room=True))["m.mentions"] == {"room": True}


def test_where_the_whole_room_is_mentioned_everybody_is_named_too() -> None:
    """Clients that do not know a room's version take its creator for somebody who may not mention the room."""
    bob = UserId("@bob:example.org")
    named = message_content(Content(body="due", html="", mentions=(ALICE,), mentions_room=True), (ALICE, bob))
    assert named["m.mentions"] == {"user_ids": [ALICE, bob], "room": True}
    many = [UserId(f"@person{number}:example.org") for number in range(5000)]
    assert len(message_content(Content(body="due", html="", mentions_room=True), many)["m.mentions"]["user_ids"]) == 250
    assert message_content(Content(body="due", html="", mentions=(ALICE,)), many)["m.mentions"] == {"user_ids": [ALICE]}


def test_an_edit_replaces_and_reads_as_one_where_edits_are_unknown() -> None:
    message = message_content(Content(body="new", html="<i>new</i>", replaces=EventId("$card"), thread=EventId("$t")))
    assert message["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$card"}
    assert (message["body"], message["formatted_body"]) == ("* new", "* <i>new</i>")
    assert message["m.new_content"] == {
        "msgtype": "m.notice",
        "body": "new",
        "format": "org.matrix.custom.html",
        "formatted_body": "<i>new</i>",
        "m.mentions": {},
    }


def test_a_quiet_edit_notifies_nobody_it_names() -> None:
    quiet = message_content(Content(body="x", html="", mentions=(ALICE,), replaces=EventId("$card")))
    assert quiet["m.mentions"] == {}
    assert quiet["m.new_content"]["m.mentions"] == {"user_ids": [ALICE]}
    loud = message_content(Content(body="x", html="", mentions=(ALICE,), replaces=EventId("$card"), rings=True))
    assert loud["m.mentions"] == {"user_ids": [ALICE]}


def test_an_answer_in_a_thread_falls_back_to_a_reply() -> None:
    assert message_content(Content(body="x", html="", thread=EventId("$root")))["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$root"},
    }


def test_a_file_is_a_message_of_its_name_and_kind() -> None:
    assert message_content(Content(body="register.csv", html="", file=LIST)) == {
        "msgtype": "m.file",
        "body": "register.csv",
        "filename": "register.csv",
        "info": {"mimetype": "text/csv", "size": 4},
        "m.mentions": {},
    }


def test_a_picture_is_shown_as_one() -> None:
    drawn = draw(Chart(title="Calm Heron", note="", bars=()))
    picture = Content(body="x.png", html="", file=Attachment(name="x.png", mime="image/png", data=drawn))
    message = message_content(picture)
    assert message["msgtype"] == "m.image"
    assert (message["info"]["w"], message["info"]["h"]) == imread(BytesIO(drawn)).shape[1::-1]


def test_a_caption_stands_beside_the_name_of_its_file_with_thread_and_mentions_as_elsewhere() -> None:
    caption = Content(
        body="all of it",
        html="<b>all</b> of it",
        rings=True,
        mentions=(ALICE,),
        thread=EventId("$root"),
        file=LIST,
    )
    message = message_content(caption)
    assert (message["msgtype"], message["body"], message["filename"]) == ("m.file", "all of it", "register.csv")
    assert message["formatted_body"] == "<b>all</b> of it"
    assert message["m.mentions"] == {"user_ids": [ALICE]}
    assert message["m.relates_to"]["event_id"] == "$root"


def test_a_file_that_lies_encrypted_already_is_named_with_what_opens_it() -> None:
    file = EncryptedFile(url="mxc://example.org/1", key="k", iv="i", sha256="s")
    content = Content(body="faq.pdf", html="", enclosed=Enclosed(name="faq.pdf", size=1200, file=file))
    said = message_content(content)
    assert (said["msgtype"], said["body"], said["filename"]) == ("m.file", "faq.pdf", "faq.pdf")
    assert said["info"] == {"mimetype": "application/pdf", "size": 1200}
    key = {"alg": "A256CTR", "ext": True, "k": "k", "key_ops": ["encrypt", "decrypt"], "kty": "oct"}
    opener = {"v": "v2", "url": "mxc://example.org/1", "key": key, "iv": "i", "hashes": {"sha256": "s"}}
    assert said["file"] == opener
    unknown = replace(content, enclosed=Enclosed(name="faq", size=0, file=file))
    assert message_content(unknown)["info"]["mimetype"] == "application/octet-stream"


def test_the_size_of_a_file_is_no_size_of_its_message() -> None:
    large = Attachment(name="x", mime="text/plain", data=bytes(100_000))
    assert message_content(Content(body="x", html="", file=large))["info"]["size"] == 100_000
    with pytest.raises(RefusedError, match="TOO_LARGE"):
        message_content(Content(body="x" * 46_000, html="", file=LIST))


def test_an_edit_that_brings_a_file_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="edit"):
        Content(body="x", html="", replaces=EventId("$card"), file=LIST)


def test_what_is_too_large_loses_its_html_first() -> None:
    body = "x" * 30_000
    message = message_content(Content(body=body, html=f"<p>{body}</p>"))
    assert message["body"] == body
    assert "formatted_body" not in message


@pytest.mark.parametrize("body", ["x" * 46_000, "é" * 23_000, "\U0001f4a5" * 12_000])
def test_a_body_that_does_not_fit_is_refused_and_never_cut(body: str) -> None:
    with pytest.raises(RefusedError, match="TOO_LARGE"):
        message_content(Content(body=body, html=""))


@pytest.mark.parametrize("body", ["\x00", "\u202e", "\U0010ffff", "é" * 20_000, '"\\'])
def test_any_text_is_sent_exactly(body: str) -> None:
    message = message_content(Content(body=body, html=""))
    assert json.loads(plaintext(message).encode())["body"] == body


def test_half_a_character_does_not_stop_the_rest() -> None:
    message = message_content(Content(body="a\ud800b", html=""))
    assert json.loads(plaintext(message).encode())["body"] == "a?b"


POLL = Poll(
    question="Insured?", options=(Option(id="x1", text="yes", word="yes"), Option(id="x2", text="no", word="no"))
)


def test_a_poll_is_made_as_the_apps_of_today_make_theirs_with_its_words_for_those_that_know_none() -> None:
    content = Content(body="Insured?\n!fact insured yes", html="", poll=POLL, thread=EventId("$root"))
    message = message_content(content)
    assert kind_of(content) == "org.matrix.msc3381.poll.start"
    assert message["org.matrix.msc3381.poll.start"] == {
        "kind": "org.matrix.msc3381.poll.disclosed",
        "max_selections": 1,
        "question": {"org.matrix.msc1767.text": "Insured?"},
        "answers": [
            {"id": "x1", "org.matrix.msc1767.text": "yes"},
            {"id": "x2", "org.matrix.msc1767.text": "no"},
        ],
    }
    assert message["org.matrix.msc1767.text"] == message["body"] == "Insured?\n!fact insured yes"
    # Push rules keep quiet about notices of every kind, and would ring for a poll.
    assert message["msgtype"] == "m.notice"
    assert message["m.relates_to"]["event_id"] == "$root"


def test_the_end_of_a_poll_names_it() -> None:
    content = Content(body="Over: yes.", html="<b>Over</b>", ends=EventId("$poll"))
    assert kind_of(content) == "org.matrix.msc3381.poll.end"
    assert message_content(content) == {
        "msgtype": "m.notice",
        "body": "Over: yes.",
        "org.matrix.msc1767.text": "Over: yes.",
        "org.matrix.msc3381.poll.end": {},
        "m.relates_to": {"rel_type": "m.reference", "event_id": "$poll"},
    }


def test_words_are_a_message() -> None:
    assert kind_of(Content(body="done", html="")) == "m.room.message"


@pytest.mark.parametrize("also", [{"file": LIST}, {"replaces": EventId("$card")}, {"ends": EventId("$poll")}])
def test_a_poll_stands_alone(also: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="alone"):
        Content(body="x", html="", poll=POLL, **also)
