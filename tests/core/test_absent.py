"""Why an incident does not have a clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.core.clocks.lengths import WithoutDelay
from bot.core.clocks.rules import Rule, Standing
from bot.core.decide.absent import why_absent
from bot.core.errors import ClockNotWatched, ClockWaits, UnknownClock
from bot.core.language import Words
from bot.core.names import RuleId
from tests.core.build import CHAINED, HOURS_72, NOW, incident, rule

NIS2 = RuleId("NIS2-24")
UNKNOWN = UnknownClock(NIS2, ())
WHY = Words(fr="Pas encore de loi.", en="No law yet.")
TODAY = NOW.date()


def row(**changes: object) -> Rule:
    return rule(NIS2, WithoutDelay(), **changes)


@pytest.mark.parametrize(
    ("rows", "standing", "why"),
    [
        ([row()], Standing.IN_FORCE, None),
        ([row(why_off=WHY)], Standing.OFF, WHY),
        ([row(valid_from=None)], Standing.PENDING, None),
        ([row(valid_from=TODAY + timedelta(days=1))], Standing.FUTURE, None),
        ([row(valid_to=TODAY - timedelta(days=1))], Standing.ENDED, None),
        ([row(valid_to=date(2020, 1, 1), version="old"), row(valid_from=None), row(why_off=WHY)], Standing.OFF, WHY),
    ],
)
def test_the_row_that_is_nearest_to_being_here_says_why(
    rows: list[Rule], standing: Standing, why: Words | None
) -> None:
    refusal = why_absent(UNKNOWN, incident(), rows)

    assert isinstance(refusal, ClockNotWatched)
    assert (refusal.rule, refusal.standing, refusal.why_off) == (NIS2, standing, why)


def test_a_clock_that_no_catalogue_has_stays_unknown() -> None:
    assert why_absent(UNKNOWN, incident(), ()) is UNKNOWN


def test_a_clock_that_waits_for_a_filing_says_for_which() -> None:
    refusal = why_absent(UnknownClock(CHAINED, ()), incident(), ())

    assert isinstance(refusal, ClockWaits)
    assert (refusal.rule, refusal.after) == (CHAINED, HOURS_72)
