"""Which rows of the catalogue count: by date, by the switch of the configuration, never a proposal by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.core.clocks import rules
from bot.core.clocks.lengths import Elapsed
from bot.core.clocks.rules import Standing, in_force, proposed, standing, switch_on
from bot.core.language import Words
from bot.core.names import RuleId
from tests.core.build import HOURS_72, rule

DAY = date(2026, 11, 24)
REASON = Words(fr="pas transposée", en="not transposed")
NOW = rule(HOURS_72, Elapsed(hours=72))
OLD = replace(NOW, valid_to=date(2026, 11, 23), valid_from=date(2018, 5, 25))
NEXT = replace(NOW, valid_from=date(2026, 11, 25))
OFF = rule(RuleId("NIS2-24"), Elapsed(hours=24), why_off=REASON)
PROPOSED = replace(NOW, length=Elapsed(hours=96), valid_from=None, version="omnibus")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (NOW, Standing.IN_FORCE),
        (replace(NOW, valid_to=DAY), Standing.IN_FORCE),
        (replace(NOW, valid_from=DAY), Standing.IN_FORCE),
        (OLD, Standing.ENDED),
        (NEXT, Standing.FUTURE),
        (OFF, Standing.OFF),
        (replace(OFF, valid_to=date(2026, 1, 1)), Standing.ENDED),
        (PROPOSED, Standing.PENDING),
    ],
)
def test_a_row_counts_when_it_is_valid_and_on(row: object, expected: Standing) -> None:
    assert standing(row, DAY) is expected  # type: ignore[arg-type]


def test_a_proposal_and_a_row_that_is_off_are_not_in_force() -> None:
    assert in_force((NOW, OFF, PROPOSED), DAY) == {NOW.id: NOW}


def test_a_row_that_is_switched_on_is_in_force_and_keeps_its_dates() -> None:
    (first, second) = switch_on((NOW, OFF), frozenset({"NIS2-24"}))

    assert first == NOW
    assert in_force((first, second), DAY)[OFF.id] == replace(OFF, why_off=None)
    assert in_force((second,), date(2018, 5, 24)) == {}


def test_a_proposal_never_takes_the_place_of_the_row_in_force() -> None:
    before = (OLD, NOW, OFF, PROPOSED)

    assert switch_on(before, frozenset({"GDPR-33-1@omnibus"})) == before
    assert in_force(before, DAY)[HOURS_72] == NOW
    assert proposed(before, HOURS_72) == (PROPOSED,)
    assert proposed(before, OFF.id) == ()


def test_a_proposal_that_has_its_id_for_itself_runs_beside_the_law_once_it_is_switched_on() -> None:
    rows = switch_on((NOW, replace(PROPOSED, id=RuleId("NEW-96"))), frozenset({"NEW-96@omnibus"}))

    assert set(in_force(rows, DAY)) == {HOURS_72, RuleId("NEW-96")}


def test_the_id_of_a_proposal_alone_does_not_switch_it_on() -> None:
    rows = (NOW, PROPOSED)

    assert switch_on(rows, frozenset({"GDPR-33-1"})) == rows


def test_nothing_to_switch_changes_nothing() -> None:
    rows = (OLD, NOW, OFF, PROPOSED)

    assert switch_on(rows, frozenset()) == rows


def test_clocks_that_the_firm_named_are_private_and_those_of_the_catalogue_are_not() -> None:
    regimes = ("gdpr", rules.CALENDAR, rules.BUSINESS, rules.CONTRACT)
    assert [replace(NOW, regime=regime).is_private for regime in regimes] == [False, False, True, True]
