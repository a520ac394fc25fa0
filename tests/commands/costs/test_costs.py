"""What stands after `!cost`: an amount, whose hours, the kind, what for, the proof; or more about one of them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.commands.reasons import Why
from bot.core.commands import CancelCost, Command, CorrectCost, ExportCosts, NoteCost, ShowCosts
from bot.core.costs.amounts import CostKind, Effort, Money
from bot.core.people.roster import Role
from tests.commands.lines import command, refused

EUROS = Money(units=420000, digits=2, currency="EUR")


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("12h", {"amount": Effort(minutes=720), "kind": CostKind.WORK}),
        (
            "12h it reconstruction",
            {"amount": Effort(minutes=720, role=Role.IT), "kind": CostKind.RECONSTRUCTION},
        ),
        (
            "2h IT of the night shift",
            {"amount": Effort(minutes=120, role=Role.IT), "kind": CostKind.WORK, "text": "of the night shift"},
        ),
        (
            "3h juridique relecture",
            {"amount": Effort(minutes=180, role=Role.LEGAL), "kind": CostKind.LEGAL, "text": "relecture"},
        ),
        (
            "3h rebuild of it all",
            {"amount": Effort(minutes=180), "kind": CostKind.RECONSTRUCTION, "text": "of it all"},
        ),
        ("4200 EUR", {"amount": EUROS, "kind": CostKind.OTHER}),
        ("4200 EUR it cables", {"amount": EUROS, "kind": CostKind.OTHER, "text": "it cables"}),
        ("4200 EUR expertise E7", {"amount": EUROS, "kind": CostKind.EXPERTISE, "evidence": (7,)}),
        (
            "4200 EUR avocat, devis du 24 (E7, e8).",
            {"amount": EUROS, "kind": CostKind.LEGAL, "text": "devis du 24", "evidence": (7, 8)},
        ),
        (
            "4200 EUR perte d’exploitation du samedi",
            {"amount": EUROS, "kind": CostKind.LOST_REVENUE, "text": "du samedi"},
        ),
        ("4200 EUR bureaux E3 loués", {"amount": EUROS, "kind": CostKind.OTHER, "text": "bureaux E3 loués"}),
    ],
)
def test_a_cost_says_whose_hours_what_for_and_its_proof(typed: str, parts: dict[str, Any]) -> None:
    assert command(f"!cost {typed}") == NoteCost(**parts)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ShowCosts()),
        ("3", ShowCosts(number=3)),
        ("csv", ExportCosts()),
        ("Tableau", ExportCosts()),
        ("n°3", ShowCosts(number=3)),
        ("3 corrected 4200 EUR", CorrectCost(number=3, amount=EUROS)),
        ("3 corrigé ~4200 EUR avocat", CorrectCost(number=3, amount=EUROS, estimated=True, kind=CostKind.LEGAL)),
        ("3 corrected to 4200 EUR", CorrectCost(number=3, amount=EUROS)),
        ("3 corrigé à 4200 EUR", CorrectCost(number=3, amount=EUROS)),
        ("3 corrigé en retard", CorrectCost(number=3, text="en retard")),
        ("#3 corrected legal", CorrectCost(number=3, kind=CostKind.LEGAL)),
        ("3 corrected: of the mail server E7", CorrectCost(number=3, text="of the mail server", evidence=(7,))),
        ("3 annulé en double", CancelCost(number=3, reason="en double")),
    ],
)
def test_more_is_said_of_a_cost_by_its_number(typed: str, meant: Command) -> None:
    assert command(f"!cost {typed}") == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("3 corrected", Why.MISSING),
        ("3 cancelled", Why.MISSING),
        ("3 corrected -3900 EUR", Why.NEGATIVE_AMOUNT),
        ("3 corrected 3900 ZZZ", Why.UNKNOWN_CURRENCY),
        ("3 corrected 3900", Why.AMOUNT_WITHOUT_UNIT),
    ],
)
def test_a_correction_that_cannot_be_kept_is_refused(typed: str, why: Why) -> None:
    assert refused(f"!cost {typed}").why is why
