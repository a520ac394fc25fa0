"""What stands after `!decide`: the text alone, or with its parts in whatever order a tired person types them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import ParsedCommand, UsageError
from bot.commands.reasons import Why
from bot.core.commands import AmendDecision, ReviewDecision, ShowDecisions, TakeDecision
from tests.commands.lines import NOW, command, paris, read, refused

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("shut the VPN", {"text": "shut the VPN"}),
        ("shut the VPN review 6h", {"text": "shut the VPN", "review_at": NOW + 6 * HOUR}),
        ("couper le VPN revoir 6h", {"text": "couper le VPN", "review_at": NOW + 6 * HOUR}),
        ("couper le VPN, à revoir dans 2 jours", {"text": "couper le VPN", "review_at": NOW + 48 * HOUR}),
        ("couper le VPN revoir à 18h", {"text": "couper le VPN", "review_at": paris("2026-11-24 18:00")}),
        ("shut it review at 18:00.", {"text": "shut it", "review_at": paris("2026-11-24 18:00")}),
        ("shut it review tomorrow 08:00", {"text": "shut it", "review_at": paris("2026-11-25 08:00")}),
        ("shut it review 1h30", {"text": "shut it", "review_at": NOW + 1.5 * HOUR}),
        ("shut it because they are in it", {"text": "shut it", "reason": "they are in it"}),
        ("couper parce qu’ils y sont", {"text": "couper", "reason": "ils y sont"}),
        ("couper | motif: ils y sont", {"text": "couper", "reason": "ils y sont"}),
        (
            "shut it | options: wait; filter ; | because: they are in it | review 6h",
            {
                "text": "shut it",
                "options": ("wait", "filter"),
                "reason": "they are in it",
                "review_at": NOW + 6 * HOUR,
            },
        ),
        (
            "shut it\nreview 6h\nbecause they are in it, because we saw them",
            {"text": "shut it", "reason": "they are in it, because we saw them", "review_at": NOW + 6 * HOUR},
        ),
        ("we review 3 laptops today", {"text": "we review 3 laptops today"}),
        ("look for another option", {"text": "look for another option"}),
        ("2 servers stay up", {"text": "2 servers stay up"}),
        (
            "review the logs because of it review 6h",
            {"text": "review the logs", "reason": "of it", "review_at": NOW + 6 * HOUR},
        ),
    ],
)
def test_a_decision_is_read_with_its_parts(typed: str, parts: dict[str, Any]) -> None:
    for word in ("decide", "decider", "DÉCIDER"):
        assert command(f"!{word} {typed}") == TakeDecision(**parts)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", ShowDecisions()),
        ("3", ShowDecisions(number=3)),
        ("n°3", ShowDecisions(number=3)),
        ("3 because they are in it", AmendDecision(number=3, reason="they are in it")),
        ("3: options: wait;filter", AmendDecision(number=3, options=("wait", "filter"))),
        ("3 revoir 6h", AmendDecision(number=3, review_at=NOW + 6 * HOUR)),
        ("3 stands we looked", ReviewDecision(number=3, text="we looked")),
        ("3 maintenu: on a regardé", ReviewDecision(number=3, text="on a regardé")),
    ],
)
def test_a_number_is_that_of_a_decision(typed: str, asked: object) -> None:
    assert command(f"!decide {typed}") == asked


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("because they are in it", Why.MISSING),
        ("shut it because", None),
        ("shut it | options: ;", Why.MISSING),
        ("shut it options: | because x", Why.MISSING),
        ("3 stands", Why.MISSING),
        ("shut it | review whenever", Why.NOT_A_TIME),
        ("shut it | review 0h", Why.NOT_A_SPAN),
        ("shut it review tomorrow", Why.TIME_WITHOUT_HOUR),
        ("couper le VPN parce que chiffré, revoir lundi 9h", Why.NOT_A_TIME),
        ("couper le VPN, à revoir le 30/11 à 18h", Why.NOT_A_TIME),
        ("shut it review Monday 9am", Why.NOT_A_TIME),
    ],
)
def test_what_lacks_something_is_refused(typed: str, why: Why | None) -> None:
    if why is None:
        assert command(f"!decide {typed}") == TakeDecision(text=typed), "a word like others where nothing follows it"
    else:
        assert refused(f"!decide {typed}").why is why


@given(st.text(alphabet="because review options: 6h|;\n3stands", max_size=60))
def test_no_line_raises(typed: str) -> None:
    assert isinstance(read(f"!decide {typed}"), ParsedCommand | UsageError)
