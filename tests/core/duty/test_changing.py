"""Swaps and absences, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.commands import ChangeDuty
from bot.core.duty import changing
from bot.core.errors import UnknownPerson
from bot.core.facts import DutyChanged
from bot.core.people.roster import Role
from tests.core.build import ALICE, DAVE, DAY, HOUR
from tests.core.duty.test_plan import FIRST, LEAD, PLAN, SECOND, THIRD, changed

NOON = FIRST + 3 * HOUR
SWAP = ChangeDuty(role=LEAD, who="dave")


def test_without_a_time_it_is_from_now_until_the_end_of_the_week() -> None:
    assert changing.change(PLAN, SWAP, ALICE, NOON) == DutyChanged(
        at=NOON, by=ALICE, role=LEAD, user=DAVE, start=NOON, end=SECOND
    )


def test_without_an_end_it_is_until_the_end_of_the_week_in_which_it_begins() -> None:
    fact = changing.change(PLAN, replace(SWAP, start=SECOND + DAY), ALICE, NOON)
    assert (fact.start, fact.end) == (SECOND + DAY, THIRD)


def test_what_began_in_the_past_begins_now() -> None:
    fact = changing.change(PLAN, replace(SWAP, start=FIRST, end=SECOND, away=True), ALICE, NOON)
    assert (fact.start, fact.end, fact.away) == (NOON, SECOND, True)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(SWAP, role=Role.DPO), changing.NoRota),
        (replace(SWAP, who="eve"), UnknownPerson),
        (replace(SWAP, who="bob"), changing.NotOfRole),
        (replace(SWAP, start=SECOND, end=SECOND - DAY), changing.EndsTooEarly),
        (replace(SWAP, start=FIRST - DAY, end=FIRST), changing.EndsTooEarly),
        (replace(SWAP, start=FIRST, end=FIRST + timedelta(days=400)), changing.TooFarAhead),
        (replace(SWAP, start=FIRST + timedelta(days=400)), changing.TooFarAhead),
    ],
)
def test_what_cannot_be_is_refused(command: ChangeDuty, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        changing.change(PLAN, command, ALICE, NOON)


def test_more_changes_than_anybody_could_read_are_refused_until_some_are_over() -> None:
    plan = replace(PLAN, changes=(changed(DAVE, FIRST, SECOND),) * changing.MOST_CHANGES)
    with pytest.raises(changing.TooManyChanges):
        changing.change(plan, SWAP, ALICE, NOON)
    assert changing.change(plan, SWAP, ALICE, SECOND).user == DAVE


def test_who_is_to_be_shown_has_a_rota() -> None:
    assert changing.rota_of(PLAN, LEAD) is LEAD
    with pytest.raises(changing.NoRota) as refused:
        changing.rota_of(PLAN, Role.DPO)
    assert refused.value.roles == (LEAD,)
