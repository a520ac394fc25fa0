"""A list of clients: what its columns fill, and every mistake by its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.clients import Clients, read_clients
from bot.commands.organisations import LONGEST_NAME, MOST_ROWS, Flaw, Wrong
from bot.core.facts import ClientHole

SIREN = ClientHole(label="client-siren", name="client-siren", optional=False)
HOLES = (
    ClientHole(label="name of the client", name="client", optional=False),
    ClientHole(label="address of the client", name="client-address", optional=True),
)


def read(*lines: str, holes: tuple[ClientHole, ...] = HOLES) -> Clients:
    return read_clients([(number, line.split("|")) for number, line in enumerate(lines, start=1)], holes)


def wrong(*lines: str, holes: tuple[ClientHole, ...] = HOLES) -> tuple[Wrong, ...]:
    found = read(*lines, holes=holes)
    assert found.rows == ()
    return found.wrong


@pytest.mark.parametrize(
    "header",
    ["client|email|address", "Nom|Courriel|Adresse", "RAISON SOCIALE|E-mail|adresse postale", "*Société*:|mél|Address"],
)
def test_the_columns_have_names_in_both_languages(header: str) -> None:
    (row,) = read(header, " Martin  SARL |a@martin.example|1 rue X\n75001 Paris").rows
    assert (row.line, row.name) == (2, "Martin SARL")
    assert row.values["client-email"] == "a@martin.example"
    assert row.values["client-address"] == "1 rue X\n75001 Paris"


def test_any_other_column_fills_the_hole_of_its_name_and_what_no_hole_needs_is_not_kept() -> None:
    for column in ("SIREN", "client siren", "Client-SIREN", "S.I.R.E.N."):
        (row,) = read(f"name|email|{column}|turnover", "A|a@a.example|111|9", holes=(*HOLES, SIREN)).rows
        assert row.values == {"client": "A", "client-email": "a@a.example", "client-siren": "111"}


def test_a_client_needs_one_way_to_be_told_and_may_have_several_addresses() -> None:
    rows = read("name|email|address", "A|a@a.example; b@a.example|", "B||Rue", "C|c@c.example").rows
    assert [row.name for row in rows] == ["A", "B", "C"]
    assert wrong("name|email|address", "A||", "B|b@b.example|") == (Wrong(line=2, flaw=Flaw.NO_WAY),)


def test_an_address_that_is_none_is_told() -> None:
    assert wrong("name|email", "A|a.example", "B|b@b") == (
        Wrong(line=2, flaw=Flaw.NO_EMAIL, given="a.example"),
        Wrong(line=3, flaw=Flaw.NO_EMAIL, given="b@b"),
    )


def test_without_a_name_or_a_way_among_its_columns_nothing_is_read() -> None:
    assert wrong("SIREN|", "1|x") == (
        Wrong(line=1, flaw=Flaw.NO_CLIENT_COLUMN),
        Wrong(line=1, flaw=Flaw.NO_WAY_COLUMN),
    )


def test_two_columns_for_one_thing_are_told() -> None:
    assert wrong("client|nom|email||", "A|B|a@a.example") == (Wrong(line=1, flaw=Flaw.SAME_COLUMN, given="nom"),)


def test_an_empty_list_is_told() -> None:
    assert wrong() == (Wrong(line=1, flaw=Flaw.EMPTY),)
    assert wrong("name|email") == (Wrong(line=1, flaw=Flaw.EMPTY),)


def test_a_hole_that_no_column_fills_is_told_once_and_one_that_stays_empty_by_its_line() -> None:
    holes = (*HOLES, SIREN)
    assert wrong("name|email", "A|a@a.example", holes=holes) == (
        Wrong(line=1, flaw=Flaw.NO_COLUMN, given="client-siren"),
    )
    assert wrong("name|email|siren", "A|a@a.example|1", "B|b@b.example|", holes=holes) == (
        Wrong(line=3, flaw=Flaw.EMPTY_HOLE, given="client-siren"),
    )


def test_names_that_are_missing_too_long_or_twice_are_told_in_the_order_of_the_lines() -> None:
    long = "x" * (LONGEST_NAME + 1)
    lines = ("Dupont|a@a.example", "|a@a.example", f"{long}|a@a.example", "DUPONT |b@b.example", "|c@c.example")
    assert wrong("name|email", *lines) == (
        Wrong(line=3, flaw=Flaw.NO_CLIENT),
        Wrong(line=4, flaw=Flaw.LONG_NAME, given=str(LONGEST_NAME)),
        Wrong(line=5, flaw=Flaw.TWICE, given="DUPONT", other=2),
        Wrong(line=6, flaw=Flaw.NO_CLIENT),
    )


def test_as_many_as_a_list_may_have_are_read_and_one_more_is_told_by_its_line() -> None:
    lines = [f"Client {number}|c{number}@c.example" for number in range(MOST_ROWS + 1)]
    assert len(read("name|email", *lines[:-1]).rows) == MOST_ROWS
    assert wrong("name|email", *lines) == (Wrong(line=MOST_ROWS + 2, flaw=Flaw.TOO_MANY, given=str(MOST_ROWS)),)


@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=5))
def test_no_table_makes_it_raise(cells: list[list[str]]) -> None:
    read_clients(list(enumerate(cells, start=1)), (*HOLES, SIREN))
