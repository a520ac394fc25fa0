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
    assert mailbox.sorted(answer("s4"), "s3") == answer("s4~1", key(CAROL, "a"))
    assert mailbox.sorted(answer("s5", key(BOB, "c")), "s3") == answer("s5~2", key(CAROL, "a"), key(BOB, "c"))
    assert mailbox.sorted(answer("s6"), "s5~2") == answer("s6")
    assert mailbox.withheld == 1
    assert not mailbox.has_work


def test_what_was_given_to_a_process_that_is_dead_is_given_to_the_next() -> None:
    mailbox = Mailbox()
    mailbox.withhold(CAROL)
    assert events(mailbox, "s1", answer("s2", key(CAROL, "a"))) == []
    mailbox.let_go()
    # A request of the dead, held up on its way, brings nobody to the place where the living is already.
    assert events(mailbox, "s1", answer("s2")) == [key(CAROL, "a")]
    assert events(mailbox, "s2", answer("s3")) == [key(CAROL, "a")]


def test_the_homeserver_is_asked_for_its_own_places() -> None:
    assert Mailbox().asked("/sync?since=s5_1~12&timeout=0") == "/sync?since=s5_1&timeout=0"
    assert Mailbox().asked("/messages?from=t1&to=s5_1~12") == "/messages?from=t1&to=s5_1"
