"""What stands after `!finding`: the text alone, or with owner and day, as a tired person types them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import ParsedCommand, UsageError
from bot.commands.reasons import Why
from bot.core.commands import DropFinding, FinishFinding, GiveFinding, NoteFinding, ShowFindings
from tests.commands.lines import command, read, refused

JAN_15 = date(2027, 1, 15)
"""The lines are typed on Tuesday 24 November 2026."""


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("test the backups", {}),
        ("test the backups @bob", {"owner": "@bob"}),
        ("test the backups, @bob:example.org.", {"owner": "@bob:example.org"}),
        ("test the backups https://matrix.to/#/@bob:example.org", {"owner": "https://matrix.to/#/@bob:example.org"}),
        ("test the backups by 15 Jan", {"day": JAN_15}),
        ("test the backups @bob by 15 Jan", {"owner": "@bob", "day": JAN_15}),
        ("test the backups by 15 Jan @bob", {"owner": "@bob", "day": JAN_15}),
        ("test the backups\nby Friday the 15th January 2027", {"day": JAN_15}),
        ("test the backups, d’ici le 15 janvier.", {"day": JAN_15}),
        ("test the backups avant le 15/01/2027", {"day": JAN_15}),
        ("test the backups before 2027-01-15", {"day": JAN_15}),
        ("test the backups (by Jan 15, 2027)", {"day": JAN_15}),
        ("test the backups pour le 1er décembre", {"day": date(2026, 12, 1)}),
        ("test the backups by tomorrow", {"day": date(2026, 11, 25)}),
        ("test the backups avant mardi", {"day": date(2026, 12, 1)}),
        ("test the backups by next fri", {"day": date(2026, 11, 27)}),
        ("test the backups by in 3 weeks", {"day": date(2026, 12, 15)}),
        ("test the backups d'ici 10 jours", {"day": date(2026, 12, 4)}),
        ("test the backups by 24 Nov", {"day": date(2026, 11, 24)}),
        ("test the backups by 23 Nov", {"day": date(2027, 11, 23)}),
        ("test the backups by 23 Nov 2026", {"day": date(2026, 11, 23)}),
    ],
)
def test_a_finding_is_read_with_its_parts(typed: str, parts: dict[str, Any]) -> None:
    for word in ("finding", "lecon", "LEÇON", "enseignement"):
        assert command(f"!{word} {typed}") == NoteFinding(text="test the backups", **parts)


@pytest.mark.parametrize(
    "text",
    [
        "nobody may come in by the back door",
        "changed by 2 admins",
        "access is given by hand, by whoever is there",
        "2 servers had no backup",
        "2 servers lacked one @",
        "write to bob@example.org",
    ],
)
def test_words_of_a_text_are_no_parts(text: str) -> None:
    assert command(f"!finding {text}") == NoteFinding(text=text)


def test_a_text_that_begins_with_a_figure_keeps_it_with_an_owner_too() -> None:
    assert command("!finding 2 servers @bob") == NoteFinding(text="2 servers", owner="@bob")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ShowFindings()),
        ("2", ShowFindings(number=2)),
        ("n°2", ShowFindings(number=2)),
        ("#2 done", FinishFinding(number=2)),
        ("2 done: it works", FinishFinding(number=2, text="it works")),
        ("2 faite on l'a testé", FinishFinding(number=2, text="on l'a testé")),
        ("2 dropped too dear", DropFinding(number=2, reason="too dear")),
        ("2 annulée trop cher", DropFinding(number=2, reason="trop cher")),
        ("2 @bob", GiveFinding(number=2, owner="@bob")),
        ("2 bob", GiveFinding(number=2, owner="bob")),
        ("2 to bob", GiveFinding(number=2, owner="bob")),
        ("2 à @bob", GiveFinding(number=2, owner="@bob")),
        ("2 by 15 Jan", GiveFinding(number=2, day=JAN_15)),
        ("2 @bob by 15 Jan", GiveFinding(number=2, owner="@bob", day=JAN_15)),
        ("2 by 15 Jan @bob", GiveFinding(number=2, owner="@bob", day=JAN_15)),
        ("2 pour bob avant le 15 janv", GiveFinding(number=2, owner="bob", day=JAN_15)),
    ],
)
def test_a_number_means_one_that_is_there(typed: str, meant: object) -> None:
    assert command(f"!finding {typed}") == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("@bob", Why.MISSING),
        ("by 15 Jan", Why.MISSING),
        ("2 dropped", Why.MISSING),
        ("test it by 31 Feb", Why.NOT_A_DAY),
        ("test it by 31/02/2027", Why.NOT_A_DAY),
        ("test it by 15", Why.NOT_A_DAY),
        ("test it by 03/04/2027", Why.AMBIGUOUS_DATE),
        ("x" * 47_000, Why.ARGUMENTS_TOO_LONG),
    ],
)
def test_what_cannot_be_taken_is_answered_with_why(typed: str, why: Why) -> None:
    assert refused(f"!finding {typed}").why is why


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(read(f"!finding x{text} by {text}"), ParsedCommand | UsageError)
