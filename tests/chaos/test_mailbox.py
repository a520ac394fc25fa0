"""What is withheld comes later, and comes again until the client has kept it."""

from __future__ import annotations

from typing import Any

from tests.chaos.mailbox import Mailbox

CAROL, BOB = "@carol:example.org", "@bob:example.org"


def key(sender: str, text: str) -> dict[str, Any]:
    return {"type": "m.room.encrypted", "sender": sender, "content": {"ciphertext": {"k": text}}}


def answer(place: str, *events: dict[str, Any]) -> dict[str, Any]:
    return {"next_batch": place, "to_device": {"events": list(events)}}


def events(mailbox: Mailbox, since: str, told: dict[str, Any]) -> list[Any]:
    sorted_: list[Any] = mailbox.sorted(told, since)["to_device"]["events"]
    return sorted_


def test_a_withheld_key_comes_once_it_is_let_go_and_until_it_was_kept() -> None:
    mailbox = Mailbox()
    mailbox.withhold(CAROL)
    assert events(mailbox, "s1", answer("s2", key(CAROL, "a"), key(BOB, "b"))) == [key(BOB, "b")]
    # The homeserver gives it again to who was killed.
    assert events(mailbox, "s1", answer("s3", key(CAROL, "a"))) == []
    mailbox.let_go()
    assert events(mailbox, "s3", answer("s3")) == []
    assert events(mailbox, "s3", answer("s4")) == [key(CAROL, "a")]
    assert events(mailbox, "s3", answer("s5", key(BOB, "c"))) == [key(CAROL, "a"), key(BOB, "c")]
    assert events(mailbox, "s5", answer("s6")) == []
    assert mailbox.withheld == 1
    assert not mailbox.has_work
