"""Costs are noted, said anew and cancelled; their sums never add two currencies, nor what does not count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import CancelCost, CorrectCost, NoteCost
from bot.core.costs.amounts import CostKind, Effort, Money
from bot.core.costs.deciding import find_cost
from bot.core.costs.errors import CostGone, UnknownCost
from bot.core.costs.ledger import Cost, standing
from bot.core.costs.totals import Total, total, totals
from bot.core.decide import Act
from bot.core.errors import NotAllowed
from bot.core.evidence.errors import UnknownEvidence
from bot.core.facts import CostCorrected, CostNoted, EvidenceTaken, Keeping
from bot.core.incident import Incident
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, ERIN, HOUR, NOW, act, incident

TWELVE = Effort(minutes=720, role=Role.IT)
REBUILT = NoteCost(amount=TWELVE, kind=CostKind.RECONSTRUCTION)
EXPERT = NoteCost(amount=Money(units=420000, digits=2, currency="EUR"), kind=CostKind.EXPERTISE, text="disk")
SEIZED = EvidenceTaken(at=NOW, by=BOB, number=7, name="disk", digest="d", keeping=Keeping.WITH_HOLDER)


def room(*acts: Act) -> Incident:
    told = incident(SEIZED, rules=())
    for each in acts:
        told = act(told, each, CAROL)
    return told


def test_a_cost_is_kept_with_who_noted_it_and_when() -> None:
    told = act(
        room(REBUILT), NoteCost(amount=TWELVE, kind=CostKind.WORK, evidence=(7,), estimated=True), BOB, NOW + HOUR
    )
    assert told.costs[2].now == CostNoted(
        at=NOW + HOUR,
        by=BOB,
        number=2,
        amount=TWELVE,
        estimated=True,
        kind=CostKind.WORK,
        text="",
        evidence=(7,),
    )
    assert told.costs[1].said == (told.costs[1].now,)


@pytest.mark.parametrize(
    ("correction", "after"),
    [
        (CorrectCost(number=1, kind=CostKind.LEGAL), {"kind": CostKind.LEGAL}),
        (CorrectCost(number=1, text="two disks", evidence=(7,)), {"text": "two disks", "evidence": (7,)}),
        (
            CorrectCost(number=1, amount=Money(units=390000, digits=2, currency="EUR"), estimated=True),
            {"amount": Money(units=390000, digits=2, currency="EUR"), "estimated": True},
        ),
    ],
)
def test_a_correction_keeps_what_it_leaves_out_and_what_it_was_stays(
    correction: CorrectCost, after: dict[str, object]
) -> None:
    found = room(EXPERT, correction).costs[1]
    first, last = found.said
    assert isinstance(first, CostNoted)
    assert isinstance(last, CostCorrected)
    before = {name: getattr(first, name) for name in ("amount", "estimated", "kind", "text", "evidence")}
    assert {name: getattr(last, name) for name in before} == before | after
    assert found.now is last


def test_corrected_hours_stay_those_of_whom_they_were() -> None:
    corrected = room(REBUILT, CorrectCost(number=1, amount=Effort(minutes=600))).costs[1].now
    assert corrected.amount == Effort(minutes=600, role=Role.IT)
    other = room(REBUILT, CorrectCost(number=1, amount=Effort(minutes=600, role=Role.LEGAL))).costs[1].now
    assert other.amount == Effort(minutes=600, role=Role.LEGAL)
    money = room(REBUILT, CorrectCost(number=1, amount=EXPERT.amount)).costs[1].now
    assert money.amount == EXPERT.amount


def test_an_estimate_stays_one_until_its_amount_is_said_anew() -> None:
    guessed = NoteCost(amount=EXPERT.amount, kind=CostKind.OTHER, estimated=True)
    assert room(guessed, CorrectCost(number=1, kind=CostKind.LEGAL)).costs[1].now.estimated
    assert not room(guessed, CorrectCost(number=1, amount=EXPERT.amount)).costs[1].now.estimated


def test_what_is_cancelled_does_not_count_and_is_not_corrected() -> None:
    told = room(EXPERT, REBUILT, CancelCost(number=1, reason="twice"))
    assert [cost.number for cost in standing(told.costs)] == [2]
    assert told.costs[1].cancelled is not None
    assert len(told.costs[1].said) == 2
    for gone in (CancelCost(number=1, reason="x"), CorrectCost(number=1, kind=CostKind.LEGAL)):
        with pytest.raises(CostGone):
            act(told, gone)
    assert act(told, REBUILT).costs[3].number == 3


@pytest.mark.parametrize("wrong", [CancelCost(number=2, reason="x"), CorrectCost(number=2)])
def test_a_number_that_no_cost_has_is_refused(wrong: Act) -> None:
    with pytest.raises(UnknownCost) as refused:
        act(room(REBUILT), wrong)
    assert refused.value.last == 1
    with pytest.raises(UnknownCost):
        find_cost(room(), 1)


@pytest.mark.parametrize(
    "cited",
    [NoteCost(amount=TWELVE, kind=CostKind.WORK, evidence=(7, 8)), CorrectCost(number=1, evidence=(8,))],
)
def test_evidence_that_is_not_there_proves_nothing(cited: Act) -> None:
    with pytest.raises(UnknownEvidence):
        act(room(REBUILT), cited)


def test_whoever_only_looks_notes_nothing() -> None:
    for each in (REBUILT, CorrectCost(number=1), CancelCost(number=1, reason="x")):
        with pytest.raises(NotAllowed):
            act(room(REBUILT), each, ERIN)


def money(units: int, currency: str, digits: int = 2) -> NoteCost:
    return NoteCost(amount=Money(units=units, digits=digits, currency=currency), kind=CostKind.LEGAL)


def test_two_currencies_are_never_added_nor_the_estimated_to_the_incurred() -> None:
    guess = NoteCost(amount=Effort(minutes=30), kind=CostKind.WORK, estimated=True)
    guessed = NoteCost(amount=Money(units=7, digits=2, currency="EUR"), kind=CostKind.OTHER, estimated=True)
    told = room(REBUILT, REBUILT, money(100, "EUR"), money(250, "EUR"), money(999, "CHF"), guess, guessed)
    whole = total(standing(told.costs))
    assert whole == Total(
        minutes=1440,
        estimated_minutes=30,
        money={
            "EUR": Money(units=350, digits=2, currency="EUR"),
            "CHF": Money(units=999, digits=2, currency="CHF"),
        },
        estimated_money={"EUR": Money(units=7, digits=2, currency="EUR")},
    )
    by_kind = totals(standing(told.costs))
    assert list(by_kind) == [CostKind.WORK, CostKind.RECONSTRUCTION, CostKind.LEGAL, CostKind.OTHER]
    assert by_kind[CostKind.RECONSTRUCTION] == Total(minutes=1440)


def test_a_unit_that_became_smaller_is_added_in_the_smaller() -> None:
    whole = total(standing(room(money(3, "EUR", 0), money(50, "EUR")).costs))
    assert whole.money["EUR"] == Money(units=350, digits=2, currency="EUR")


@given(st.lists(st.integers(1, 10**15), max_size=20))
def test_no_cent_gets_lost_in_a_sum(units: list[int]) -> None:
    noted = [
        CostNoted(
            at=NOW,
            by=ALICE,
            number=number,
            amount=Money(units=each, digits=2, currency="EUR"),
            estimated=False,
            kind=CostKind.OTHER,
            text="",
        )
        for number, each in enumerate(units, start=1)
    ]
    found = total([Cost(now=fact, said=(fact,)) for fact in noted])
    assert sum(each.units for each in found.money.values()) == sum(units)
