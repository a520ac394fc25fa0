from __future__ import annotations

from datetime import timedelta

import pytest

from bot.door import names, tickets
from bot.door.tickets import Stage, Ticket
from tests.fakes.clock import START

HOUR = timedelta(hours=1)
TICKET = Ticket(id="a", digest="d", until=START + HOUR, since=START)


def test_a_secret_is_long_fits_an_address_and_is_never_the_same() -> None:
    made = {tickets.fresh_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(tickets.is_secret(secret) and len(secret) * 6 >= 128 for secret in made)


@pytest.mark.parametrize("given", ["", "short", "x" * 25, "x" * 23 + "#", "é" * 24, None, 7, ["x" * 24]])
def test_what_has_not_the_form_of_a_secret_is_none(given: object) -> None:
    assert not tickets.is_secret(given)


@pytest.mark.parametrize("given", ["", "a b", "-a", "x" * 65, "é", "a\n", 7, None])
def test_what_has_not_the_form_of_an_id_is_none(given: object) -> None:
    assert not tickets.is_id(given)
    assert tickets.is_id("door:amber-heron.3")


def test_an_end_is_in_the_future_and_within_a_week() -> None:
    assert tickets.may_end(START + tickets.LONGEST, START)
    assert not tickets.may_end(START + tickets.LONGEST + HOUR, START)
    assert not tickets.may_end(START, START)


@pytest.mark.parametrize("stage", Stage)
def test_only_what_is_open_can_be_late(stage: Stage) -> None:
    ticket = Ticket(id="a", digest="d", until=START + HOUR, since=START, stage=stage)
    assert tickets.standing(ticket, START) == stage.value
    assert tickets.standing(ticket, START + HOUR) == ("late" if stage in tickets.OPEN else stage.value)


def test_nothing_that_is_told_of_a_ticket_is_secret() -> None:
    ticket = Ticket(id="a", digest="hash", until=START, since=START, token="token", name="amber-fern-21")
    told = str(tickets.row(ticket, START))
    assert "hash" not in told
    assert "token" not in told
    assert "amber" not in told


def test_a_name_is_two_words_and_a_number_that_every_homeserver_takes() -> None:
    for _ in range(200):
        first, second, number = names.chosen().split("-")
        assert (first + second).isascii()
        assert (first + second).islower()
        assert 10 <= int(number) <= 99
